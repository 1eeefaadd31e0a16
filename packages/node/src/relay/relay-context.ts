/** The parts of a relay that its operations share. */
import type { Clock, Prober } from "@kith/client";
import type { CryptoSuite, RelayErrorCode, RelayId, RelayResponse } from "@kith/protocol";
import type { AdmitTable } from "./admit-table.ts";
import type { BlobParts } from "./blob-operations.ts";
import type { EmbeddedQueues } from "./embedded-queues.ts";
import type { RelayCounters } from "./metrics.ts";
import type { PrekeyStore } from "./prekey-store.ts";
import type { QueueStorage } from "./queue-storage.ts";
import type { RelayLimits } from "./relay-limits.ts";
import type { RelayRecords } from "./relay-records.ts";
import type { SerialLock } from "./serial-lock.ts";
import type { SubscriptionTable } from "./subscriptions.ts";
import type { TaskLimit } from "./task-limit.ts";
import type { BucketTable } from "./token-bucket.ts";
import type { WorkGate } from "./work-gate.ts";

/** Everything an operation may use. */
export interface RelayContext {
  readonly relay: RelayId;
  readonly suite: CryptoSuite;
  readonly clock: Clock;
  readonly limits: RelayLimits;
  readonly queues: QueueStorage;
  /** Requests share batches with bundles, tokens and proofs, so boxes are always embedded. */
  readonly boxes: EmbeddedQueues;
  /** Null where no files are taken. */
  readonly blobs: BlobParts | null;
  readonly gate: WorkGate;
  readonly admits: AdmitTable;
  readonly prekeys: PrekeyStore;
  /** Operations on one box's bundle run one after another. */
  readonly boxLock: SerialLock;
  /** Reads of envelopes under way at once, for all channels together. */
  readonly reads: TaskLimit;
  readonly subscriptions: SubscriptionTable;
  readonly records: RelayRecords;
  readonly prober: Prober | null;
  readonly dialbacks: BucketTable;
  readonly counters: RelayCounters;
  /** False when so little disk is left that only deletes are taken. */
  readonly hasDiskRoom: () => boolean;
}

/** A refusal as an answer. */
export function refuse(code: RelayErrorCode, details: { bits?: number; retryAfterMs?: number } = {}): RelayResponse {
  return { type: "error", code, ...details };
}
