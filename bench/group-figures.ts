/** What the processes of the work `group` tell each other, and how much of it there is. */
import { SMOKE_VARIABLE } from "./smoke.ts";
import type { WorkerMessage } from "./worker-process.ts";

/** Sizes count the sender; messages are those of one group, sends those under way at once. */
export const GROUP_WORK =
  process.env[SMOKE_VARIABLE] === undefined
    ? { sizes: [4, 8, 16, 32], messages: 640, warmUps: 32, sends: 64, sizeBytes: 256, memberProcesses: 2, sealed: 2000 }
    : { sizes: [3], messages: 4, warmUps: 2, sends: 2, sizeBytes: 256, memberProcesses: 1, sealed: 10 };

/** Asked of the sender, and its answer. */
export interface Invites extends WorkerMessage {
  readonly type: "invites";
  readonly invites: readonly string[];
}

/** The accounts that joined by invites. */
export interface Joined extends WorkerMessage {
  readonly type: "joined";
  readonly accounts: readonly string[];
}

/** A group that was made. */
export interface Made extends WorkerMessage {
  readonly type: "made";
  readonly group: string;
}

/** CPU seconds of a process so far. */
export interface CpuReport extends WorkerMessage {
  readonly type: "report";
  readonly cpuSeconds: number;
}

/** What another library does a second. */
export interface SealedFigures extends WorkerMessage {
  readonly type: "figures";
  readonly perSecond: number;
}

/** CPU of this process so far. */
export function cpuReport(): CpuReport {
  const { user, system } = process.cpuUsage();
  return { type: "report", cpuSeconds: (user + system) / 1e6 };
}
