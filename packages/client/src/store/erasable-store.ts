/** A store whose commits take the table of erasable keys along: no row may be on disk before the key that opens it. */
import type { KeyTable } from "./key-table.ts";
import type { SealedStore } from "./sealed-store.ts";

/** Wraps `inner`; closing the result closes `inner`. */
export function createErasableStore(inner: SealedStore, keys: KeyTable): SealedStore {
  return {
    get: (key) => inner.get(key),
    entries: (range) => inner.entries(range),
    sizes: (range) => inner.sizes(range),
    commit: (changes) => inner.commit([...changes, ...keys.changes()]),
    close: () => inner.close(),
    hideKey: (part) => inner.hideKey(part),
  };
}
