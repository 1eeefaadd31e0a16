/** The script of the page that runs the rules of the `Store` port on IndexedDB. */
import { type ConformanceCase, STORE_CONFORMANCE, type StoreFixture } from "@kith/client/testing";
import { deleteDatabase } from "../../../packages/client/src/store/indexed-db.ts";
import { openIndexedDbStore } from "../../../packages/client/src/store/indexed-db-store.ts";
import { StoreError } from "../../../packages/client/src/store/store-error.ts";

declare global {
  interface Window {
    /** Runs one case by its name; the message of what it broke, or null. */
    runStoreCase: (name: string) => Promise<string | null>;
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

window.runStoreCase = async (name) => {
  const found = STORE_CONFORMANCE.find((each): each is ConformanceCase<StoreFixture> => each.name === name);
  if (found === undefined) return "there is no such case";
  try {
    await found.run(makeFixture);
    return null;
  } catch (error) {
    return String(error);
  }
};
window.openStore = openIndexedDbStore;
window.deleteDatabase = deleteDatabase;
window.isStoreError = (error) => error instanceof StoreError;
