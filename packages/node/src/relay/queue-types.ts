/** What goes into and comes out of a queue store. */
import type { Clock, Store } from "@kith/client";
import type { CryptoSuite, EnvelopeId, QueueId } from "@kith/protocol";
import type { StoredItem } from "./queue-record.ts";
import type { StableTime } from "./stable-time.ts";
import type { Rate } from "./token-bucket.ts";

/** What a queue store may hold. */
export interface QueueBounds {
  readonly messages: number;
  readonly sizeBytes: number;
  readonly totalBytes: number;
  readonly totalQueues: number;
  readonly idleDays: number;
  readonly lifeDays: number;
  readonly unopenedDays: number;
  readonly putRate: Rate;
  readonly hotItems: number;
}

/** Told about what happens to envelopes, after it is on disk. */
export interface QueueEvents {
  /** An envelope was synced. */
  onStored(queue: QueueId, item: StoredItem, envelope: Uint8Array): void;
  /** Envelopes left the queue: acknowledged, expired or dropped. */
  onRemoved(queue: QueueId, seqs: readonly number[]): void;
  onDamage(missing: number): void;
}

/** What left with time. */
export interface SweepResult {
  readonly expiredEnvelopes: number;
  readonly droppedQueues: number;
}

/** What a queue store works on. */
export interface QueueStoreOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly time: StableTime;
  readonly suite: CryptoSuite;
  readonly bounds: QueueBounds;
  readonly events: QueueEvents;
}

/** Why one envelope was not stored. */
export type StoreRefusal = "unknown-queue" | "queue-full" | "relay-full" | "rate-limited" | "busy";

/** How one envelope of a PUT ended. */
export type PutResult =
  | { readonly ok: true; readonly id: EnvelopeId; readonly senderMacKey: Uint8Array | null }
  | { readonly ok: false; readonly code: StoreRefusal };

/** One envelope for one queue, by receive id. */
export interface PutItem {
  readonly queue: QueueId;
  readonly envelope: Uint8Array;
}

/** An envelope as read. */
export interface ReadItem {
  readonly item: StoredItem;
  readonly envelope: Uint8Array;
}
