/** What W2 counts. */
import { SMOKE_VARIABLE } from "./smoke.ts";

const isSmoke: boolean = process.env[SMOKE_VARIABLE] === "1";

/** The size of the work. */
export const STORED_WORK = Object.freeze({
  rounds: isSmoke ? 1 : 3,
  sizeBytes: 256,
  messages: isSmoke ? 300 : 10_000,
  /** Messages of the sender not yet shown as sent. */
  maxUnacknowledged: 64,
  /** The relay alone: senders, each on a connection of its own, and envelopes that exist before the clock starts. */
  senders: isSmoke ? 5 : 50,
  envelopes: isSmoke ? 1_000 : 50_000,
  envelopeBytes: 768,
  /** Envelopes in one frame of a sender; its next one leaves when the one before is answered. */
  frame: 16,
  /** As work grows: queues that the senders use together, and what the relay holds of others. */
  grownQueues: isSmoke ? [10, 100] : [10, 1_000, 100_000],
  grownBytes: isSmoke ? 8 * 2 ** 20 : 2 ** 30,
});
