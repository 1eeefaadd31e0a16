/** A random life of a network: sends in all directions while links, relays and devices fail; then everything heals. */
import type { ClientEvent, Message } from "@kith/client";
import { NO_FAULTS, type SeededRandom } from "@kith/client/testing";
import { toHex } from "@kith/protocol";
import type { SimPerson } from "./sim-person.ts";
import type { Plant } from "./sim-plants.ts";
import { SimWorld } from "./sim-world.ts";

/** A message that somebody tried to send. */
export interface Attempt {
  readonly from: SimPerson;
  readonly to: SimPerson;
  readonly id: string;
  readonly text: string;
  /** The call answered: the message is in the outbox for good. */
  isAccepted: boolean;
}

/** What a run left behind. */
export interface SimRun {
  readonly world: SimWorld;
  readonly attempts: readonly Attempt[];
  /** What each person calls the others: their account. */
  readonly accounts: ReadonlyMap<SimPerson, string>;
  /** Codes that calls were rejected with. */
  readonly rejections: readonly string[];
}

const STEPS = 36;

/** One more than a queue lies on, so that relays can be exchanged. */
const RELAYS = 4;

/** The marker of every plaintext, so that one search finds them all. */
export const PLAINTEXT = "plain text of";

/** Time everything may take to arrive after the last fault is gone, in ms. */
const HEAL_LIMIT_MS = 24 * 3600 * 1000;

/** Lives one life. @param plant a bug for the findings to find. */
export async function runSchedule(seed: string, plant?: Plant): Promise<SimRun> {
  const world = await SimWorld.create({ seed, plant, relays: RELAYS });
  const life = new Life(world, world.random.fork("schedule"));
  await life.prepare();
  for (let step = 0; step < STEPS; step++) await life.step();
  await life.heal();
  return life;
}

class Life implements SimRun {
  readonly world: SimWorld;
  readonly attempts: Attempt[] = [];
  readonly accounts = new Map<SimPerson, string>();
  readonly rejections: string[] = [];
  readonly #random: SeededRandom;
  readonly #downRelays = new Set<number>();

  constructor(world: SimWorld, random: SeededRandom) {
    this.world = world;
    this.#random = random;
  }

