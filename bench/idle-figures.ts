/** What W3 counts. */
import { SMOKE_VARIABLE } from "./smoke.ts";
import type { WorkerMessage } from "./worker-process.ts";

const isSmoke: boolean = process.env[SMOKE_VARIABLE] === "1";

/** Told once a server serves. */
export interface IdleServer extends WorkerMessage {
  /** A TCP address with its PeerId. */
  readonly address: string;
}

/** What a server takes now. */
export interface IdleMemory extends WorkerMessage {
  readonly rssBytes: number;
}

/** The size of the work. */
export const IDLE_WORK = Object.freeze({
  /** Clients whose memory at the server is taken. */
  clients: isSmoke ? 20 : 2_000,
  /** Clients that must be held at once. */
  held: isSmoke ? 40 : 5_000,
  /** Clients in one process: they take more memory than what is measured. */
  clientsAProcess: isSmoke ? 10 : 1_000,
  /** Clients of one process that connect at the same time. */
  connecting: 16,
  /** New connections a second of one process: a host takes 200 from one address, and three processes connect at once. */
  connectsPerSecond: 60,
  /** Between the last client and the measurement: handshakes have left the memory by then. */
  settleMs: isSmoke ? 100 : 3_000,
});
