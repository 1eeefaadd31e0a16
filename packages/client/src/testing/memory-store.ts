/** The `Store` port in memory, with the faults of a disk: delays, a power cut, a write that fails. */
import type { Clock, Store, StoreChange, StoreRange } from "../ports.ts";
import { GroupCommit } from "../store/group-commit.ts";
import { StoreError } from "../store/store-error.ts";
import { bytesOfValue, checkChanges, checkKey, checkRange } from "../store/store-key.ts";

/** Everything a store holds at one moment; values are copies. */
export type StoreSnapshot = ReadonlyMap<string, Uint8Array>;

/** Faults and timing of a memory store. */
export interface MemoryStoreOptions {
  /** Needed for `commitDelayMs`. */
  readonly clock?: Clock;
  /** How long one synced write takes, asked anew for each write; 0 when left out. */
  readonly commitDelayMs?: () => number;
  /** Told of every value that becomes durable: what a disk that shreds nothing keeps for ever. */
  readonly onWrite?: (key: string, value: Uint8Array) => void;
  /** Contents to start from. */
  readonly snapshot?: StoreSnapshot;
}

/** Commits like the real store: grouped, in call order, visible to reads once they are durable. */
export class MemoryStore implements Store {
  readonly #options: MemoryStoreOptions;
  #entries: Map<string, Uint8Array>;
  #commits: GroupCommit;
  #isClosed = false;
  #failsNextWrite = false;
  #writeCount = 0;
  #generation = 0;

  constructor(options: MemoryStoreOptions = {}) {
    this.#options = options;
    this.#entries = copyOf(options.snapshot ?? new Map());
    this.#commits = this.#newCommits();
  }

  /** Writes that reached the memory disk; concurrent commits share one. */
  get writeCount(): number {
    return this.#writeCount;
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    checkKey(key);
    this.#checkOpen();
    return this.#entries.get(key)?.slice();
  }

  async entries(range: StoreRange): Promise<readonly (readonly [key: string, value: Uint8Array])[]> {
    checkRange(range);
    this.#checkOpen();
    const keys = [...this.#entries.keys()].filter((key) => key >= range.gte && key < range.lt).sort();
    if (range.reverse) keys.reverse();
    return keys.slice(0, range.limit).map((key) => [key, (this.#entries.get(key) as Uint8Array).slice()] as const);
  }

  async commit(changes: readonly StoreChange[]): Promise<void> {
    checkChanges(changes);
    this.#checkOpen();
    await this.#commits.commit(changes);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    await this.#commits.close();
    this.#isClosed = true;
  }

  /** Copies what is durable now. */
  snapshot(): StoreSnapshot {
    return copyOf(this.#entries);
  }

  /** Replaces everything by a snapshot, as after restoring a backup; commits under way are dropped. */
  restore(snapshot: StoreSnapshot): void {
    this.crash();
    this.#entries = copyOf(snapshot);
    this.reopen();
  }

  /**
   * Cuts the power: commits that are not durable yet never happen and their promises stay pending for ever, and every
   * later call rejects with `STORE_CLOSED` until `reopen`.
   */
  crash(): void {
    this.#generation += 1;
    this.#isClosed = true;
  }

  /** Opens the store again after `crash` or `close`, with what was durable. */
  reopen(): void {
    this.#isClosed = false;
    this.#commits = this.#newCommits();
  }

  /** The next write fails without writing anything; the store then refuses commits until `reopen`. */
  failNextWrite(): void {
    this.#failsNextWrite = true;
  }

  #newCommits(): GroupCommit {
    const generation = this.#generation;
    return new GroupCommit((changes) => this.#write(changes, generation));
  }

  async #write(changes: readonly StoreChange[], generation: number): Promise<void> {
    const copies = changes.map(({ key, value }) => [key, value && bytesOfValue(value).slice()] as const);
    await this.#delay();
    if (generation !== this.#generation) await new Promise<never>(() => undefined);
    if (this.#failsNextWrite) {
      this.#failsNextWrite = false;
      throw new StoreError({ code: "STORE_FAILED" });
    }
    for (const [key, value] of copies) {
      if (value === undefined) this.#entries.delete(key);
      else {
        this.#entries.set(key, value);
        this.#options.onWrite?.(key, value.slice());
      }
    }
    this.#writeCount += 1;
  }

  async #delay(): Promise<void> {
    const { clock, commitDelayMs } = this.#options;
    const delayMs = commitDelayMs?.() ?? 0;
    if (clock !== undefined && delayMs > 0) {
      await new Promise<void>((resolve) => clock.after(delayMs, resolve));
    } else {
      await Promise.resolve();
    }
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new StoreError({ code: "STORE_CLOSED" });
  }
}

function copyOf(entries: StoreSnapshot): Map<string, Uint8Array> {
  return new Map([...entries].map(([key, value]) => [key, value.slice()]));
}
