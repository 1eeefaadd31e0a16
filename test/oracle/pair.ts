/** Kith and libsignal at the two ends of one session, without a network between them. */
import { type CryptoSuite, utf8 } from "@kith/protocol";
import { createSeededRandom, createSessionDevice, createSessionParty, type SessionParty } from "@kith/protocol/testing";
import { SignalParty, senderOf } from "./signal-party.ts";

/** One of the two ends. */
export type End = "kith" | "signal";

const NOW_MS = 1_700_000_000_000;

/** Kith's end, seeded. */
export async function createKithParty(suite: CryptoSuite, seed: string): Promise<SessionParty> {
  const random = createSeededRandom(`kith ${seed}`);
  return createSessionParty({ suite, random, nowMs: NOW_MS }, await createSessionDevice(suite, random));
}

/** The two ends; Kith stores and loads its record before each call, as libsignal does. */
export class Pair {
  readonly kith: SessionParty;
  readonly signal: SignalParty = new SignalParty();

  private constructor(kith: SessionParty) {
    this.kith = kith;
  }

  static async create(suite: CryptoSuite, seed: string): Promise<Pair> {
    return new Pair(await createKithParty(suite, seed));
  }

  /** One end starts a session with the other. */
  async start(end: End, hasOneTime: boolean): Promise<void> {
    if (end === "kith") await this.kith.startFrom(await this.signal.createBundle(hasOneTime));
    else await this.signal.start(this.kith.device.createBundle(hasOneTime ? 0 : undefined));
  }

  async send(end: End, plaintext: Uint8Array): Promise<Uint8Array> {
    if (end === "signal") return this.signal.send(plaintext);
    this.kith.restart();
    return this.kith.send(plaintext);
  }

  /** Null when it is refused. @throws Error when a refusal of Kith's changed its record. */
  async receive(end: End, bytes: Uint8Array): Promise<Uint8Array | null> {
    if (end === "signal") return this.signal.receive(bytes).catch(() => null);
    this.kith.restart();
    const before = this.kith.record;
    const received = await this.kith.receive(bytes, senderOf(this.signal));
    if (received.ok) return received.value;
    if (this.kith.record !== before) throw new Error("a refused message changed the record");
    return null;
  }

  /** One end sends a text and the other reads it. @throws Error when it does not. */
  async pass(from: End, text: string): Promise<void> {
    const opened = await this.receive(from === "kith" ? "signal" : "kith", await this.send(from, utf8(text)));
    if (opened === null || new TextDecoder().decode(opened) !== text)
      throw new Error(`"${text}" of ${from} was not read`);
  }
}
