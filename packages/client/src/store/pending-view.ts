/**
 * A store whose reads see commits from the moment they are called. The engine lets go of a person's lock before a
 * commit is on disk, so that many share one write; whoever comes next must still build on what was decided before.
 */
import type { Store, StoreChange, StoreRange } from "../ports.ts";
import { bytesOfValue } from "./store-key.ts";

type Entry = readonly [key: string, value: Uint8Array];

/** Wraps `inner`; closing the result closes `inner`. A commit that fails is no longer seen. */
export function createPendingView(inner: Store): Store {
  // The newest change of each key that is not known to be on disk.
  const pending = new Map<string, StoreChange>();
  return {
    async get(key) {
      const change = pending.get(key);
      if (change === undefined) return inner.get(key);
      return change.value && bytesOfValue(change.value).slice();
    },
    async entries(range) {
      const changes = [...pending.values()].filter(({ key }) => key >= range.gte && key < range.lt);
      if (changes.length === 0) return inner.entries(range);
      const { limit, ...unlimited } = range;
      // Each change may take one of the found entries away.
      const wide = limit === undefined ? unlimited : { ...unlimited, limit: limit + changes.length };
      return overlay(await inner.entries(wide), changes, range);
    },
    async commit(changes) {
      const written = inner.commit(changes);
      for (const change of changes) pending.set(change.key, change);
      try {
        await written;
      } finally {
        for (const change of changes) if (pending.get(change.key) === change) pending.delete(change.key);
      }
    },
    close: () => inner.close(),
  };
}

function overlay(found: readonly Entry[], changes: readonly StoreChange[], range: StoreRange): readonly Entry[] {
  const valueByKey = new Map(found);
  for (const { key, value } of changes) {
    if (value === undefined) valueByKey.delete(key);
    else valueByKey.set(key, bytesOfValue(value).slice());
  }
  const sorted = [...valueByKey].sort(([a], [b]) => (a < b ? -1 : 1));
  return (range.reverse === true ? sorted.reverse() : sorted).slice(0, range.limit);
}
