/** A random life of a group: people come, go, are removed and talk while links and devices fail; then everything heals. */
import type { GroupInfo } from "@kith/client";
import { NO_FAULTS, type SeededRandom } from "@kith/client/testing";
import type { SimPerson } from "./sim-person.ts";
import { SimWorld } from "./sim-world.ts";

const STEPS = 40;

/** Time everything may take to arrive after the last fault is gone, in ms. */
const HEAL_LIMIT_MS = 24 * 3600 * 1000;

/** What a life left behind. */
export interface GroupLife {
  readonly world: SimWorld;
  readonly group: string;
  readonly accounts: ReadonlyMap<SimPerson, string>;
  /** Texts in the order in which they were accepted, with who said them. */
  readonly said: readonly { readonly by: SimPerson; readonly text: string }[];
}

/**
 * Lives one life. @param count of people; the first knows all others, who are strangers to each other.
 * @param isTalk all have joined when it begins, and nobody comes or goes: they say things, and change what was said.
 */
export async function liveAsGroup(seed: string, count: number, isTalk = false): Promise<GroupLife> {
  const world = await SimWorld.create({ seed: `group/${seed}`, relays: 2 });
  const life = new Life(world, world.random.fork("group-life"), isTalk);
  await life.prepare(count);
  for (let step = 0; step < STEPS; step++) await life.step();
  await life.heal();
  return life;
}

class Life implements GroupLife {
  readonly world: SimWorld;
  readonly accounts = new Map<SimPerson, string>();
  readonly said: { readonly by: SimPerson; readonly text: string }[] = [];
  group = "";
  readonly #random: SeededRandom;

  readonly #isTalk: boolean;

  constructor(world: SimWorld, random: SeededRandom, isTalk: boolean) {
    this.world = world;
    this.#random = random;
    this.#isTalk = isTalk;
  }

