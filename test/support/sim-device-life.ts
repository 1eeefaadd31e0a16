/** A random life of an account on three devices and of two contacts, while links, relays and devices fail. */
import type { Message } from "@kith/client";
import { NO_FAULTS, type SeededRandom } from "@kith/client/testing";
import type { DeviceId } from "@kith/protocol";
import { madePicture } from "./made-picture.ts";
import { link, newDevice } from "./sim-link.ts";
import type { SimPerson } from "./sim-person.ts";
import { findContact, SimWorld } from "./sim-world.ts";

const STEPS = 40;

/** Time everything may take to be alike after the last fault is gone, in ms. */
const HEAL_LIMIT_MS = 24 * 3600 * 1000;

/** What one device shows of everything that its siblings must show alike. */
export interface Shown {
  readonly chats: readonly object[];
  readonly account: object;
}

/** A life that was lived. */
export interface DeviceLife {
  readonly world: SimWorld;
  /** What each of the three devices shows at the end. */
  readonly shown: readonly Shown[];
  /** Texts that each contact has more than once, or lacks. */
  readonly wrongTexts: readonly string[];
}

/** Lives one life. */
export async function liveWithDevices(seed: string): Promise<DeviceLife> {
  const world = await SimWorld.create({ seed, relays: 3 });
  const life = new Life(world, world.random.fork("devices"));
  await life.prepare();
  for (let step = 0; step < STEPS; step++) await life.step();
  return life.end();
}

class Life {
  readonly #world: SimWorld;
  readonly #random: SeededRandom;
  #devices: readonly SimPerson[] = [];
  #contacts: readonly SimPerson[] = [];
  readonly #accounts = new Map<SimPerson, string>();
  #ann = "";
  #lost: { readonly person: SimPerson; readonly device: string } | null = null;
  readonly #said: { readonly to: SimPerson; readonly text: string }[] = [];

  constructor(world: SimWorld, random: SeededRandom) {
    this.#world = world;
    this.#random = random;
  }

