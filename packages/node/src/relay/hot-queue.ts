/**
 * A queue in memory: its record and the index of what it holds.
 * While a queue is here, memory is ahead of the disk by exactly the batches under way; every change of it goes with the
 * batch that writes it, and batches commit in the order they were handed over.
 */
import type { StoreChange } from "@kith/client";
import { type EnvelopeId, fromHex, type QueueId } from "@kith/protocol";
import { bucketKey, envelopeKey, itemKey, recordKey, senderKey } from "./queue-keys.ts";
import { encodeItem, encodeQueueRecord, type QueueRecord, type StoredItem } from "./queue-record.ts";
import type { TokenBucket } from "./token-bucket.ts";

/** An envelope in the index; `pending` until its batch is synced, and invisible to the owner until then. */
export interface HotItem extends StoredItem {
  pending: Promise<void> | null;
}

/** A loaded queue. */
export interface HotQueue {
  readonly id: QueueId;
  record: QueueRecord;
  /** In order of position. */
  readonly items: Map<number, HotItem>;
  readonly seqById: Map<EnvelopeId, number>;
  readonly putBucket: TokenBucket;
  /** Operations under way; a queue with any stays in memory. */
  pins: number;
  /** Dropped, or no longer what the disk holds: nothing may be done with it. */
  isGone: boolean;
}

/** A queue with nothing in its index. */
export function emptyQueue(id: QueueId, record: QueueRecord, putBucket: TokenBucket): HotQueue {
  return { id, record, items: new Map(), seqById: new Map(), putBucket, pins: 0, isGone: false };
}

/** Envelopes that are synced to disk. */
export function countStored(queue: HotQueue): number {
  let count = 0;
  for (const item of queue.items.values()) if (item.pending === null) count += 1;
  return count;
}

/** XOR of a hash and an envelope id, 32 bytes. */
export function xorId(hash: Uint8Array, id: EnvelopeId): Uint8Array {
  const result = fromHex(id);
  for (let index = 0; index < result.length; index++)
    result[index] = (result[index] as number) ^ (hash[index] as number);
  return result;
}

/** The row that makes a queue's record what memory says. */
export function recordChange(queue: HotQueue): StoreChange {
  // The record of now and no later one; of many in one write only the last is encoded.
  const { record } = queue;
  return { key: recordKey(queue.id), value: () => encodeQueueRecord(record) };
}

/** What a new envelope is stored as. */
export interface NewItem {
  readonly id: EnvelopeId;
  readonly envelope: Uint8Array;
  readonly storedAtMs: number;
  readonly day: number;
  readonly rank: number;
}

/** Adds an envelope at the next position and its rows to `changes`; the record row is the caller's to add. */
export function appendItem(queue: HotQueue, added: NewItem, changes: StoreChange[]): HotItem {
  const { record } = queue;
  const { id, envelope, storedAtMs, day, rank } = added;
  const seq = record.lastSeq + 1;
  const item: HotItem = { seq, id, sizeBytes: envelope.length, storedAtMs, day, rank, pending: null };
  queue.items.set(seq, item);
  queue.seqById.set(id, seq);
  if (record.putDay !== day) changes.push({ key: bucketKey("x", day, queue.id), value: new Uint8Array() });
  queue.record = {
    ...record,
    putDay: day,
    count: record.count + 1,
    sizeBytes: record.sizeBytes + envelope.length,
    firstSeq: record.count === 0 ? seq : record.firstSeq,
    lastSeq: seq,
    idHash: xorId(record.idHash, id),
  };
  changes.push({ key: itemKey(queue.id, seq), value: encodeItem(item) });
  changes.push({ key: envelopeKey(queue.id, seq), value: envelope });
  return item;
}

/** Removes envelopes and adds the deletion of their rows to `changes`; returns the bytes freed. */
export function removeItems(queue: HotQueue, seqs: Iterable<number>, changes: StoreChange[]): number {
  let { count, sizeBytes, idHash } = queue.record;
  const before = sizeBytes;
  for (const seq of seqs) {
    const item = queue.items.get(seq);
    if (item === undefined) continue;
    queue.items.delete(seq);
    queue.seqById.delete(item.id);
    count -= 1;
    sizeBytes -= item.sizeBytes;
    idHash = xorId(idHash, item.id);
    changes.push({ key: itemKey(queue.id, seq) }, { key: envelopeKey(queue.id, seq) });
  }
  const [firstSeq = 0] = queue.items.keys();
  queue.record = { ...queue.record, count, sizeBytes, idHash, firstSeq };
  return before - sizeBytes;
}

/** The day a queue dies of idleness. */
export function idleDay(record: QueueRecord, idleDays: number): number {
  return Math.max(record.createdDay, record.openedDay, record.putDay) + idleDays;
}

/** Deletes every row of a queue except its bucket rows, which find nothing and go on their day. */
export function dropQueue(queue: HotQueue, changes: StoreChange[]): number {
  const freed = removeItems(queue, [...queue.items.keys()], changes);
  queue.isGone = true;
  changes.push({ key: recordKey(queue.id) }, { key: bucketKey("n", queue.record.createdDay, queue.id) });
  if (queue.record.sendId !== undefined) changes.push({ key: senderKey(queue.record.sendId) });
  return freed;
}
