/**
 * A mark outside the database that says that there was an account in it. Browsers that are short of space delete
 * databases and keep these few bytes, so an empty database beside its mark was wiped, and is not a new one.
 */

/** The mark of one store. Where the browser refuses local storage, a wiped store looks like a new one. */
export interface WipeMarker {
  isSet(): boolean;
  set(): void;
  clear(): void;
}

/** The mark of the store `name`. */
export function createWipeMarker(name: string): WipeMarker {
  const key = `kith/store/${name}`;
  return {
    isSet: () => withStorage((storage) => storage.getItem(key) !== null) ?? false,
    set: () => withStorage((storage) => storage.setItem(key, "1")),
    clear: () => withStorage((storage) => storage.removeItem(key)),
  };
}

function withStorage<T>(use: (storage: Storage) => T): T | undefined {
  try {
    return use(globalThis.localStorage);
  } catch {
    return undefined; // full, or switched off by the person: the mark is a help, not a condition
  }
}
