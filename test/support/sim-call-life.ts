/** A random life of calls between people with several devices, while links, relays and programs fail. */
import type { CallInfo } from "@kith/client";
import { NO_FAULTS, type SeededRandom } from "@kith/client/testing";
import { writeSdp } from "@kith/protocol";
import { describe as describeMedia } from "../../packages/protocol/src/call/fixtures.ts";
import { link, newDevice } from "./sim-link.ts";
import type { SimPerson } from "./sim-person.ts";
import { findContact, SimWorld } from "./sim-world.ts";

const STEPS = 40;

/** Time everything may take to be alike after the last fault is gone, in ms. */
const HEAL_LIMIT_MS = 24 * 3600 * 1000;

const OFFER = writeSdp(describeMedia(1));
const ANSWER = writeSdp(describeMedia(2, { role: "active" }));
const MEDIA = { hasMicrophone: true, picture: "none" } as const;

/** A call that was begun. */
interface Begun {
  readonly id: string;
  readonly by: string;
}

/** A life that was lived. */
export interface CallLife {
  readonly world: SimWorld;
  readonly begun: readonly Begun[];
  /** The calls in the chat of the two, as each of the four devices shows them. */
  readonly lines: readonly (readonly string[])[];
  /** What must not be: a call that goes on, one that nobody accepted, and so on. */
  readonly wrong: readonly string[];
}

/** Lives one life. */
export async function liveWithCalls(seed: string): Promise<CallLife> {
  const world = await SimWorld.create({ seed, relays: 2 });
  const life = new Life(world, world.random.fork("calls"));
  await life.prepare();
  for (let step = 0; step < STEPS; step++) await life.step();
  return life.end();
}

interface Device {
  readonly person: SimPerson;
  readonly owner: string;
  /** The other side. */
  readonly who: string;
}

class Life {
  readonly #world: SimWorld;
  readonly #random: SeededRandom;
  #devices: readonly Device[] = [];
  readonly #begun: Begun[] = [];
  readonly #accepted = new Set<string>();
  readonly #wrong = new Set<string>();

  constructor(world: SimWorld, random: SeededRandom) {
    this.#world = world;
    this.#random = random;
  }

  async prepare(): Promise<void> {
    const world = this.#world;
    const ann = await world.addPerson("ann", { listens: this.#random.chance(0.5) });
    const bob = await world.addPerson("bob");
    const { guest: toBob, host: toAnn } = await world.befriend(ann, bob);
    const [annTab, bobTab] = [await newDevice(world, "ann-tab"), await newDevice(world, "bob-tab")];
    await link(world, ann, annTab);
    await link(world, bob, bobTab);
    this.#devices = [
      { person: ann, owner: "ann", who: toBob },
      { person: annTab, owner: "ann", who: toBob },
      { person: bob, owner: "bob", who: toAnn },
      { person: bobTab, owner: "bob", who: toAnn },
    ];
    for (const { person, who } of this.#devices) {
      await world.until(async () => {
        const contact = await findContact(person, who);
        return contact?.relation === "accepted" && contact.devices === 2;
      });
    }
    this.#spoil();
  }

  async step(): Promise<void> {
    const pause = this.#random.pick([0, 50, 1000, 5000, 30_000]);
    if (pause > 0) await this.#world.advance(this.#random.below(pause) + 1);
    const choice = this.#random.below(100);
    if (choice < 25) await this.#call();
    else if (choice < 50) await this.#answer();
    else if (choice < 65) await this.#hangUp();
    else if (choice < 80) await this.#report();
    else if (choice < 92) await this.#crash();
    else this.#spoil();
    await this.#look();
  }

  async end(): Promise<CallLife> {
    const world = this.#world;
    world.hub.setFaults(NO_FAULTS);
    world.heal();
    for (const person of world.people) if (!person.isRunning) await world.settle(person.restart());
    // Every phase of a call has an end, and nobody reports on media any more.
    await world.advance(120_000);
    await this.#look();
    for (const { person } of this.#devices) {
      const call = await callOf(person);
      if (call !== null && call.phase !== "ended") this.#wrong.add(`${person.name} is still ${call.phase}`);
    }
    const endMs = world.clock.monotonicMs() + HEAL_LIMIT_MS;
    let lines = await this.#lines();
    while (world.clock.monotonicMs() < endMs && !isAlike(lines)) {
      await world.advance(120_000);
      lines = await this.#lines();
    }
    return { world, begun: this.#begun, lines, wrong: [...this.#wrong] };
  }

  get #running(): readonly Device[] {
    return this.#devices.filter(({ person }) => person.isRunning);
  }

  async #call(): Promise<void> {
    if (this.#running.length === 0) return;
    const { person, who, owner } = this.#random.pick(this.#running);
    if (((await callOf(person))?.phase ?? "ended") !== "ended") return;
    const { id } = await person.call("call.start", { who, isVideo: false, sdp: OFFER, media: MEDIA });
    this.#begun.push({ id, by: owner });
  }

  async #answer(): Promise<void> {
    for (const { person } of this.#running) {
      const call = await callOf(person);
      if (call?.phase !== "ringing" || call.isOutgoing || this.#random.chance(0.3)) continue;
      const { id } = call;
      const isTaken = this.#random.chance(0.7);
      if (isTaken) this.#accepted.add(`${person.name}/${id}`);
      if (isTaken) await tolerate(person.call("call.accept", { id, sdp: ANSWER, candidates: [], media: MEDIA }));
      else await tolerate(person.call("call.decline", { id }));
    }
  }

  async #hangUp(): Promise<void> {
    if (this.#running.length === 0) return;
    const { person } = this.#random.pick(this.#running);
    const call = await callOf(person);
    if (call !== null && call.phase !== "ended") await tolerate(person.call("call.end", { id: call.id }));
  }

  /** Whoever has media says so. */
  async #report(): Promise<void> {
    for (const { person } of this.#running) {
      const call = await callOf(person);
      if (call === null || call.phase === "ended" || (call.phase === "ringing" && !call.isOutgoing)) continue;
      const isUp = call.phase === "ringing" ? undefined : this.#random.chance(0.8);
      await tolerate(person.call("call.report", { id: call.id, ...(isUp === undefined ? {} : { isUp }) }));
    }
  }

