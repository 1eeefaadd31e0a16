/** What W1 counts, the same for Kith and for the floors. */
import { SMOKE_VARIABLE } from "./smoke.ts";

const isSmoke: boolean = process.env[SMOKE_VARIABLE] === "1";

/** The size of the work. */
export const ONLINE_WORK = Object.freeze({
  rounds: isSmoke ? 1 : 3,
  sizeBytes: 256,
  warmUps: isSmoke ? 10 : 100,
  pingPongs: isSmoke ? 50 : 1_000,
  pipelined: isSmoke ? 500 : 10_000,
  maxUnconfirmed: 256,
  /** Messages a floor confirms with one receipt, as a stream without receipts of its own would. */
  confirmedTogether: 32,
});

/** Messages of one round: each ping-pong is two. */
export const ONLINE_MESSAGES: number = ONLINE_WORK.pipelined + 2 * (ONLINE_WORK.pingPongs + ONLINE_WORK.warmUps);

/** One round's figures as the sending side saw them. */
export interface OnlineFigures {
  readonly rttP50Ms: number;
  readonly rttP99Ms: number;
  readonly messagesPerSecond: number;
}
