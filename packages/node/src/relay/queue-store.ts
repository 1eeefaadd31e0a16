/**
 * Queues on disk: made, filled, listed, read, acknowledged, dropped. One store for queues, one for request boxes. An
 * envelope counts as stored only after the synced commit; nothing is ever evicted to make room. Requests on many channels
 * stage their changes at once and share the store's group commits.
 */
import type { StoreChange } from "@kith/client";
import { type EnvelopeId, type QueueId, toHex } from "@kith/protocol";
import {
  appendItem,
  dropQueue,
  emptyQueue,
  type HotItem,
  type HotQueue,
  type NewItem,
  recordChange,
  removeItems,
} from "./hot-queue.ts";
import { newQueueChanges, newRecord, type QueueToCreate } from "./new-queue.ts";
import { resultOf, StoreRefused } from "./pending-put.ts";
import { QueueCache } from "./queue-cache.ts";
import { bucketKey, envelopeKey, senderKey } from "./queue-keys.ts";
import { decodeQueueRecord, encodeQueueRecord, type QueueRecord, withMissing } from "./queue-record.ts";
import type { PutItem, PutResult, QueueBounds, QueueStoreOptions, ReadItem, StoreRefusal } from "./queue-types.ts";
import { createBucket, takeTokens } from "./token-bucket.ts";

const RECORD_PAGE = 1000;

/** Durable queues with their index in memory. */
export class QueueStore {
  readonly #options: QueueStoreOptions;
  readonly #cache: QueueCache;
  #queues = 0;
  #sizeBytes = 0;
  #hasFailed = false;