  async #crash(): Promise<void> {
    if (this.#running.length > 0 && this.#random.chance(0.6)) this.#random.pick(this.#running).person.crash();
    for (const { person } of this.#devices) {
      if (!person.isRunning && this.#random.chance(0.6)) await this.#world.settle(person.restart());
    }
  }

  #spoil(): void {
    this.#world.hub.setFaults({
      requestLoss: this.#random.pick([0, 0.1, 0.3]),
      answerLoss: this.#random.pick([0, 0.1, 0.3]),
      duplication: this.#random.pick([0, 0.2]),
      minDelayMs: 1,
      maxDelayMs: this.#random.pick([1, 200, 3000]),
    });
  }

  /** What must hold at any time. */
  async #look(): Promise<void> {
    for (const { person } of this.#running) {
      const call = await callOf(person);
      if (call === null || call.isOutgoing || call.phase === "ringing" || call.phase === "ended") continue;
      if (!this.#accepted.has(`${person.name}/${call.id}`)) this.#wrong.add(`${person.name}: nobody accepted`);
    }
  }

  async #lines(): Promise<readonly (readonly string[])[]> {
    const lines: string[][] = [];
    for (const { person, owner, who } of this.#devices) {
      const found = await person.call("message.list", { who, limit: 500 });
      const calls = found.flatMap(({ call, id, isOwn }) => {
        const by = isOwn ? owner : otherThan(owner);
        return call === undefined ? [] : [`${id} of ${by}: ${call.outcome} ${call.durationMs ?? ""}`];
      });
      lines.push(calls.sort());
    }
    return lines;
  }
}

const otherThan = (owner: string): string => (owner === "ann" ? "bob" : "ann");
const callOf = async (person: SimPerson): Promise<CallInfo | null> => (await person.call("call.get", {})).call;

/** What comes too late is refused, and that is right. */
async function tolerate(asked: Promise<unknown>): Promise<void> {
  try {
    await asked;
  } catch (error) {
    if ((error as { readonly code?: string }).code !== "CALL_OVER") throw error;
  }
}

function isAlike(lines: readonly (readonly string[])[]): boolean {
  return lines.every((each) => JSON.stringify(each) === JSON.stringify(lines[0]));
}
