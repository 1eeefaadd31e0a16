/**
 * The storage port of a relay: where its queues lie, and nothing of how. The embedded implementation keeps them in ordered
 * rows (`embedded-queues.ts`, LevelDB under the program); a fleet may keep them in an engine of its own. Every
 * implementation passes `testing/queue-storage-conformance.ts`.
 *
 * What is answered as done is durable. Results of one call do not depend on other queues. An envelope is in the range of
 * its queue from its commit on, positions rise and are never given out twice, and nothing is evicted to make room.
 */
import type { QueueId, StoredRef } from "@kith/protocol";
import type { QueueToCreate } from "./new-queue.ts";
import type { PutItem, PutResult, QueueEvents, ReadItem, SweepResult } from "./queue-types.ts";

/** Why no queue was made. */
export type CreationRefusal = "unknown-queue" | "relay-full" | "busy";

/** What is known of a queue without reading it. */
export interface QueueState {
  readonly sendId?: QueueId | undefined;
  readonly ownerMacKey: Uint8Array;
  readonly senderMacKey?: Uint8Array | undefined;
  /** Envelopes that are committed and not acknowledged. */
  readonly waiting: number;
  /** Envelopes that were lost and of which each side has yet to take note. */
  readonly missing: { readonly send: number; readonly receive: number };
}

/** Positions of a queue, in order. */
export interface QueueRange {
  readonly items: readonly (StoredRef & { readonly sizeBytes: number })[];
  readonly isMore: boolean;
}

/** How many bytes a reader takes: those of envelopes, and so many more for each. */
export interface ReadBudget {
  readonly bytes: number;
  readonly eachBytes: number;
}

/** Queues by their receive id. Where a queue does not exist the answer is null. */
export interface QueueStorage {
  /** What is held now; envelopes without what is kept about them. */
  readonly totals: { readonly queues: number; readonly sizeBytes: number };
  /** The engine refuses to write, and will until the process starts again: everything to store ends as `busy`. */
  readonly hasFailed: boolean;
  /** Called once before anything else. @param isDamaged something is known to be lost: each queue counts one as missing. */
  start(isDamaged?: boolean): Promise<void>;
  /** Tells of envelopes from now on: committed, gone, or found lost. */
  subscribe(listener: QueueEvents): void;

  /** Makes all of the queues or none; those that are there exactly as named stay as they are. @returns null when done. */
  create(queues: readonly QueueToCreate[]): Promise<CreationRefusal | null>;
  /** Whether all queues are there exactly as named. */
  haveAll(queues: readonly QueueToCreate[]): Promise<boolean>;
  look(queue: QueueId): Promise<QueueState | null>;
  findBySender(sendId: QueueId): Promise<QueueId | null>;
  /** A side uses the queue: it is not idle, and no longer one that nobody ever opened. */
  touch(queue: QueueId): Promise<void>;

  /** Stores envelopes in order; an id that a queue holds is done without storing it again. */
  append(items: readonly PutItem[]): Promise<readonly PutResult[]>;
  /** What is held after a position, at most `max`. */
  range(queue: QueueId, afterSeq: number, max: number): Promise<QueueRange | null>;
  /** Envelopes at positions, as many from the front as fit; one that was lost is left out and counts as missing. */
  read(queue: QueueId, seqs: readonly number[], budget: ReadBudget): Promise<readonly ReadItem[] | null>;
  /** Deletes envelopes named by position and id; what does not match stays. */
  ack(queue: QueueId, refs: readonly StoredRef[]): Promise<"done" | "busy" | null>;
  /** A side took note of so many missing envelopes. */
  forgive(queue: QueueId, side: "send" | "receive", missing: number): Promise<void>;
  /** Deletes a queue with all it holds. */
  drop(queue: QueueId): Promise<"done" | "busy" | null>;

  /** Removes envelopes past their life and queues nobody used; none that `isInUse` names. */
  expire(isInUse: (queue: QueueId) => boolean): Promise<SweepResult>;
  /** Removes queues that neither side ever opened and that are old enough for it. @returns how many. */
  dropUnopened(): Promise<number>;
}
