/**
 * Group commit without a timer: a write starts when the one before it has ended and takes everything that waits.
 * A lone commit is never held back, and many concurrent ones share one synced write.
 */
import type { StoreChange } from "../ports.ts";
import { StoreError } from "./store-error.ts";

/** Commits merged into one write: beyond this the latency of the first grows faster than throughput. */
export const MAX_COMMITS_PER_WRITE = 128;

/** Writes changes with distinct keys, all or nothing, and resolves when they are on disk. */
export type SyncedWrite = (changes: readonly StoreChange[]) => Promise<void>;

interface WaitingCommit {
  readonly changes: readonly StoreChange[];
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * The queue in front of one synced write.
 * A failed write rejects every commit it contained and all that follow with `STORE_FAILED`: how much of it reached the
 * disk is unknown, and a commit that built on it must not be written without it.
 */
export class GroupCommit {
  readonly #write: SyncedWrite;
  #waiting: WaitingCommit[] = [];
  #drain: Promise<void> | null = null;
  #failure: StoreError | null = null;
  #isClosed = false;

  constructor(write: SyncedWrite) {
    this.#write = write;
  }

  /** Queues one commit; values must stay unchanged until the promise settles. Commits are written in call order. */
  async commit(changes: readonly StoreChange[]): Promise<void> {
    if (this.#isClosed) throw new StoreError({ code: "STORE_CLOSED" });
    if (this.#failure !== null) throw this.#failure;
    if (changes.length === 0) return;
    const written = new Promise<void>((resolve, reject) => this.#waiting.push({ changes, resolve, reject }));
    this.#drain ??= this.#writeWaiting();
    await written;
  }

  /** Refuses new commits and waits until the queued ones have settled. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#drain;
  }

  async #writeWaiting(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0, MAX_COMMITS_PER_WRITE);
      try {
        await this.#write(merged(group));
      } catch (cause) {
        const failure = cause instanceof StoreError ? cause : new StoreError({ code: "STORE_FAILED" }, cause);
        this.#failure = failure;
        for (const each of [...group, ...this.#waiting.splice(0)]) each.reject(failure);
        break;
      }
      for (const each of group) each.resolve();
    }
    this.#drain = null;
  }
}

/** The last change of each key wins, as if the commits had been written one by one. */
function merged(group: readonly WaitingCommit[]): readonly StoreChange[] {
  const changeByKey = new Map<string, StoreChange>();
  for (const { changes } of group) {
    for (const change of changes) changeByKey.set(change.key, change);
  }
  return [...changeByKey.values()];
}
