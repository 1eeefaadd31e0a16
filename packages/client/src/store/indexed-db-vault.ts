/** The `FileVault` port on IndexedDB: one record a unit, in a database of its own beside the account's. */
import { VaultError } from "../file/vault-error.ts";
import type { FileVault, VaultFile } from "../ports.ts";
import { databaseName, requestResult, transactionEnd } from "./indexed-db.ts";

const UNITS = "units";
const LAYOUT_VERSION = 1;

/** A vault that is open. */
export interface IndexedDbVault extends FileVault {
  close(): void;
}

/** The name of the vault beside an account's store. */
export function vaultName(name: string): string {
  return `${name}/files`;
}

/** Opens or makes the vault of an account. @throws VaultError. */
export async function openIndexedDbVault(name: string): Promise<IndexedDbVault> {
  const request = indexedDB.open(databaseName(vaultName(name)), LAYOUT_VERSION);
  request.onupgradeneeded = () => request.result.createObjectStore(UNITS);
  const database = await failing(() => requestResult(request));
  // Deleted while it is open: let go of it; every later call fails.
  database.onversionchange = () => database.close();
  return {
    async open(file) {
      return openFile(database, file);
    },
    remove: (file) => change(database, (units) => units.delete(unitsOf(file)), "strict"),
    async list() {
      const keys = await failing(() => requestResult(unitsIn(database).getAllKeys()));
      return [...new Set(keys.map((key) => (key as [string, number])[0]))];
    },
    close: () => database.close(),
  };
}

function openFile(database: IDBDatabase, name: string): VaultFile {
  let lastUnit = 0;
  return {
    async read(unit, into) {
      const kept = await failing(() => requestResult(unitsIn(database).get([name, unit]) as IDBRequest<unknown>));
      const bytes = kept instanceof Uint8Array ? kept.subarray(0, into.length) : new Uint8Array(0);
      into.set(bytes);
      return bytes.length;
    },
    async write(unit, sealed) {
      lastUnit = unit;
      // A view of a larger buffer would be stored with all of that buffer.
      await change(database, (units) => units.put(sealed.slice(), [name, unit]), "relaxed");
    },
    // A strict transaction is on disk with all that were committed before it.
    sync: () => change(database, (units) => units.get([name, lastUnit]), "strict"),
    close: () => Promise.resolve(),
  };
}

function unitsIn(database: IDBDatabase): IDBObjectStore {
  return database.transaction(UNITS, "readonly").objectStore(UNITS);
}

function unitsOf(name: string): IDBKeyRange {
  return IDBKeyRange.bound([name], [name, Number.POSITIVE_INFINITY]);
}

function change(
  database: IDBDatabase,
  make: (units: IDBObjectStore) => void,
  durability: IDBTransactionDurability,
): Promise<void> {
  return failing(async () => {
    const transaction = database.transaction(UNITS, "readwrite", { durability });
    const ended = transactionEnd(transaction);
    make(transaction.objectStore(UNITS));
    transaction.commit();
    await ended;
  });
}

async function failing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new VaultError(cause);
  }
}
