/**
 * The `Store` port on IndexedDB: one transaction a write, with the strongest durability the browser offers.
 * Also keeps the device's key, which no script can read. One owner at a time, by a lock that ends with the page.
 * @see docs/decisions/0006-own-store-on-indexeddb.md
 */
import type { Store, StoreChange, StoreRange } from "../ports.ts";
import { GroupCommit } from "./group-commit.ts";
import {
  type DatabaseHandle,
  openDatabase,
  ROWS,
  requestResult,
  transactionEnd,
  untilTakenAway,
} from "./indexed-db.ts";
import { StoreError } from "./store-error.ts";
import { bytesOfValue, checkChanges, checkKey, checkRange } from "./store-key.ts";
import { takeStoreLock } from "./store-lock.ts";

/** How to open a store in a browser. */
export interface IndexedDbStoreOptions {
  /** The name of the database; made when missing. */
  readonly name: string;
  /** Called once when the browser, or the person in its settings, deleted the database while it was open. */
  readonly onWiped?: () => void;
}

/** A store that is open. */
export interface IndexedDbStore extends Store {
  /** True when the database was made by this opening. */
  readonly isNew: boolean;
  /** The database itself, for what lies in it beside the rows. */
  readonly database: IDBDatabase;
}

/**
 * Opens or makes a store.
 * @throws StoreError `STORE_LOCKED` when another page of this origin has it open, `STORE_NEWER`, `STORE_FAILED`.
 */
export async function openIndexedDbStore(options: IndexedDbStoreOptions): Promise<IndexedDbStore> {
  const release = await takeStoreLock(options.name);
  try {
    return new OpenIndexedDbStore(await openDatabase(options.name), release, options.onWiped);
  } catch (error) {
    release();
    throw error;
  }
}

class OpenIndexedDbStore implements IndexedDbStore {
  readonly isNew: boolean;
  readonly database: IDBDatabase;
  readonly #commits: GroupCommit;
  readonly #release: () => void;
  #failure: StoreError | null = null;
  #closing: Promise<void> | null = null;

  constructor(handle: DatabaseHandle, release: () => void, onWiped: (() => void) | undefined) {
    this.isNew = handle.isNew;
    this.database = handle.database;
    this.#release = release;
    this.#commits = new GroupCommit((changes) => this.#write(changes));
    const wiped = () => {
      if (this.#failure !== null) return;
      this.#failure = new StoreError({ code: "STORE_WIPED" });
      this.database.close();
      onWiped?.();
    };
    // `versionchange`: somebody deletes it now and waits for us; `close`: it is gone already.
    this.database.onversionchange = wiped;
    this.database.onclose = wiped;
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    checkKey(key);
    return await this.#reading(async (rows) => (await requestResult(rows.get(key))) as Uint8Array | undefined);
  }

  async entries(range: StoreRange): Promise<readonly (readonly [key: string, value: Uint8Array])[]> {
    checkRange(range);
    const { gte, lt, limit } = range;
    if (gte >= lt || limit === 0) return await this.#reading(async () => []);
    const bounds = IDBKeyRange.bound(gte, lt, false, true);
    if (range.reverse === true) return await this.#reading((rows) => readBackwards(rows, bounds, limit));
    return await this.#reading(async (rows) => {
      const [keys, values] = await Promise.all([
        requestResult(rows.getAllKeys(bounds, limit)),
        requestResult(rows.getAll(bounds, limit)),
      ]);
      return keys.map((key, index) => [key as string, values[index] as Uint8Array] as const);
    });
  }

  async commit(changes: readonly StoreChange[]): Promise<void> {
    checkChanges(changes);
    await this.#commits.commit(changes);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#commits.close();
    this.#failure ??= new StoreError({ code: "STORE_CLOSED" });
    this.database.close();
    this.#release();
  }

  async #reading<T>(read: (rows: IDBObjectStore) => Promise<T>): Promise<T> {
    if (this.#failure !== null || this.#closing !== null)
      throw this.#failure ?? new StoreError({ code: "STORE_CLOSED" });
    try {
      return await read(this.database.transaction(ROWS, "readonly").objectStore(ROWS));
    } catch (cause) {
      throw this.#failure ?? new StoreError({ code: "STORE_FAILED" }, cause);
    }
  }

  async #write(changes: readonly StoreChange[]): Promise<void> {
    if (this.#failure !== null) throw this.#failure;
    // Made before the transaction: one that stays idle while values are sealed would end by itself.
    const made = changes.map(({ key, value }) => ({ key, value: value && ownBytes(bytesOfValue(value)) }));
    try {
      const transaction = this.database.transaction(ROWS, "readwrite", { durability: "strict" });
      const ended = transactionEnd(transaction);
      const rows = transaction.objectStore(ROWS);
      for (const { key, value } of made) {
        if (value === undefined) rows.delete(key);
        else rows.put(value, key);
      }
      transaction.commit();
      await ended;
    } catch (cause) {
      throw this.#failure ?? new StoreError({ code: "STORE_FAILED" }, cause);
    }
  }
}

function readBackwards(
  rows: IDBObjectStore,
  bounds: IDBKeyRange,
  limit: number = Number.POSITIVE_INFINITY,
): Promise<readonly (readonly [string, Uint8Array])[]> {
  return untilTakenAway(rows.transaction.db, (resolve, reject) => {
    const found: (readonly [string, Uint8Array])[] = [];
    const request = rows.openCursor(bounds, "prev");
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      const cursor = request.result;
      if (cursor === null) return resolve(found);
      found.push([cursor.key as string, cursor.value as Uint8Array]);
      if (found.length >= limit) resolve(found);
      else cursor.continue();
    };
  });
}

/** A view of a larger buffer would be stored with all of that buffer. */
function ownBytes(value: Uint8Array): Uint8Array {
  return value.byteLength === value.buffer.byteLength ? value : value.slice();
}
