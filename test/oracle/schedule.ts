/**
 * A random conversation between Kith and libsignal over a network that loses, reorders, repeats and damages. It holds
 * them to one rule: what arrives genuine and in time is read exactly once, and everything else is refused.
 */
import { bytesToUint32, equalBytes, type RandomBytes, toHex, utf8 } from "@kith/protocol";
import type { SessionParty } from "@kith/protocol/testing";
import { expect } from "vitest";
import type { End } from "./pair.ts";
import { epochOfMessage, type SignalParty, senderOf } from "./signal-party.ts";

/** What a run is made of. */
export interface Schedule {
  readonly messages: number;
  /** Share of messages that never arrive, 0 to 1. */
  readonly loss: number;
  /** Most messages sent in one go. */
  readonly burst: number;
  /** Chance of starting a session anew, a turn. */
  readonly restartSession: number;
}

/** What happened in a run. */
export interface Tally {
  sent: number;
  read: number;
  lost: number;
  repeated: number;
  damaged: number;
  sessions: number;
}

interface Flying {
  readonly to: End;
  readonly bytes: Uint8Array;
  readonly plaintext: Uint8Array;
  /** Number of the sender's turn: both sides keep five receiving chains. */
  readonly turn: number;
}

/** Chains a receiver keeps, less one: later messages count as lost. */
const MAX_TURNS_LATE = 4;

/** The second byte of a message that is not a first one: field 1 as bytes. */
const PLAIN_MESSAGE = 0x0a;

/** Messages of the past that may be repeated. */
const MAX_REMEMBERED = 50;

/** The two ends and the network between them. */
export class Conversation {
  readonly tally: Tally = { sent: 0, read: 0, lost: 0, repeated: 0, damaged: 0, sessions: 0 };
  readonly #kith: SessionParty;
  readonly #signal: SignalParty;
  readonly #random: RandomBytes;
  readonly #schedule: Schedule;
  #flying: Flying[] = [];
  readonly #read: Flying[] = [];
  readonly #turns: Record<End, number> = { kith: 0, signal: 0 };
  readonly #seenTurns: Record<End, number> = { kith: 0, signal: 0 };
  #lastReader: End | null = null;
  #signalEpoch = 0;

  constructor(kith: SessionParty, signal: SignalParty, random: RandomBytes, schedule: Schedule) {
    this.#kith = kith;
    this.#signal = signal;
    this.#random = random;
    this.#schedule = schedule;
  }

  /** The newest post-quantum epoch whose secret libsignal has: the one before that which it negotiates. */
  get signalEpoch(): number {
    return this.#signalEpoch;
  }

  /** One end starts a session with the other. */
  async start(end: End, hasOneTime: boolean): Promise<void> {
    this.tally.sessions++;
    if (end === "kith") {
      const bundle = await this.#signal.createBundle(hasOneTime);
      await this.#kith.startFrom(bundle);
    } else {
      await this.#signal.start(this.#kith.device.createBundle(undefined));
    }
  }