  async prepare(): Promise<void> {
    const world = this.#world;
    const ann = await world.addPerson("ann", { listens: this.#random.chance(0.5) });
    const contacts: SimPerson[] = [];
    for (const name of ["bob", "cem"]) {
      const contact = await world.addPerson(name);
      const { guest, host } = await world.befriend(ann, contact);
      this.#accounts.set(contact, guest);
      this.#ann = host;
      contacts.push(contact);
    }
    await ann.call("account.setProfile", { name: "Ann" });
    await ann.call("account.setPicture", { picture: madePicture(16, 9) });
    const devices = [ann];
    for (const name of ["tab", "node"]) {
      const device = await newDevice(world, name);
      await link(world, this.#random.pick(devices), device);
      devices.push(device);
    }
    for (const device of devices) {
      for (const account of this.#accounts.values()) {
        await world.until(async () => (await findContact(device, account))?.relation === "accepted");
      }
    }
    this.#devices = devices;
    this.#contacts = contacts;
    this.#spoil();
  }

  async step(): Promise<void> {
    const pause = this.#random.pick([0, 50, 2000, 20_000, 120_000]);
    if (pause > 0) await this.#world.advance(this.#random.below(pause) + 1);
    const choice = this.#random.below(100);
    if (choice < 25) await this.#write();
    else if (choice < 45) await this.#answer();
    else if (choice < 60) await this.#change();
    else if (choice < 75) await this.#arrange();
    else if (choice < 88) await this.#crash();
    else if (choice < 90) await this.#takeOut();
    else this.#spoil();
  }

  async end(): Promise<DeviceLife> {
    const shown = await this.#mend();
    return { world: this.#world, shown, wrongTexts: await this.#wrongTexts() };
  }

  /** Takes one of three devices out of the account, once everything it said has come to the others. */
  async #takeOut(): Promise<void> {
    if (this.#devices.length < 3 || !isAlike(await this.#mend())) return;
    const lost = this.#random.pick(this.#devices);
    const others = this.#devices.filter((each) => each !== lost);
    const { device = "" } = (await lost.call("device.list", {})).find(({ isThis }) => isThis) ?? {};
    if (this.#random.chance(0.5)) lost.crash();
    await this.#random.pick(others).call("device.revoke", { device });
    this.#devices = others;
    this.#lost = { person: lost, device };
    this.#spoil();
  }

  /** Ends all faults and waits until the devices are alike; @returns what they show then. */
  async #mend(): Promise<readonly Shown[]> {
    const world = this.#world;
    world.hub.setFaults(NO_FAULTS);
    world.heal();
    for (const person of world.people) if (!person.isRunning) await world.settle(person.restart());
    const endMs = world.clock.monotonicMs() + HEAL_LIMIT_MS;
    let shown = await this.#show();
    while (world.clock.monotonicMs() < endMs && !(isAlike(shown) && (await this.#wrongTexts()).length === 0)) {
      await world.advance(120_000);
      shown = await this.#show();
    }
    return shown;
  }

  #pickDevice(): SimPerson | null {
    const running = this.#devices.filter((each) => each.isRunning);
    return running.length === 0 ? null : this.#random.pick(running);
  }

  async #write(): Promise<void> {
    const device = this.#pickDevice();
    if (device === null) return;
    const to = this.#random.pick(this.#contacts);
    const text = `${device.name} to ${to.name} #${this.#said.length}`;
    await device.call("message.send", { who: this.#accounts.get(to) ?? "", text });
    this.#said.push({ to, text });
  }

  async #answer(): Promise<void> {
    const contact = this.#random.pick(this.#contacts);
    if (contact.isRunning) await contact.call("message.send", { who: this.#ann, text: `from ${contact.name}` });
  }

  /** Edits, reacts, deletes for everyone or here, marks as read. */
  async #change(): Promise<void> {
    const device = this.#pickDevice();
    const who = this.#random.pick([...this.#accounts.values()]);
    if (device === null) return;
    const messages = await device.call("message.list", { who, limit: 50 });
    const message = messages.length === 0 ? undefined : this.#random.pick(messages);
    if (message === undefined || message.isDeleted === true || message.device !== undefined) return;
    const { id, isOwn } = message;
    const choice = this.#random.below(10);
    if (choice < 4) await device.call("message.markRead", { who });
    else if (choice < 7) await device.call("message.react", { who, id, emoji: this.#random.pick(["👍", "❤️"]) });
    else if (choice < 9) await device.call("message.delete", { who, id, isForEveryone: false });
    else if (isOwn) await device.call("message.delete", { who, id, isForEveryone: true });
  }

  /** Sets something for a chat, a person or the account. */
  async #arrange(): Promise<void> {
    const device = this.#pickDevice();
    const who = this.#random.pick([...this.#accounts.values()]);
    if (device === null) return;
    const isOn = this.#random.chance(0.5);
    switch (this.#random.below(8)) {
      case 6:
      case 7: {
        const text = isOn ? "" : `draft ${this.#random.below(1000)}`;
        return void (await device.call("chat.saveDraft", { who, text }));
      }
      case 0:
        return void (await device.call("chat.set", { who, isPinned: isOn }));
      case 1:
        return void (await device.call("contact.rename", { who, name: `name ${this.#random.below(1000)}` }));
      case 2:
        return void (await device.call("account.setReadReceipts", { isOn }));
      case 3:
        return void (await device.call("contact.verify", { who, isVerified: isOn }));
      case 4:
        return void (await device.call("account.setPicture", isOn ? { picture: this.#picture() } : {}));
      default:
        return void (await device.call("account.setProfile", { name: `Ann ${this.#random.below(1000)}` }));
    }
  }

  #picture(): string {
    return madePicture(this.#random.below(512) + 1, 9);
  }

  async #crash(): Promise<void> {
    const running = this.#world.people.filter((each) => each.isRunning);
    if (running.length > 0 && this.#random.chance(0.6)) this.#random.pick(running).crash();
    for (const each of this.#world.people) {
      if (!each.isRunning && this.#random.chance(0.6)) await this.#world.settle(each.restart());
    }
  }

  #spoil(): void {
    this.#world.hub.setFaults({
      requestLoss: this.#random.pick([0, 0.1, 0.3]),
      answerLoss: this.#random.pick([0, 0.1, 0.3]),
      duplication: this.#random.pick([0, 0.2]),
      minDelayMs: 1,
      maxDelayMs: this.#random.pick([1, 200, 5000]),
    });
  }

  #show(): Promise<readonly Shown[]> {
    return Promise.all(this.#devices.map((device) => this.#showOne(device)));
  }

  async #showOne(device: SimPerson): Promise<Shown> {
    const { hasReadReceipts, profile } = await device.call("account.status", {});
    const { picture } = await device.call("profile.picture", {});
    const chats: object[] = [];
    for (const account of this.#accounts.values()) {
      const messages = await device.call("message.list", { who: account, limit: 500 });
      const chat = (await device.call("chat.list", {})).find(({ contact }) => contact.account === account);
      chats.push({
        messages: messages.filter((each) => each.device === undefined).map(wordsOf),
        name: chat?.contact.name,
        trust: chat?.contact.trust,
        isPinned: chat?.isPinned === true,
        unread: chat?.unread,
        draft: chat?.draft?.text,
      });
    }
    return { chats, account: { hasReadReceipts, profile, picture } };
  }

  /** What is left of the device that was taken out. */
  async #traces(): Promise<string[]> {
    if (this.#lost === null) return [];
    const { person, device } = this.#lost;
    const others = [...this.#devices, ...this.#contacts].filter(
      ({ insides }) => insides.core.people.peer(device as DeviceId) !== undefined,
    );
    const isRevoked = (await person.call("account.status", {})).isRevoked === true;
    return [...others.map(({ name }) => `${name} still knows the device`), ...(isRevoked ? [] : ["it does not know"])];
  }

  async #wrongTexts(): Promise<readonly string[]> {
    const wrong: string[] = await this.#traces();
    for (const contact of this.#contacts) {
      const messages = await contact.call("message.list", { who: this.#ann, limit: 500 });
      const texts = messages.filter(({ isDeleted }) => isDeleted !== true).map(({ text }) => text);
      const deleted = messages.filter(({ isDeleted }) => isDeleted === true).length;
      const wanted = this.#said.filter(({ to }) => to === contact).map(({ text }) => text);
      const missing = wanted.filter((text) => !texts.includes(text));
      if (missing.length > deleted) wrong.push(...missing);
      wrong.push(...wanted.filter((text) => texts.filter((each) => each === text).length > 1));
    }
    return wrong;
  }
}

function wordsOf({ id, isOwn, text, isDeleted, reactions }: Message): object {
  return { id, isOwn, text, isDeleted: isDeleted === true, reactions: reactions ?? [] };
}

function isAlike(shown: readonly Shown[]): boolean {
  return shown.every((each) => JSON.stringify(each) === JSON.stringify(shown[0]));
}
