/** A whole network in one process: people, relays, links with faults, and time that moves when a test says so. */

import {
  createMemoryNetwork,
  createRandom,
  FakeClock,
  flushMicrotasks,
  type MemoryFaults,
  type MemoryHub,
  type SeededRandom,
} from "@kith/client/testing";
import type { RelayRef } from "@kith/protocol";
import type { Contact } from "../../packages/client/src/index.ts";
import type { FetchPost } from "../../packages/client/src/trust/index.ts";
import type { RelayLimits } from "../../packages/node/src/relay/index.ts";
import { SimPerson } from "./sim-person.ts";
import type { Plant } from "./sim-plants.ts";
import { SimRelay } from "./sim-relay.ts";

/** How a world is made. */
export interface SimWorldOptions {
  readonly seed: string;
  readonly relays?: number;
  readonly relayLimits?: Partial<RelayLimits>;
  readonly faults?: Partial<MemoryFaults>;
  /** A bug for the findings to find. */
  readonly plant?: Plant | undefined;
}

/** How a person comes into the world. */
export interface SimPersonStart {
  /** Whether a sealed copy of contacts is kept on relays. */
  readonly keepsContacts?: boolean;
  /** What answers about posts on X. */
  readonly fetchPost?: FetchPost;
  /** Whether others can dial the person directly. */
  readonly listens?: boolean;
  readonly handle?: string;
  readonly pin?: string;
  /** Relays to begin with; all of the world when left out. */
  readonly relays?: readonly RelayRef[];
}

/** Longest time one call may take, in ms: every wait of the engine ends before. */
const CALL_LIMIT_MS = 10 * 60_000;

/** A world of one seed. */
export class SimWorld {
  readonly clock: FakeClock = new FakeClock();
  readonly random: SeededRandom;
  readonly hub: MemoryHub;
  readonly relays: SimRelay[] = [];
  readonly people: SimPerson[] = [];
  /** Failures that relays called their own. */
  readonly errors: unknown[] = [];

  readonly #plant: Plant | undefined;

  private constructor({ seed, faults = {}, plant }: SimWorldOptions) {
    this.#plant = plant;
    this.random = createRandom(`sim/${seed}`);
    this.hub = createMemoryNetwork(this.clock, this.random.fork("network"), faults);
  }

  static async create(options: SimWorldOptions): Promise<SimWorld> {
    const world = new SimWorld(options);
    for (let i = 0; i < (options.relays ?? 3); i++) {
      const relay = SimRelay.start({
        clock: world.clock,
        hub: world.hub,
        random: world.random.fork(`relay-${i}`),
        plant: options.plant,
        ...(options.relayLimits === undefined ? {} : { limits: options.relayLimits }),
        onError: (error) => world.errors.push(error),
      });
      world.relays.push(await world.settle(relay));
    }
    return world;
  }

  /** Adds a person who has not started anything yet. */
  newPerson(
    name: string,
    start: Pick<SimPersonStart, "listens" | "relays" | "fetchPost" | "keepsContacts"> = {},
  ): SimPerson {
    const person = new SimPerson({
      name,
      clock: this.clock,
      node: this.hub.addNode({ listens: start.listens ?? false }),
      plant: this.#plant,
      random: this.random.fork(`person-${name}`),
      relays: start.relays ?? this.relays.map((relay) => relay.ref),
      settle: (promise) => this.settle(promise),
      fetchPost: start.fetchPost,
      keepsContacts: start.keepsContacts,
    });
    this.people.push(person);
    return person;
  }

  /** Adds a person with an account. */
  async addPerson(name: string, start: SimPersonStart = {}): Promise<SimPerson> {
    const person = this.newPerson(name, start);
    await this.settle(person.start());
    const { handle, pin } = start;
    await person.createAccount({
      ...(handle === undefined ? {} : { handle }),
      ...(pin === undefined ? {} : { pin }),
    });
    return person;
  }

  /** Makes two people accepted contacts by an invite. @returns what each calls the other. */
  async befriend(host: SimPerson, guest: SimPerson): Promise<{ readonly guest: string; readonly host: string }> {
    const { text } = await host.call("invite.create", {});
    await guest.call("invite.join", { invite: text });
    const [hostStatus, guestStatus] = await Promise.all([
      host.call("account.status", {}),
      guest.call("account.status", {}),
    ]);
    const names = { host: hostStatus.account ?? "", guest: guestStatus.account ?? "" };
    await this.until(async () => {
      const [of, by] = await Promise.all([findContact(host, names.guest), findContact(guest, names.host)]);
      return of?.relation === "accepted" && by?.relation === "accepted";
    });
    return names;
  }

  /** Moves time until a promise has settled. */
  async settle<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false;
    const done = (): void => {
      isSettled = true;
    };
    promise.then(done, done);
    const endMs = this.clock.monotonicMs() + CALL_LIMIT_MS;
    for (;;) {
      await flushMicrotasks();
      if (isSettled) return promise;
      if (this.clock.monotonicMs() > endMs || !(await this.clock.runNext())) {
        throw new Error("a call did not end in time");
      }
    }
  }

  /** Moves time until a condition holds. @returns how long it took, in ms. */
  async until(condition: () => Promise<boolean>, withinMs: number = CALL_LIMIT_MS): Promise<number> {
    const startMs = this.clock.monotonicMs();
    for (let stepMs = 10; ; stepMs = Math.min(stepMs * 2, 30_000)) {
      if (await condition()) return this.clock.monotonicMs() - startMs;
      if (this.clock.monotonicMs() - startMs > withinMs) throw new Error(`did not happen within ${withinMs} ms`);
      await this.clock.advance(stepMs);
    }
  }

  /** Lets time pass. */
  advance(durationMs: number): Promise<void> {
    return this.clock.advance(durationMs);
  }

  /**
   * Ends every partition. Links that were cut have died of silence meanwhile, as a keep-alive makes them: what was lost
   * on them is not delivered later.
   */
  heal(): void {
    for (const node of this.hub.nodes) {
      if (!node.isUp || this.hub.nodes.every((each) => this.hub.isConnected(node, each) || !each.isUp)) continue;
      node.goDown();
      node.comeUp();
    }
    this.hub.heal();
  }

  /** Stops everybody in good order. */
  async stop(): Promise<void> {
    for (const person of this.people) if (person.isRunning) await person.stop();
    for (const relay of this.relays) relay.stop();
  }
}

/** The contact under an account, as a person's list shows it. */
export async function findContact(person: SimPerson, account: string): Promise<Contact | undefined> {
  const contacts = await person.call("contact.list", {});
  return contacts.find((each) => each.account === account);
}
