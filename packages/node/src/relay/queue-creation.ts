/** CREATE: all queues of a frame or none, and never one over another. */
import type { QueueId } from "@kith/protocol";
import type { HotQueue } from "./hot-queue.ts";
import { isSameQueue, type QueueToCreate } from "./new-queue.ts";
import type { CreationRefusal } from "./queue-storage.ts";
import type { QueueStore } from "./queue-store.ts";

/** Makes queues in one store. */
export class QueueCreation {
  readonly #store: QueueStore;
  /** Ids whose CREATE is under way, so that two frames cannot both make one. */
  readonly #creating = new Set<string>();

  constructor(store: QueueStore) {
    this.#store = store;
  }

  /** Whether all queues exist exactly as named: a CREATE whose answer was lost. */
  async haveAll(queues: readonly QueueToCreate[]): Promise<boolean> {
    const states = await Promise.all(queues.map((each) => this.#stateOf(each)));
    return states.every((state) => state === "same");
  }

  /**
   * Makes queues; those that exist exactly as named are left as they are.
   * @returns null when all are there; `unknown-queue` when an id is taken by another queue, `relay-full` when there
   * are too many, `busy` when the disk refused or another frame is making one of them.
   */
  async create(queues: readonly QueueToCreate[]): Promise<CreationRefusal | null> {
    const ids = queues.flatMap(({ receiveId, sendId }) => [
      `r${receiveId}`,
      ...(sendId === undefined ? [] : [`s${sendId}`]),
    ]);
    if (new Set(ids).size < ids.length) return "unknown-queue";
    if (ids.some((id) => this.#creating.has(id))) return "busy";
    for (const id of ids) this.#creating.add(id);
    try {
      const states = await Promise.all(queues.map((each) => this.#stateOf(each)));
      if (states.includes("taken")) return "unknown-queue";
      const missing = queues.filter((_, index) => states[index] === "free");
      if (this.#store.totals.queues + missing.length > this.#store.bounds.totalQueues) return "relay-full";
      return (await this.#store.adopt(missing)) ? null : "busy";
    } finally {
      for (const id of ids) this.#creating.delete(id);
    }
  }

  async #stateOf(wanted: QueueToCreate): Promise<"free" | "same" | "taken"> {
    const holder: QueueId | null = wanted.sendId === undefined ? null : await this.#store.findBySender(wanted.sendId);
    return this.#store.use(wanted.receiveId, (queue: HotQueue | null) => {
      if (queue !== null) return isSameQueue(queue.record, wanted) ? "same" : "taken";
      if (holder === null) return "free";
      // A send id that leads to a queue whose record was damaged stands in nobody's way.
      return this.#store.use(holder, (held: HotQueue | null) => (held === null ? "free" : "taken"));
    });
  }
}
