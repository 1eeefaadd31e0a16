/** Rows that several people's locks lead to: what is written is the newest value at that time, in whatever order. */
import type { StoreChange } from "../ports.ts";
import type { Table } from "../store/table.ts";

/** The change that writes a row as it is when the store writes. */
export function lateRow<T>(table: Table<T>, key: string, newest: () => T): StoreChange {
  const { key: name } = table.remove(key);
  return {
    key: name,
    value: () => {
      const { value } = table.put(key, newest());
      if (value instanceof Uint8Array) return value;
      throw new TypeError("a row that is put has bytes");
    },
  };
}