  async prepare(count: number): Promise<void> {
    const { world } = this;
    for (let i = 0; i < count; i++) {
      const person = await world.addPerson(`p${i}`, { listens: this.#random.chance(0.5) });
      this.accounts.set(person, (await person.call("account.status", {})).account ?? "");
    }
    const [host, ...guests] = world.people as [SimPerson, ...SimPerson[]];
    for (const guest of guests) await world.befriend(host, guest);
    const { group } = await host.call("group.create", { name: "Life", who: guests.map((each) => this.#account(each)) });
    this.group = group;
    if (this.#isTalk) await this.#gather(guests);
    this.#spoil();
  }

  /** Waits until all have joined and know it of each other. */
  async #gather(guests: readonly SimPerson[]): Promise<void> {
    const { group, world } = this;
    const find = async (person: SimPerson): Promise<GroupInfo | undefined> =>
      (await this.#groups(person)).find((each) => each.group === group);
    for (const guest of guests) {
      await world.until(async () => (await find(guest))?.standing === "invited");
      await guest.call("group.join", { group });
    }
    for (const person of world.people) {
      await world.until(async () => (await find(person))?.members.length === world.people.length);
    }
  }

  #account(person: SimPerson): string {
    return this.accounts.get(person) ?? "";
  }

  async step(): Promise<void> {
    const pause = this.#random.pick([0, 1, 50, 2000, 20_000, 120_000]);
    if (pause > 0) await this.world.advance(this.#random.below(pause) + 1);
    const person = this.#random.pick(this.world.people);
    const whom = this.#account(this.#random.pick(this.world.people));
    const choice = this.#random.below(100);
    if (choice < 8) return this.#partition();
    if (choice < 12) return this.#spoil();
    if (choice < 18) return this.#crash(person);
    if (!person.isRunning) return this.world.settle(person.restart());
    await this.#tryTo(person, whom, this.#isTalk ? 18 + this.#random.below(52) : choice);
  }

  /** What the group does not let happen is not done. */
  async #tryTo(person: SimPerson, whom: string, choice: number): Promise<void> {
    const { group } = this;
    const state = (await this.#groups(person)).find((each) => each.group === group);
    if (state === undefined) return;
    try {
      if (state.standing === "invited") await person.call("group.join", { group });
      else if (choice < 45) await (choice >= 38 ? this.#sayMuch(person) : this.#say(person));
      else if (choice < 70) await this.#changeSome(person, choice);
      else if (choice < 78) await person.call("group.setRole", { group, who: whom, role: "admin" });
      else if (choice < 84) await person.call("group.remove", { group, who: whom });
      else if (choice < 90) await person.call("group.add", { group, who: whom });
      else if (choice < 97) await person.call("group.rename", { group, name: `name ${choice} ${this.said.length}` });
      else await person.call("group.leave", { group });
    } catch (error) {
      const { code } = error as { code?: string };
      if (!["GROUP_REFUSED", "GROUP_NOT_JOINED", "NOT_ACCEPTED", "WHO_UNKNOWN"].includes(code ?? "")) throw error;
    }
  }

  async #say(by: SimPerson): Promise<void> {
    const text = `text ${this.said.length} of ${by.name}`;
    await by.call("group.send", { group: this.group, text });
    this.said.push({ by, text });
  }

  /** Several things at once: they go along with each other. */
  async #sayMuch(by: SimPerson): Promise<void> {
    const first = this.said.length;
    const texts = Array.from(
      { length: 2 + this.#random.below(4) },
      (_, index) => `text ${first + index} of ${by.name}`,
    );
    await this.world.settle(
      Promise.all(texts.map((text) => by.messenger.call("group.send", { group: this.group, text }))),
    );
    for (const text of texts) this.said.push({ by, text });
  }

  /** Does something to one of the newest messages that this person sees. */
  async #changeSome(person: SimPerson, choice: number): Promise<void> {
    const { group } = this;
    const lines = await person.call("group.messages", { group, limit: 12 });
    const said = lines.filter(({ line, isDeleted }) => line === undefined && isDeleted !== true);
    if (said.length === 0) return;
    const { id, author, isOwn } = this.#random.pick(said);
    if (choice < 60) {
      const emoji = this.#random.pick(["👍", "🎉", undefined]);
      await person.call("group.react", {
        group,
        id,
        author: author.account,
        ...(emoji === undefined ? {} : { emoji }),
      });
    } else if (isOwn && choice < 67) await person.call("group.edit", { group, id, text: `edit ${choice} of ${id}` });
    else if (isOwn) await person.call("group.delete", { group, id, isForEveryone: true });
  }

  async #crash(person: SimPerson): Promise<void> {
    if (!person.isRunning) return;
    person.crash();
    if (this.#random.chance(0.5)) await this.world.settle(person.restart());
  }

  #groups(person: SimPerson): Promise<readonly GroupInfo[]> {
    return person.call("group.list", {});
  }

  async heal(): Promise<void> {
    const { world } = this;
    world.hub.setFaults(NO_FAULTS);
    world.heal();
    for (const person of world.people) if (!person.isRunning) await world.settle(person.restart());
    // Everybody who is still asked says yes, so that all belong together in the end.
    for (let round = 0; round < 3; round++) {
      for (const person of world.people) {
        const state = (await this.#groups(person)).find(({ group }) => group === this.group);
        if (state?.standing === "invited") await person.call("group.join", { group: this.group });
      }
      await world.advance(HEAL_LIMIT_MS / 12);
    }
    await this.#quiet();
  }

  /** Waits until all members see one group with all that they said since. */
  async #quiet(): Promise<void> {
    for (const person of this.world.people) {
      const state = (await this.#groups(person)).find(({ group }) => group === this.group);
      if (state?.standing === "joined") await this.#say(person);
    }
    await this.world.advance(HEAL_LIMIT_MS / 4);
  }

  #partition(): void {
    const { world } = this;
    world.heal();
    if (this.#random.chance(0.5)) return;
    const [left, right] = [[], []] as [(typeof world.hub.nodes)[number][], (typeof world.hub.nodes)[number][]];
    for (const node of world.hub.nodes) (this.#random.chance(0.5) ? left : right).push(node);
    world.hub.partition([left, right]);
  }

  #spoil(): void {
    const loss = this.#random.pick([0, 0.05, 0.15]);
    this.world.hub.setFaults({
      requestLoss: loss / 2,
      answerLoss: loss / 2,
      duplication: this.#random.pick([0, 0.1, 0.3]),
      minDelayMs: 1,
      maxDelayMs: this.#random.pick([1, 20, 400, 3000]),
    });
  }
}
