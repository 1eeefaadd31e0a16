/** Relays, a sender and a recipient in processes of their own, who are contacts and ready to be killed. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Message } from "@kith/client";
import type { Draft } from "../demo/person.ts";
import { Processes } from "../demo/processes.ts";
import { Transcript } from "../demo/transcript.ts";
import { PARAMETERS, World } from "../demo/world.ts";
import { personVictim, relayVictim, type Victim } from "./victim.ts";

const PROGRAM = fileURLToPath(new URL("../../packages/node/dist/main.js", import.meta.url));

/** A lane that found nobody tries again soon: with the hours of the main network no test would end. */
const CRASH_PARAMETERS = { ...PARAMETERS, retryFirstMs: 250, retryMaxMs: 2000 };

/** How often a condition without events is looked at, in ms. */
const POLL_MS = 100;

/** Sends under way at once. */
const SENDS_AT_ONCE = 16;

/** The cast of a crash test. */
export class Cast {
  readonly world: World;
  readonly relays: Victim[] = [];
  readonly sender: Victim;
  readonly recipient: Victim;
  readonly #ownFolder: string | null;

  private constructor(world: World, ownFolder: string | null) {
    this.world = world;
    this.#ownFolder = ownFolder;
    this.sender = personVictim(world.sender);
    this.recipient = personVictim(world.recipient);
  }

  /** Starts everybody. @param folder where they live; a new one when left out, removed at the end. */
  static async start(relayCount: number, folder?: string): Promise<Cast> {
    const place = folder ?? (await mkdtemp(join(tmpdir(), "kith-crash-")));
    const transcript = new Transcript(() => undefined);
    const processes = new Processes(PROGRAM);
    const parameters = CRASH_PARAMETERS;
    const world = new World({ program: PROGRAM, folder: place, processes, transcript, parameters });
    const cast = new Cast(world, folder === undefined ? place : null);
    try {
      await cast.#start(relayCount);
    } catch (error) {
      await cast.end();
      throw error;
    }
    return cast;
  }

  /** Everybody who can be killed. */
  get victims(): readonly Victim[] {
    return [this.sender, this.recipient, ...this.relays];
  }

  /** Sends drafts until all have an answer or the sender is down. */
  async sendUntilDown(drafts: readonly Draft[], onKept: (draft: Draft) => void): Promise<void> {
    const left = [...drafts];
    const sendSome = async (): Promise<void> => {
      for (let draft = left.shift(); draft !== undefined; draft = left.shift()) {
        if (!(await this.#send(draft))) return;
        onKept(draft);
      }
    };
    await Promise.all(Array.from({ length: SENDS_AT_ONCE }, sendSome));
  }

  /** Sends all drafts, under the same ids until each call has answered; waits while the sender is down. */
  async sendAll(drafts: readonly Draft[], onKept: (draft: Draft) => void = () => undefined): Promise<void> {
    const left = [...drafts];
    const sendSome = async (): Promise<void> => {
      for (let draft = left.shift(); draft !== undefined; draft = left.shift()) {
        while (!(await this.#send(draft))) await this.sender.revival;
        onKept(draft);
      }
    };
    await Promise.all(Array.from({ length: SENDS_AT_ONCE }, sendSome));
  }

  /** Kills everybody and removes what they left. */
  async end(): Promise<void> {
    await Promise.allSettled(this.victims.map(({ revival }) => revival));
    await this.world.processes.endAll();
    if (this.#ownFolder !== null) await rm(this.#ownFolder, { recursive: true, force: true, maxRetries: 3 });
  }

  /** Waits until the condition holds. @throws Error when it takes too long. */
  async until(what: string, condition: () => Promise<boolean> | boolean, withinMs: number): Promise<void> {
    const endMs = performance.now() + withinMs;
    while (!(await condition())) {
      if (performance.now() > endMs) throw new Error(`this did not happen within ${withinMs} ms: ${what}`);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  /** What is wrong with the messages of both ends; empty when each arrived once, in the order of the sender. */
  async findings(drafts: readonly Draft[]): Promise<readonly string[]> {
    const { sender, recipient } = this.world;
    const ids = new Set(drafts.map(({ id }) => id));
    const own = (await sender.chatWith(recipient)).filter(({ isOwn, id }) => isOwn && ids.has(id));
    const theirs = (await recipient.chatWith(sender)).filter(({ isOwn, id }) => !isOwn && ids.has(id));
    const told = recipient.journal.received.filter(({ id }) => ids.has(id));
    const undelivered = own.filter(({ state }) => state !== "delivered" && state !== "read");
    return [
      ...countFindings("the sender has", own, drafts),
      ...countFindings("the recipient has", theirs, drafts),
      ...countFindings("the recipient was told", told, drafts),
      ...undelivered.map(({ text, state }) => `"${text}" ended as ${state}`),
      ...orderFindings(own, theirs),
      ...theirs
        .filter(({ missingBefore = 0 }) => missingBefore > 0)
        .map(({ text }) => `a gap is shown before "${text}"`),
    ];
  }

  /** @returns false when the sender went down before it answered. */
  async #send(draft: Draft): Promise<boolean> {
    const { sender, recipient } = this.world;
    if (!this.sender.isUp) return false;
    try {
      await sender.client.call("message.send", { who: recipient.account, ...draft });
      return true;
    } catch (error) {
      // The connection goes with the process, before anybody has heard that it ended.
      if (error instanceof Error && "code" in error && error.code === "STOPPED") return false;
      throw error;
    }
  }

  async #start(relayCount: number): Promise<void> {
    const { world } = this;
    await world.writeNetwork();
    for (let index = 0; index < relayCount; index++) {
      await world.startRelay(`relay-${index + 1}`);
      this.relays.push(relayVictim(world, index));
    }
    const { sender, recipient } = world;
    await Promise.all([sender.start(), recipient.start()]);
    for (const person of [sender, recipient]) {
      const { account } = await person.client.call("account.create", {});
      person.settle(account);
    }
    const { text } = await recipient.client.call("invite.create", {});
    await sender.client.call("invite.join", { invite: text });
    const areFriends = async (): Promise<boolean> =>
      (await sender.relationTo(recipient)) === "accepted" && (await recipient.relationTo(sender)) === "accepted";
    await this.until("sender and recipient are contacts", areFriends, 60_000);
  }
}

function countFindings(who: string, found: readonly Message[], drafts: readonly Draft[]): readonly string[] {
  const countById = new Map<string, number>();
  for (const { id } of found) countById.set(id, (countById.get(id) ?? 0) + 1);
  return drafts.flatMap(({ id, text }) => {
    const count = countById.get(id) ?? 0;
    return count === 1 ? [] : [`${who} "${text}" ${count} times`];
  });
}

function orderFindings(own: readonly Message[], theirs: readonly Message[]): readonly string[] {
  const isSame = own.map(({ id }) => id).join() === theirs.map(({ id }) => id).join();
  return isSame ? [] : ["the recipient sees another order than the sender"];
}
