/**
 * Where the rows of queues lie, so that a LIST is one range read and nothing expires by scanning.
 * The keys hold queue ids, envelope positions and day numbers, and nothing that names a person.
 */
import type { StoreRange } from "@kith/client";
import type { QueueId } from "@kith/protocol";

function padded(value: number, digits: number): string {
  return String(value).padStart(digits, "0");
}

/** Record of a queue. */
export function recordKey(queue: QueueId): string {
  return `q/${queue}`;
}

/** The receive id that belongs to a send id. */
export function senderKey(sendId: QueueId): string {
  return `s/${sendId}`;
}

/** Index entry of one envelope: id, size and time. */
export function itemKey(queue: QueueId, seq: number): string {
  return `l/${queue}/${padded(seq, 16)}`;
}

/** The envelope itself. */
export function envelopeKey(queue: QueueId, seq: number): string {
  return `e/${queue}/${padded(seq, 16)}`;
}

/** Index entries of one queue, in order. */
export function itemRange(queue: QueueId): StoreRange {
  return { gte: `l/${queue}/`, lt: `l/${queue}0` };
}

/** Position of the envelope an index key belongs to. */
export function itemKeyToSeq(key: string): number {
  return Number(key.slice(key.lastIndexOf("/") + 1));
}

/**
 * What happens on a day: `x` a queue took envelopes on it, `y` a queue is to be checked for idleness,
 * `n` a queue was made that nobody has opened yet.
 */
export type Bucket = "x" | "y" | "n";

/** Row of a queue in the bucket of a day. */
export function bucketKey(bucket: Bucket, day: number, queue: QueueId): string {
  return `${bucket}/${padded(day, 8)}/${queue}`;
}

/** Rows of a bucket up to and including a day. */
export function bucketRange(bucket: Bucket, lastDay: number, limit: number): StoreRange {
  return { gte: `${bucket}/`, lt: `${bucket}/${padded(Math.max(0, lastDay + 1), 8)}/`, limit };
}

/** Day and queue of a bucket row. */
export function parseBucketKey(key: string): { readonly day: number; readonly queue: QueueId } {
  const [, day, queue] = key.split("/");
  return { day: Number(day), queue: queue as QueueId };
}