  constructor(options: QueueStoreOptions) {
    this.#options = options;
    const { store, clock, bounds, events } = options;
    this.#cache = new QueueCache({
      store,
      clock,
      putRate: bounds.putRate,
      maxItems: bounds.hotItems,
      onRepair: (difference, missing) => {
        this.#sizeBytes += difference;
        events.onDamage(missing);
      },
    });
  }

  /** Queues and envelope bytes held. */
  get totals(): { readonly queues: number; readonly sizeBytes: number } {
    return { queues: this.#queues, sizeBytes: this.#sizeBytes };
  }

  /** Whether the disk refused a write: the store then takes nothing until the relay starts again. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  /** What the store may hold, and the time it goes by. */
  get bounds(): QueueBounds {
    return this.#options.bounds;
  }

  /**
   * Reads every record once to know the totals; a record that cannot be read is dropped, and its queue with it.
   * @param isDamaged the store lost batches: each queue may miss envelopes, and tells both its sides.
   */
  async start(isDamaged = false): Promise<void> {
    let gte = "q/";
    for (;;) {
      const rows = await this.#options.store.entries({ gte, lt: "q0", limit: RECORD_PAGE });
      const changes: StoreChange[] = [];
      for (const [key, row] of rows) {
        const record = decodeQueueRecord(row);
        if (record === null) {
          this.#options.events.onDamage(1);
          changes.push({ key });
          continue;
        }
        this.#queues += 1;
        this.#sizeBytes += record.sizeBytes;
        if (isDamaged) changes.push({ key, value: encodeQueueRecord(withMissing(record, 1)) });
      }
      await this.commit(changes);
      if (rows.length < RECORD_PAGE) return;
      gte = `${rows.at(-1)?.[0]} `;
    }
  }

  /** Runs a task on a queue that stays in memory meanwhile; the task gets null when there is none. */
  async use<T>(id: QueueId, task: (queue: HotQueue | null) => T | Promise<T>): Promise<T> {
    const queue = await this.#cache.acquire(id);
    try {
      return await task(queue);
    } finally {
      if (queue !== null) this.#cache.release(queue);
    }
  }

  /** The receive id of a send id; null when there is none. */
  async findBySender(sendId: QueueId): Promise<QueueId | null> {
    const row = await this.#options.store.get(senderKey(sendId));
    return row === undefined ? null : (toHex(row) as QueueId);
  }

  /** Takes in queues that are not there yet, with the rows they begin with. @returns false when the disk refused. */
  async adopt(queues: readonly QueueToCreate[]): Promise<boolean> {
    const { time, clock, bounds } = this.#options;
    const createdDay = time.day();
    const made = queues.map((wanted) =>
      emptyQueue(wanted.receiveId, newRecord(wanted, createdDay), createBucket(bounds.putRate, clock.monotonicMs())),
    );
    if (!(await this.commit(made.flatMap((queue) => newQueueChanges(queue, bounds.idleDays))))) return false;
    this.#queues += made.length;
    for (const queue of made) {
      this.#cache.add(queue);
      this.#cache.release(queue);
    }
    return true;
  }

  /** Notes that sides of queues were opened; writes at most once a day and queue. */
  async touch(queues: readonly HotQueue[]): Promise<void> {
    const day = this.#options.time.day();
    const changes: StoreChange[] = [];
    for (const queue of queues) {
      if (queue.isGone || queue.record.openedDay >= day) continue;
      if (queue.record.openedDay === 0) changes.push({ key: bucketKey("n", queue.record.createdDay, queue.id) });
      queue.record = { ...queue.record, openedDay: day };
      changes.push(recordChange(queue));
    }
    await this.commit(changes);
  }

  /** Changes a record and writes it. */
  async update(queue: HotQueue, part: Partial<QueueRecord>): Promise<void> {
    if (queue.isGone) return;
    queue.record = { ...queue.record, ...part };
    await this.commit([recordChange(queue)]);
  }

  /** Stores envelopes; each result is final and comes after the commit that holds its envelope. */
  async put(items: readonly PutItem[]): Promise<readonly PutResult[]> {
    const ids = [...new Set(items.map(({ queue }) => queue))];
    const queues = await Promise.all(ids.map((id) => this.#cache.acquire(id)));
    const queueById = new Map(ids.map((id, index) => [id, queues[index] ?? null]));
    try {
      const staged = this.#stage(items, queueById);
      return await Promise.all(staged);
    } finally {
      for (const queue of queues) if (queue !== null) this.#cache.release(queue);
    }
  }

  /** Everything between taking positions and handing over the batch happens without a pause. */
  #stage(
    items: readonly PutItem[],
    queueById: ReadonlyMap<QueueId, HotQueue | null>,
  ): readonly (PutResult | Promise<PutResult>)[] {
    const changes: StoreChange[] = [];
    const changed = new Set<HotQueue>();
    const added: { readonly queue: HotQueue; readonly item: HotItem; readonly envelope: Uint8Array }[] = [];
    const staged = items.map(({ queue: id, envelope }): StoreRefusal | { queue: HotQueue; item: HotItem } => {
      const queue = queueById.get(id) ?? null;
      if (queue === null || queue.isGone) return "unknown-queue";
      const envelopeId = toHex(this.#options.suite.sha256(envelope)) as EnvelopeId;
      const known = queue.items.get(queue.seqById.get(envelopeId) ?? -1);
      if (known !== undefined) return { queue, item: known };
      const refusal = this.#refusal(queue, envelope.length);
      if (refusal !== null) return refusal;
      const item = this.append(queue, { id: envelopeId, envelope, rank: 0 }, changes);
      added.push({ queue, item, envelope });
      changed.add(queue);
      return { queue, item };
    });
    for (const queue of changed) changes.push(recordChange(queue));
    this.#settle(added, this.commit(changes));
    return staged.map((each) => (typeof each === "string" ? { ok: false, code: each } : resultOf(each)));
  }

  #refusal(queue: HotQueue, sizeBytes: number): StoreRefusal | null {
    const { bounds, clock } = this.#options;
    const { count, sizeBytes: heldBytes } = queue.record;
    if (count >= bounds.messages || heldBytes + sizeBytes > bounds.sizeBytes) return "queue-full";
    if (this.#sizeBytes + sizeBytes > bounds.totalBytes) return "relay-full";
    return takeTokens(queue.putBucket, bounds.putRate, clock.monotonicMs(), sizeBytes) ? null : "rate-limited";
  }

  /** Adds an envelope to memory and to a batch that the caller commits and settles. */
  append(queue: HotQueue, added: Pick<NewItem, "id" | "envelope" | "rank">, changes: StoreChange[]): HotItem {
    const { clock, time } = this.#options;
    const item = appendItem(queue, { ...added, storedAtMs: clock.nowMs(), day: time.day() }, changes);
    this.#sizeBytes += item.sizeBytes;
    this.#cache.countItems(1);
    return item;
  }

  /** Makes appended envelopes wait for their commit, then shows them to the owner. */
  #settle(
    added: readonly { readonly queue: HotQueue; readonly item: HotItem; readonly envelope: Uint8Array }[],
    committed: Promise<boolean>,
  ): void {
    for (const { queue, item, envelope } of added) {
      item.pending = committed.then((isCommitted) => {
        if (!isCommitted) throw new StoreRefused();
        item.pending = null;
        if (!queue.isGone && queue.items.get(item.seq) === item)
          this.#options.events.onStored(queue.id, item, envelope);
      });
    }
  }

  /** Commits a batch that appended one envelope. @returns false when the disk refused. */
  async commitAppended(
    queue: HotQueue,
    added: { readonly item: HotItem; readonly envelope: Uint8Array },
    changes: StoreChange[],
  ): Promise<boolean> {
    changes.push(recordChange(queue));
    this.#settle([{ queue, ...added }], this.commit(changes));
    return (await resultOf({ queue, item: added.item })).ok;
  }

  /** Stored envelopes after a position, in order. */
  list(
    queue: HotQueue,
    afterSeq: number,
    max: number,
  ): { readonly items: readonly HotItem[]; readonly isMore: boolean } {
    const items: HotItem[] = [];
    for (const item of queue.items.values()) {
      if (item.seq <= afterSeq || item.pending !== null) continue;
      if (items.length === max) return { items, isMore: true };
      items.push(item);
    }
    return { items, isMore: false };
  }

  /** Reads envelopes; one that the store lost or damaged is noted as missing and leaves the queue. */
  async read(queue: HotQueue, wanted: readonly HotItem[]): Promise<readonly ReadItem[]> {
    const { store, suite } = this.#options;
    const rows = await Promise.all(wanted.map((item) => store.get(envelopeKey(queue.id, item.seq))));
    const found: ReadItem[] = [];
    const lost: number[] = [];
    for (const [index, item] of wanted.entries()) {
      const envelope = rows[index];
      if (envelope !== undefined && toHex(suite.sha256(envelope)) === item.id) found.push({ item, envelope });
      else if (queue.items.get(item.seq) === item) lost.push(item.seq);
    }
    if (lost.length > 0) await this.#loseItems(queue, lost);
    return found;
  }

  async #loseItems(queue: HotQueue, seqs: readonly number[]): Promise<void> {
    queue.record = withMissing(queue.record, seqs.length);
    this.#options.events.onDamage(seqs.length);
    await this.remove(queue, seqs);
  }

  /** Deletes envelopes. @returns false when the disk refused. */
  async remove(queue: HotQueue, seqs: readonly number[], alsoChanges: readonly StoreChange[] = []): Promise<boolean> {
    const changes: StoreChange[] = [...alsoChanges];
    this.removeStaged(queue, seqs, changes);
    if (!queue.isGone) changes.push(recordChange(queue));
    return this.commit(changes);
  }

  /** Removes envelopes from memory and adds their deletion to a batch that the caller commits. */
  removeStaged(queue: HotQueue, seqs: readonly number[], changes: StoreChange[]): void {
    const before = queue.items.size;
    this.#sizeBytes -= removeItems(queue, seqs, changes);
    this.#cache.countItems(queue.items.size - before);
    this.#options.events.onRemoved(queue.id, seqs);
  }

  /** Deletes a queue with all it holds. @returns false when the disk refused. */
  async drop(queue: HotQueue, alsoChanges: readonly StoreChange[] = []): Promise<boolean> {
    if (queue.isGone) return true;
    const seqs = [...queue.items.keys()];
    const changes: StoreChange[] = [...alsoChanges];
    this.#sizeBytes -= dropQueue(queue, changes);
    this.#cache.countItems(-seqs.length);
    this.#queues -= 1;
    this.#options.events.onRemoved(queue.id, seqs);
    return this.commit(changes);
  }

  /** Writes a batch. @returns false when the disk refused: memory and disk then differ until the relay starts again. */
  async commit(changes: readonly StoreChange[]): Promise<boolean> {
    try {
      if (changes.length > 0) await this.#options.store.commit(changes);
      return true;
    } catch {
      this.#hasFailed = true; // the store refuses every later commit too; clients are told to come back
      return false;
    }
  }
}
