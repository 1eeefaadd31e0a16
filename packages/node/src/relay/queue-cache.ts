/** Which queues are in memory: loads them once however many ask, checks them against their record, lets idle ones go. */
import type { Clock, Store, StoreChange } from "@kith/client";
import { equalBytes, type QueueId } from "@kith/protocol";
import { emptyQueue, type HotItem, type HotQueue, recordChange, xorId } from "./hot-queue.ts";
import { envelopeKey, itemKey, itemKeyToSeq, itemRange, recordKey } from "./queue-keys.ts";
import { decodeItem, decodeQueueRecord, type QueueRecord, withMissing } from "./queue-record.ts";
import { createBucket, type Rate } from "./token-bucket.ts";

/** What the cache works on. */
export interface QueueCacheOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly putRate: Rate;
  readonly maxItems: number;
  /** Told how the bytes held changed when a damaged queue was repaired. */
  readonly onRepair: (sizeDifference: number, missing: number) => void;
}

/** Queues in memory, least recently used first. */
export class QueueCache {
  readonly #options: QueueCacheOptions;
  readonly #hot = new Map<QueueId, HotQueue>();
  readonly #loading = new Map<QueueId, Promise<HotQueue | null>>();
  #items = 0;

  constructor(options: QueueCacheOptions) {
    this.#options = options;
  }

  /** The queue, kept in memory until `release`; null when there is none. */
  async acquire(id: QueueId): Promise<HotQueue | null> {
    for (;;) {
      const queue = this.#hot.get(id) ?? (await this.#load(id));
      if (queue === null || queue.isGone) return null;
      if (this.#hot.get(id) !== queue) continue; // let go between its loading and now
      queue.pins += 1;
      this.#hot.delete(id);
      this.#hot.set(id, queue);
      return queue;
    }
  }

  /** Ends one `acquire`. */
  release(queue: HotQueue): void {
    queue.pins -= 1;
    if (queue.isGone && this.#hot.get(queue.id) === queue && queue.pins === 0) this.#forget(queue);
    if (this.#items + this.#hot.size > this.#options.maxItems) this.#evict();
  }

  /** Takes in a queue that was just made; its first pin is the caller's. */
  add(queue: HotQueue): void {
    queue.pins += 1;
    this.#hot.set(queue.id, queue);
  }

  /** Whether the queue is in memory and alive. */
  has(id: QueueId): boolean {
    return this.#hot.get(id)?.isGone === false;
  }

  /** Keeps the count of index entries in memory; called with each change of a queue's items. */
  countItems(difference: number): void {
    this.#items += difference;
  }

  #forget(queue: HotQueue): void {
    this.#hot.delete(queue.id);
    this.#items -= queue.items.size;
  }

  #evict(): void {
    for (const queue of this.#hot.values()) {
      if (this.#items + this.#hot.size <= this.#options.maxItems) return;
      if (queue.pins === 0) this.#forget(queue);
    }
  }

  #load(id: QueueId): Promise<HotQueue | null> {
    const known = this.#loading.get(id);
    if (known !== undefined) return known;
    const loading = this.#read(id).finally(() => this.#loading.delete(id));
    this.#loading.set(id, loading);
    return loading;
  }

  async #read(id: QueueId): Promise<HotQueue | null> {
    const { store, clock, putRate } = this.#options;
    const row = await store.get(recordKey(id));
    if (row === undefined) return null;
    const record = decodeQueueRecord(row);
    if (record === null) return null;
    const rows = await store.entries(itemRange(id));
    const queue = emptyQueue(id, record, createBucket(putRate, clock.monotonicMs()));
    const changes = indexItems(queue, rows);
    const repaired = repairRecord(queue);
    if (repaired !== null) {
      this.#options.onRepair(queue.record.sizeBytes - repaired.before.sizeBytes, repaired.missing);
      changes.push(recordChange(queue));
    }
    if (changes.length > 0) await store.commit(changes);
    this.#items += queue.items.size;
    this.#hot.set(id, queue);
    return queue;
  }
}

/** Fills the index from its rows; returns the deletion of rows that cannot be read. */
function indexItems(queue: HotQueue, rows: readonly (readonly [string, Uint8Array])[]): StoreChange[] {
  const changes: StoreChange[] = [];
  for (const [key, value] of rows) {
    const seq = itemKeyToSeq(key);
    const item = decodeItem(seq, value);
    if (item === null || queue.seqById.has(item.id)) {
      changes.push({ key: itemKey(queue.id, seq) }, { key: envelopeKey(queue.id, seq) });
      continue;
    }
    queue.items.set(seq, { ...item, pending: null });
    queue.seqById.set(item.id, seq);
  }
  return changes;
}

/** Compares record and index; when they differ the record follows the index and says what is missing. */
function repairRecord(queue: HotQueue): { readonly before: QueueRecord; readonly missing: number } | null {
  const before = queue.record;
  const held = summarize(queue.items.values());
  const isSame =
    held.count === before.count &&
    held.firstSeq === before.firstSeq &&
    held.lastSeq <= before.lastSeq &&
    equalBytes(held.idHash, before.idHash);
  if (isSame) return null;
  const missing = held.count < before.count ? before.count - held.count : Number(held.count === before.count);
  const lastSeq = Math.max(held.lastSeq, before.lastSeq);
  queue.record = withMissing({ ...before, ...held, lastSeq }, missing);
  return { before, missing };
}

function summarize(
  items: Iterable<HotItem>,
): Pick<QueueRecord, "count" | "sizeBytes" | "firstSeq" | "lastSeq" | "idHash"> {
  let [count, sizeBytes, firstSeq, lastSeq] = [0, 0, 0, 0];
  let idHash: Uint8Array = new Uint8Array(32);
  for (const item of items) {
    if (count === 0) firstSeq = item.seq;
    count += 1;
    sizeBytes += item.sizeBytes;
    lastSeq = item.seq;
    idHash = xorId(idHash, item.id);
  }
  return { count, sizeBytes, firstSeq, lastSeq, idHash };
}
