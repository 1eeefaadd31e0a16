/** Opens the database of a store, and turns IndexedDB's events into promises. */
import { StoreError } from "./store-error.ts";

/** The object store of the rows. */
export const ROWS = "rows";

/** The object store of keys that no script can read. */
export const KEYS = "keys";

/** The layout of the database itself; that of the rows has its own version in them. */
const LAYOUT_VERSION = 1;

/** Databases of other programs on the same origin keep away from these names. */
const NAME_PREFIX = "kith/";

/** An open database. */
export interface DatabaseHandle {
  readonly database: IDBDatabase;
  /** True when this opening made it. */
  readonly isNew: boolean;
}

/** Opens or makes the database of a store. @throws StoreError `STORE_NEWER`, `STORE_FAILED`. */
export async function openDatabase(name: string): Promise<DatabaseHandle> {
  const request = indexedDB.open(databaseName(name), LAYOUT_VERSION);
  let isNew = false;
  request.onupgradeneeded = () => {
    isNew = true;
    request.result.createObjectStore(ROWS);
    request.result.createObjectStore(KEYS);
  };
  try {
    return { database: await requestResult(request), isNew };
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "VersionError") {
      throw new StoreError({ code: "STORE_NEWER", found: LAYOUT_VERSION + 1, supported: LAYOUT_VERSION }, cause);
    }
    throw new StoreError({ code: "STORE_FAILED" }, cause);
  }
}

/** The name of the database of a store. */
export function databaseName(name: string): string {
  return NAME_PREFIX + name;
}

/** Deletes the keys that no script can read; nothing in the database opens without them. @throws StoreError `STORE_FAILED`. */
export async function deleteKeys(database: IDBDatabase): Promise<void> {
  try {
    const transaction = database.transaction(KEYS, "readwrite", { durability: "strict" });
    const ended = transactionEnd(transaction);
    transaction.objectStore(KEYS).clear();
    await ended;
  } catch (cause) {
    throw new StoreError({ code: "STORE_FAILED" }, cause);
  }
}

/** Deletes the database of a store; open ones are told and let go of it. @throws StoreError `STORE_FAILED`. */
export async function deleteDatabase(name: string): Promise<void> {
  try {
    await requestResult(indexedDB.deleteDatabase(databaseName(name)));
  } catch (cause) {
    throw new StoreError({ code: "STORE_FAILED" }, cause);
  }
}

/** The result of a request; rejects too when the browser takes the database away meanwhile. */
export function requestResult<T>(request: IDBRequest<T>): Promise<T> {
  return untilTakenAway(request.transaction?.db, (resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/**
 * Resolves when a transaction is on disk as far as its durability says; rejects when nothing of it was kept, and when
 * the browser takes the database away meanwhile.
 */
export function transactionEnd(transaction: IDBTransaction): Promise<void> {
  return untilTakenAway(transaction.db, (resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error("the transaction was aborted"));
  });
}

/**
 * The outcome of work on a database; rejects too when the browser takes the database away meanwhile, because one that
 * does so in the middle of a commit tells the database and may tell the transaction nothing.
 */
export function untilTakenAway<T>(
  database: IDBDatabase | undefined,
  begin: (resolve: (value: T) => void, reject: (cause: unknown) => void) => void,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const onClose = (): void => reject(new Error("the database was taken away"));
    const leave = (): void => database?.removeEventListener("close", onClose);
    database?.addEventListener("close", onClose);
    begin(
      (value) => {
        leave();
        resolve(value);
      },
      (cause) => {
        leave();
        reject(cause);
      },
    );
  });
}
