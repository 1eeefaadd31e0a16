/**
 * The table key of a browser: what a key makes of a fixed text, as for the device secret. Replacing the key is the best a
 * page can do: when the browser itself lets go of an old one on disk is not in its hands.
 */
import { utf8 } from "@kith/protocol";
import { KEYS, requestResult, transactionEnd } from "./indexed-db.ts";
import { STORE_LABELS } from "./labels.ts";
import { StoreError } from "./store-error.ts";
import type { NewTableKey, TableKey, TableKeySource } from "./table-key.ts";

interface StoredKey {
  readonly generation: number;
  readonly key: CryptoKey;
}

const KEY_NAME = "table";

/** The source over an open database. Its calls reject with StoreError `STORE_FAILED`. */
export function createBrowserTableKey(database: IDBDatabase): TableKeySource {
  return {
    load: () =>
      storing(async () => {
        const keys = database.transaction(KEYS, "readonly").objectStore(KEYS);
        const stored: StoredKey | undefined = await requestResult(keys.get(KEY_NAME));
        return stored === undefined ? null : await secretOf(stored);
      }),
    make: (generation) =>
      storing(async () => {
        const key = await crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
        const stored: StoredKey = { generation, key };
        const made: NewTableKey = {
          ...(await secretOf(stored)),
          replace: () => storing(() => put(database, stored)),
        };
        return made;
      }),
  };
}

async function put(database: IDBDatabase, stored: StoredKey): Promise<void> {
  const transaction = database.transaction(KEYS, "readwrite", { durability: "strict" });
  const ended = transactionEnd(transaction);
  transaction.objectStore(KEYS).put(stored, KEY_NAME);
  await ended;
}

async function secretOf({ generation, key }: StoredKey): Promise<TableKey> {
  const secret = await crypto.subtle.sign("HMAC", key, utf8(STORE_LABELS.tableKey) as BufferSource);
  return { generation, secret: new Uint8Array(secret) };
}

async function storing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new StoreError({ code: "STORE_FAILED" }, cause);
  }
}
