/**
 * The device secret of a browser: what a key makes of a fixed text. The browser made the key and keeps it in the
 * database of the store; no script can read it, only use it, so a copy of the rows alone opens nothing.
 */
import { utf8 } from "@kith/protocol";
import { KEYS, requestResult, transactionEnd } from "./indexed-db.ts";
import { STORE_LABELS } from "./labels.ts";
import type { DeviceSecretSource } from "./local-secret.ts";
import { StoreError } from "./store-error.ts";

const KEY_NAME = "device";

/** The source over an open database. `load` rejects with StoreError `STORE_FAILED`. */
export function createBrowserSecret(database: IDBDatabase): DeviceSecretSource {
  let key: Promise<CryptoKey> | null = null;
  return {
    async load() {
      key ??= loadKey(database);
      try {
        const secret = await crypto.subtle.sign("HMAC", await key, utf8(STORE_LABELS.deviceSecret) as BufferSource);
        return new Uint8Array(secret);
      } catch (cause) {
        key = null;
        throw new StoreError({ code: "STORE_FAILED" }, cause);
      }
    },
  };
}

async function loadKey(database: IDBDatabase): Promise<CryptoKey> {
  const stored = await readKey(database);
  if (stored !== undefined) return stored;
  const made = await crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const transaction = database.transaction(KEYS, "readwrite", { durability: "strict" });
  const ended = transactionEnd(transaction);
  // `add` refuses a second key: two that were made at once must not replace each other.
  transaction.objectStore(KEYS).add(made, KEY_NAME);
  await ended;
  return made;
}

async function readKey(database: IDBDatabase): Promise<CryptoKey | undefined> {
  return await requestResult(database.transaction(KEYS, "readonly").objectStore(KEYS).get(KEY_NAME));
}
