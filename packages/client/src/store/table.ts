/** Typed rows over a store: one prefix, one shape, one strict decoder. */
import { decodeAs, encodeAs, type Shape } from "@kith/protocol";
import type { Store, StoreChange } from "../ports.ts";
import { StoreError } from "./store-error.ts";

/** Rows of one kind. Keys are joined with `/`, so parts must not contain one. */
export interface Table<T> {
  get(key: string): Promise<T | undefined>;
  /** All rows whose key begins with `prefix`, in key order. */
  list(prefix?: string, options?: { readonly limit?: number; readonly reverse?: boolean }): Promise<readonly Row<T>[]>;
  /** Rows from `gte` (included) to `lt` (not included), keys without the table's prefix. */
  range(
    gte: string,
    lt: string,
    options?: { readonly limit?: number; readonly reverse?: boolean },
  ): Promise<readonly Row<T>[]>;
  /** The change that writes a row, to be committed with others. */
  put(key: string, value: T): StoreChange;
  /** The same for a row that changes often: encoded when it is written, and only the last of many in one write. */
  putLate(key: string, value: T): StoreChange;
  /** The change that deletes a row. */
  remove(key: string): StoreChange;
}

/** A row with its key (without the table's prefix). */
export interface Row<T> {
  readonly key: string;
  readonly value: T;
}

/** Sorts after every character a key may hold. */
export const KEY_END = "~";

/** The largest row: a message body and its bookkeeping. */
const MAX_ROW_BYTES = 1 << 20;

/** Seals rows under keys that can be erased, beside what the store does for all. */
export interface RowGuard<T> {
  /** What seals the encoding of a row, chosen when the change is made; null for one that is kept plain. */
  sealer(value: T, key: string): ((name: string, bytes: Uint8Array) => Uint8Array) | null;
  /** The encoding; null when its key was erased: the row is there no more. */
  open(name: string, bytes: Uint8Array): Uint8Array | null;
}

/** Makes the table `name` of a store. */
export function createTable<T>(store: Store, name: string, shape: Shape<T>, guard?: RowGuard<T>): Table<T> {
  const prefix = `${name}/`;
  function read(key: string, stored: Uint8Array): T | undefined {
    const bytes = guard === undefined ? stored : guard.open(key, stored);
    if (bytes === null) return undefined;
    const value = decodeAs(shape, bytes, MAX_ROW_BYTES);
    if (!value.ok) throw new StoreError({ code: "STORE_CORRUPT" });
    return value.value;
  }
  function encoder(key: string, value: T): () => Uint8Array {
    const seal = guard?.sealer(value, key.slice(prefix.length)) ?? null;
    return seal === null ? () => encodeAs(shape, value) : () => seal(key, encodeAs(shape, value));
  }
  async function range(
    gte: string,
    lt: string,
    options: { readonly limit?: number; readonly reverse?: boolean } = {},
  ): Promise<readonly Row<T>[]> {
    const rows = await store.entries({ gte: prefix + gte, lt: prefix + lt, ...options });
    return rows.flatMap(([key, bytes]) => {
      const value = read(key, bytes);
      return value === undefined ? [] : [{ key: key.slice(prefix.length), value }];
    });
  }
  return {
    async get(key) {
      const bytes = await store.get(prefix + key);
      return bytes === undefined ? undefined : read(prefix + key, bytes);
    },
    list: (start = "", options = {}) => range(start, start + KEY_END, options),
    range,
    put: (key, value) => ({ key: prefix + key, value: encoder(prefix + key, value)() }),
    putLate: (key, value) => ({ key: prefix + key, value: encoder(prefix + key, value) }),
    remove: (key) => ({ key: prefix + key }),
  };
}

/**
 * The change that writes a row as it is when the store writes, for rows that several people's locks lead to: whatever
 * the order of their commits, the newest value stays. What seals it is chosen now too, so that its key is on disk.
 */
export function lateRow<T>(table: Table<T>, key: string, newest: () => T): StoreChange {
  const { key: name } = table.putLate(key, newest());
  return {
    key: name,
    value: () => {
      const { value } = table.put(key, newest());
      if (value instanceof Uint8Array) return value;
      throw new TypeError("a row that is put has bytes");
    },
  };
}
