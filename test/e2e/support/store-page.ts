/** The script of the page that runs the rules of the `Store` and `FileVault` ports on IndexedDB. */
import {
  type ConformanceCase,
  STORE_CONFORMANCE,
  type StoreFixture,
  VAULT_CONFORMANCE,
  type VaultFixture,
} from "@kith/client/testing";
import { deleteDatabase } from "../../../packages/client/src/store/indexed-db.ts";
import { openIndexedDbStore } from "../../../packages/client/src/store/indexed-db-store.ts";
import { openIndexedDbVault, vaultName } from "../../../packages/client/src/store/indexed-db-vault.ts";
import { StoreError } from "../../../packages/client/src/store/store-error.ts";

declare global {
  interface Window {
    /** Runs one case by its name; the message of what it broke, or null. */
    runStoreCase: (name: string) => Promise<string | null>;
    runVaultCase: (name: string) => Promise<string | null>;
    openStore: typeof openIndexedDbStore;
    deleteDatabase: typeof deleteDatabase;
    isStoreError: (error: unknown) => error is StoreError;
  }
}

let made = 0;

async function makeFixture(): Promise<StoreFixture> {
  made += 1;
  const name = `case ${made}`;
  await deleteDatabase(name);
  const store = await openIndexedDbStore({ name });
  return {
    store,
    async reopen() {
      await store.close();
      return await openIndexedDbStore({ name });
    },
  };
}

async function makeVault(): Promise<VaultFixture> {
  made += 1;
  const name = `case ${made}`;
  await deleteDatabase(vaultName(name));
  const vault = await openIndexedDbVault(name);
  return {
    vault,
    async reopen() {
      vault.close();
      return await openIndexedDbVault(name);
    },
  };
}

async function runCase<F>(
  cases: readonly ConformanceCase<F>[],
  name: string,
  make: () => Promise<F>,
): Promise<string | null> {
  const found = cases.find((each) => each.name === name);
  if (found === undefined) return "there is no such case";
  try {
    await found.run(make);
    return null;
  } catch (error) {
    return String(error);
  }
}

window.runStoreCase = (name) => runCase(STORE_CONFORMANCE, name, makeFixture);
window.runVaultCase = (name) => runCase(VAULT_CONFORMANCE, name, makeVault);
window.openStore = openIndexedDbStore;
window.deleteDatabase = deleteDatabase;
window.isStoreError = (error) => error instanceof StoreError;