  async prepare(): Promise<void> {
    const { world } = this;
    for (const name of ["ann", "bob", "cem"].slice(0, this.#random.chance(0.3) ? 3 : 2)) {
      const person = await world.addPerson(name, { listens: this.#random.chance(0.5), handle: `${name}_handle` });
      this.accounts.set(person, (await person.call("account.status", {})).account ?? "");
    }
    for (const [index, host] of world.people.entries()) {
      for (const guest of world.people.slice(index + 1)) await world.befriend(host, guest);
    }
    this.#spoil();
  }

  async step(): Promise<void> {
    const pause = this.#random.pick([0, 0, 1, 50, 2000, 20_000, 120_000]);
    if (pause > 0) await this.world.advance(this.#random.below(pause) + 1);
    const choice = this.#random.below(100);
    if (choice < 58) await this.#send(1 + this.#random.below(3));
    else if (choice < 62) await this.#exchangeRelay();
    else if (choice < 74) await this.#crashPerson();
    else if (choice < 84) await this.#toggleRelay();
    else if (choice < 92) this.#partition();
    else this.#spoil();
  }

  /** Ends every fault and lets time pass until all is delivered, or too much of it has passed. */
  async heal(): Promise<void> {
    const { world } = this;
    world.hub.setFaults(NO_FAULTS);
    world.heal();
    for (const index of [...this.#downRelays]) await this.#startRelay(index);
    for (const person of world.people) if (!person.isRunning) await world.settle(person.restart());
    for (const attempt of this.attempts) if (!attempt.isAccepted) await this.#call(attempt);
    const endMs = world.clock.monotonicMs() + HEAL_LIMIT_MS;
    while (world.clock.monotonicMs() < endMs && !(await this.#isQuiet())) await world.advance(60_000);
  }

  async #isQuiet(): Promise<boolean> {
    for (const from of this.world.people) {
      for (const to of this.world.people) {
        const wanted = this.attempts.filter((each) => each.from === from && each.to === to);
        if (wanted.length === 0) continue;
        const stateById = new Map((await this.listOf(from, to)).map(({ id, state }) => [id, state]));
        if (wanted.some(({ id }) => stateById.get(id) !== "delivered")) return false;
      }
    }
    return true;
  }

  listOf(of: SimPerson, by: SimPerson): Promise<readonly Message[]> {
    return of.call("message.list", { who: this.accounts.get(by) ?? "", limit: 500 });
  }

  async #send(count: number): Promise<void> {
    const running = this.world.people.filter((each) => each.isRunning);
    if (running.length === 0) return;
    const from = this.#random.pick(running);
    const to = this.#random.pick(this.world.people.filter((each) => each !== from));
    for (let i = 0; i < count; i++) {
      const text = `${PLAINTEXT} ${from.name} to ${to.name} #${this.attempts.length}`;
      const attempt = { from, to, id: toHex(this.#random.bytes(16)), text, isAccepted: false };
      this.attempts.push(attempt);
      await this.#call(attempt);
    }
  }

  async #call(attempt: Attempt): Promise<void> {
    const { from, to, id, text } = attempt;
    try {
      await from.call("message.send", { who: this.accounts.get(to) ?? "", text, id });
      attempt.isAccepted = true;
    } catch (error) {
      this.rejections.push(error instanceof Error && "code" in error ? String(error.code) : String(error));
    }
  }

  /** Cuts a device's power, often in the middle of a send. */
  async #crashPerson(): Promise<void> {
    const { world } = this;
    const running = world.people.filter((each) => each.isRunning);
    const person = running.length > 0 ? this.#random.pick(running) : null;
    if (person !== null) {
      if (this.#random.chance(0.5)) await this.#startSend(person);
      person.crash();
      if (this.#random.chance(0.5)) await world.advance(this.#random.below(60_000));
    }
    for (const each of world.people) {
      if (!each.isRunning && this.#random.chance(0.8)) await world.settle(each.restart());
    }
  }

  async #startSend(from: SimPerson): Promise<void> {
    const to = this.#random.pick(this.world.people.filter((each) => each !== from));
    const text = `${PLAINTEXT} ${from.name} to ${to.name} #${this.attempts.length}`;
    const attempt: Attempt = { from, to, id: toHex(this.#random.bytes(16)), text, isAccepted: false };
    this.attempts.push(attempt);
    const done = (): void => {
      attempt.isAccepted = true;
    };
    void from.messenger
      .call("message.send", { who: this.accounts.get(to) ?? "", text, id: attempt.id })
      .then(done, (error: unknown) => this.rejections.push(String(error)));
    await this.world.advance(this.#random.below(4));
  }

  /** Somebody gives up a relay, or takes one back: their queues go elsewhere. */
  async #exchangeRelay(): Promise<void> {
    const running = this.world.people.filter((each) => each.isRunning);
    if (running.length === 0) return;
    const person = this.#random.pick(running);
    const { ref } = this.#random.pick(this.world.relays);
    const known = await person.call("relay.list", {});
    if (known.some(({ relay }) => relay === ref.relay)) await person.call("relay.remove", { relay: ref.relay });
    else {
      const address = `${ref.addresses[0]}/p2p/${ref.relay}`;
      await person.call("relay.add", { address }).catch(() => undefined); // it may be down, or lie beyond a cut
    }
  }

  async #toggleRelay(): Promise<void> {
    const index = this.#random.below(this.world.relays.length);
    if (this.#downRelays.has(index)) return this.#startRelay(index);
    this.world.relays[index]?.crash();
    this.#downRelays.add(index);
    if (this.#random.chance(0.4)) await this.#startRelay(index);
  }

  async #startRelay(index: number): Promise<void> {
    this.#downRelays.delete(index);
    const relay = this.world.relays[index];
    if (relay !== undefined) await this.world.settle(relay.start());
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
    const loss = this.#random.pick([0, 0.05, 0.15, 0.3]);
    this.world.hub.setFaults({
      requestLoss: loss / 2,
      answerLoss: loss / 2,
      duplication: this.#random.pick([0, 0.1, 0.3]),
      minDelayMs: 1,
      maxDelayMs: this.#random.pick([1, 20, 400, 3000]),
    });
  }
}

/** The states an own message was shown in, in order. */
export function shownStates(events: readonly ClientEvent[], id: string): readonly string[] {
  return events.flatMap((event) =>
    event.type === "message.changed" && event.message.isOwn && event.message.id === id ? [event.message.state] : [],
  );
}