  /** Plays the schedule to its end and delivers what still flies. */
  async play(): Promise<void> {
    while (this.tally.sent < this.#schedule.messages) {
      if (this.#chance(this.#schedule.restartSession))
        await this.start(this.#pick(["kith", "signal"]), this.#chance(0.5));
      if (this.#chance(0.1)) this.#kith.restart();
      const end = this.#pick(["kith", "signal"] as const);
      if (this.#hasSession(end)) await this.#sendBurst(end);
      await this.#deliverSome();
    }
    while (this.#flying.length > 0) await this.#deliver(0);
  }

  /** Strict turns without loss, at most `most` each, until something holds. */
  async takeTurns(most: number, isEnough: () => boolean): Promise<void> {
    const first: End = this.#hasSession("kith") ? "kith" : "signal";
    const order: readonly End[] = first === "kith" ? ["kith", "signal"] : ["signal", "kith"];
    for (let i = 0; i < most && !isEnough(); i++) {
      for (const end of order) {
        const plaintext = utf8(`turn ${i} of ${end}`);
        const bytes = await this.#send(end, plaintext);
        expect(await this.#receive(end === "kith" ? "signal" : "kith", bytes)).toEqual(plaintext);
      }
    }
  }

  #hasSession(end: End): boolean {
    return end === "kith" ? this.#kith.record.current !== null : this.#signal.hasSession();
  }

  async #send(end: End, plaintext: Uint8Array): Promise<Uint8Array> {
    if (end === "kith") return this.#kith.send(plaintext);
    const bytes = await this.#signal.send(plaintext);
    this.#signalEpoch = epochOfMessage(bytes) - 1;
    return bytes;
  }

  async #sendBurst(end: End): Promise<void> {
    if (this.#lastReader === end) this.#turns[end]++;
    this.#lastReader = null;
    const count = this.#chance(0.2) ? 1 + this.#below(this.#schedule.burst) : 1;
    for (let i = 0; i < count; i++) {
      const plaintext = utf8(`${end} ${this.tally.sent} `.padEnd(this.#below(600), "."));
      const bytes = await this.#send(end, plaintext);
      this.tally.sent++;
      const to = end === "kith" ? "signal" : "kith";
      if (this.#chance(this.#schedule.loss)) this.tally.lost++;
      else this.#flying.push({ to, bytes, plaintext, turn: this.#turns[end] });
    }
  }

  async #deliverSome(): Promise<void> {
    const count = this.#below(6);
    for (let i = 0; i < count && this.#flying.length > 0; i++) {
      await this.#deliver(this.#chance(0.6) ? 0 : this.#below(this.#flying.length));
    }
  }

  async #deliver(index: number): Promise<void> {
    const [each] = this.#flying.splice(index, 1);
    if (each === undefined) return;
    if (this.#seenTurns[each.to] - each.turn > MAX_TURNS_LATE) {
      this.tally.lost++;
      return;
    }
    if (this.#chance(0.05) && (await this.#deliverDamaged(each))) return this.#noteRead(each);
    const plaintext = await this.#receive(each.to, each.bytes);
    expect(plaintext === null ? "refused" : toHex(plaintext)).toBe(toHex(each.plaintext));
    this.#noteRead(each);
    if (this.#chance(0.1)) await this.#repeat();
  }

  #noteRead(each: Flying): void {
    this.tally.read++;
    this.#seenTurns[each.to] = Math.max(this.#seenTurns[each.to], each.turn);
    this.#lastReader = each.to;
    this.#read.push(each);
    if (this.#read.length > MAX_REMEMBERED) this.#read.shift();
  }

  async #repeat(): Promise<void> {
    const each = this.#pick(this.#read);
    this.tally.repeated++;
    expect(await this.#receive(each.to, each.bytes)).toBeNull();
  }

  /**
   * Changes one bit somewhere. Around a first message v4 authenticates nothing but what the keys follow from, so a
   * change of a registration id may go unnoticed; then the message counts as read.
   */
  async #deliverDamaged({ to, bytes, plaintext }: Flying): Promise<boolean> {
    const damaged = bytes.slice();
    const at = this.#below(damaged.length);
    damaged[at] = (damaged[at] as number) ^ (1 << this.#below(8));
    this.tally.damaged++;
    const opened = await this.#receive(to, damaged);
    if (opened === null) return false;
    expect(bytes[1]).not.toBe(PLAIN_MESSAGE);
    expect(equalBytes(opened, plaintext)).toBe(true);
    return true;
  }

  /** Null when the message is refused; a refusal of ours leaves the record as it was. */
  async #receive(to: End, bytes: Uint8Array): Promise<Uint8Array | null> {
    if (to === "signal") return this.#signal.receive(bytes).catch(() => null);
    const before = this.#kith.record;
    const received = await this.#kith.receive(bytes, senderOf(this.#signal));
    if (!received.ok) expect(this.#kith.record).toBe(before);
    return received.ok ? received.value : null;
  }

  #chance(share: number): boolean {
    return this.#below(1_000_000) < share * 1_000_000;
  }

  #pick<T>(choices: readonly T[]): T {
    return choices[this.#below(choices.length)] as T;
  }

  #below(limit: number): number {
    return bytesToUint32(this.#random(4)) % limit;
  }
}
