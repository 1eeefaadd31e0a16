/** The storage port over ordered rows in this process: `QueueStore` keeps them, this is how a relay sees them. */
import type { StoreChange } from "@kith/client";
import type { QueueId, StoredRef } from "@kith/protocol";
import { countStored, type HotItem, type HotQueue } from "./hot-queue.ts";
import type { QueueToCreate } from "./new-queue.ts";
import { QueueCreation } from "./queue-creation.ts";
import type { CreationRefusal, QueueRange, QueueState, QueueStorage, ReadBudget } from "./queue-storage.ts";
import { QueueStore } from "./queue-store.ts";
import { dropUnopened, sweepQueues } from "./queue-sweep.ts";
import type { PutItem, PutResult, QueueEvents, QueueStoreOptions, ReadItem, SweepResult } from "./queue-types.ts";

/** What embedded queues are made of. */
export type EmbeddedQueuesOptions = Omit<QueueStoreOptions, "events"> & {
  /** Rows of the same store, outside of the queues, that go with a queue. */
  readonly rowsOf?: (queue: QueueId) => Promise<readonly StoreChange[]>;
};

const MISSING_FIELD = { send: "missingForSender", receive: "missingForOwner" } as const;

/** Queues in one store. */
export class EmbeddedQueues implements QueueStorage {
  /** The rows themselves, for the request boxes, which share batches with other rows of their store. */
  readonly rows: QueueStore;
  readonly #options: EmbeddedQueuesOptions;
  readonly #creation: QueueCreation;
  readonly #listeners: QueueEvents[] = [];

  constructor(options: EmbeddedQueuesOptions) {
    this.#options = options;
    this.rows = new QueueStore({ ...options, events: this.#events() });
    this.#creation = new QueueCreation(this.rows);
  }

  get totals(): QueueStorage["totals"] {
    return this.rows.totals;
  }

  get hasFailed(): boolean {
    return this.rows.hasFailed;
  }

  start(isDamaged?: boolean): Promise<void> {
    return this.rows.start(isDamaged);
  }

  subscribe(listener: QueueEvents): void {
    this.#listeners.push(listener);
  }

  create(queues: readonly QueueToCreate[]): Promise<CreationRefusal | null> {
    return this.#creation.create(queues);
  }

  haveAll(queues: readonly QueueToCreate[]): Promise<boolean> {
    return this.#creation.haveAll(queues);
  }

  look(id: QueueId): Promise<QueueState | null> {
    return this.#with(id, (queue) => {
      const { sendId, ownerMacKey, senderMacKey, missingForSender: send, missingForOwner: receive } = queue.record;
      return { sendId, ownerMacKey, senderMacKey, waiting: countStored(queue), missing: { send, receive } };
    });
  }

  findBySender(sendId: QueueId): Promise<QueueId | null> {
    return this.rows.findBySender(sendId);
  }

  async touch(id: QueueId): Promise<void> {
    await this.#with(id, (queue) => this.rows.touch([queue]));
  }

  append(items: readonly PutItem[]): Promise<readonly PutResult[]> {
    return this.rows.put(items);
  }

  range(id: QueueId, afterSeq: number, max: number): Promise<QueueRange | null> {
    return this.#with(id, (queue) => {
      const { items, isMore } = this.rows.list(queue, afterSeq, max);
      return { items: items.map(({ seq, id, sizeBytes }) => ({ seq, id, sizeBytes })), isMore };
    });
  }

  read(id: QueueId, seqs: readonly number[], budget: ReadBudget): Promise<readonly ReadItem[] | null> {
    return this.#with(id, (queue) => this.rows.read(queue, fitItems(queue, seqs, budget)));
  }

  ack(id: QueueId, refs: readonly StoredRef[]): Promise<"done" | "busy" | null> {
    return this.#with(id, async (queue) => {
      const seqs = refs.filter((ref) => isHeld(queue, ref)).map(({ seq }) => seq);
      return seqs.length === 0 || (await this.rows.remove(queue, seqs)) ? "done" : "busy";
    });
  }

  async forgive(id: QueueId, side: "send" | "receive", missing: number): Promise<void> {
    const field = MISSING_FIELD[side];
    await this.#with(id, (queue) => this.rows.update(queue, { [field]: Math.max(0, queue.record[field] - missing) }));
  }

  drop(id: QueueId): Promise<"done" | "busy" | null> {
    return this.#with(id, async (queue) => ((await this.rows.drop(queue, await this.#rowsOf(id))) ? "done" : "busy"));
  }

  expire(isInUse: (queue: QueueId) => boolean): Promise<SweepResult> {
    return sweepQueues(this.#sweep(isInUse));
  }

  dropUnopened(): Promise<number> {
    return dropUnopened(this.#sweep(() => false));
  }

  #sweep(isInUse: (queue: QueueId) => boolean) {
    const { store, time } = this.#options;
    return { store, time, queues: this.rows, isInUse, rowsOf: (queue: QueueId) => this.#rowsOf(queue) };
  }

  async #rowsOf(queue: QueueId): Promise<readonly StoreChange[]> {
    return (await this.#options.rowsOf?.(queue)) ?? [];
  }

  #with<T>(id: QueueId, task: (queue: HotQueue) => T | Promise<T>): Promise<T | null> {
    return this.rows.use(id, (queue) => (queue === null ? null : task(queue)));
  }

  #events(): QueueEvents {
    const all = this.#listeners;
    return {
      onStored(queue, item, envelope) {
        for (const each of all) each.onStored(queue, item, envelope);
      },
      onRemoved(queue, seqs) {
        for (const each of all) each.onRemoved(queue, seqs);
      },
      onDamage(missing) {
        for (const each of all) each.onDamage(missing);
      },
    };
  }
}

function fitItems(queue: HotQueue, seqs: readonly number[], { bytes, eachBytes }: ReadBudget): readonly HotItem[] {
  const fitting: HotItem[] = [];
  let left = bytes;
  for (const seq of new Set(seqs)) {
    const item = queue.items.get(seq);
    if (item === undefined || item.pending !== null) continue;
    left -= item.sizeBytes + eachBytes;
    if (left < 0) break;
    fitting.push(item);
  }
  return fitting;
}

function isHeld(queue: HotQueue, { seq, id }: StoredRef): boolean {
  const item = queue.items.get(seq);
  return item !== undefined && item.pending === null && item.id === id;
}
