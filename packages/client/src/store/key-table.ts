/**
 * Keys that can be erased. What must not outlive a time (vanishing messages) or a state (sessions, the outbox) is sealed
 * under one of them before it goes into the store. All live keys stand in one row of the store, sealed under the table
 * key; an erasure writes the row without the erased keys under a new table key and then replaces that. Copies of rows
 * that LevelDB still has in its files can be read by nobody from then on.
 * @see docs/spec/08-local-secrets.md (Erasable keys)
 */
import {
  bytes,
  type CryptoSuite,
  concat,
  decodeAs,
  encodeAs,
  field,
  list,
  type RandomBytes,
  record,
  type Shape,
  text,
  toHex,
  uint,
  utf8,
} from "@kith/protocol";
import type { Store, StoreChange } from "../ports.ts";
import { STORE_LABELS } from "./labels.ts";
import { StoreError } from "./store-error.ts";
import type { TableKey, TableKeySource } from "./table-key.ts";

/** One key: what it is for, and when it goes or is replaced, Unix ms. */
export interface ErasableKey {
  readonly id: Uint8Array;
  readonly purpose: string;
  readonly untilMs: number;
  readonly key: Uint8Array;
}

interface TableRow {
  readonly keys: readonly ErasableKey[];
  /** The latest time this device has seen: its clock may be set back. */
  readonly seenMs: number;
}

const ID_BYTES = 8;
const KEY_BYTES = 32;
const NONCE_BYTES = 24;
const MAX_KEYS = 4096;
const MAX_TABLE_BYTES = 1 << 20;
const PREFIX = "keys/";

/** First byte of a sealed row; encodings of rows begin otherwise. */
const SEALED = 0xee;

const tableShape: Shape<TableRow> = record<TableRow>({
  keys: field(
    1,
    list(
      record<ErasableKey>({
        id: field(1, bytes(ID_BYTES)),
        purpose: field(2, text(120)),
        untilMs: field(3, uint()),
        key: field(4, bytes(KEY_BYTES)),
      }),
      MAX_KEYS,
    ),
  ),
  seenMs: field(2, uint()),
});

const EMPTY: TableRow = { keys: [], seenMs: 0 };

/** What the table needs. */
export interface KeyTableParts {
  readonly store: Store;
  readonly source: TableKeySource;
  readonly suite: CryptoSuite;
  readonly random: RandomBytes;
}

/** All erasable keys of one account. */
export class KeyTable {
  readonly #parts: KeyTableParts;
  readonly #keys = new Map<string, ErasableKey>();
  readonly #newest = new Map<string, ErasableKey>();
  /** Keys in force of the table: two while an erasure is under way, so that a row added meanwhile is in both. */
  #tableKeys: readonly TableKey[];
  #seenMs: number;
  #isChanged = false;
  #lastErasure: Promise<void> = Promise.resolve();

  private constructor(parts: KeyTableParts, tableKey: TableKey, row: TableRow) {
    this.#parts = parts;
    this.#tableKeys = [tableKey];
    this.#seenMs = row.seenMs;
    for (const each of row.keys) this.#add(each);
  }

  /** Reads the table, or begins one in a store that has none. @throws StoreError STORE_TAMPERED without its key. */
  static async open(parts: KeyTableParts): Promise<KeyTable> {
    const { store, source } = parts;
    const tableKey = await source.load();
    const rows = await store.entries({ gte: PREFIX, lt: `${PREFIX}~` });
    if (tableKey === null) {
      if (rows.length > 0) throw new StoreError({ code: "STORE_TAMPERED", key: PREFIX });
      const first = await source.make(1);
      await first.replace();
      return new KeyTable(parts, first, EMPTY);
    }
    const name = rowName(tableKey);
    const row = rows.find(([key]) => key === name)?.[1];
    if (row === undefined && rows.length > 0) throw new StoreError({ code: "STORE_TAMPERED", key: name });
    const table = row === undefined ? EMPTY : openTable(parts.suite, tableKey, row);
    // Left over from an erasure that was cut short, before or after its key was replaced.
    const others = rows.flatMap(([key]) => (key === name ? [] : [{ key }]));
    if (others.length > 0) await store.commit(others);
    return new KeyTable(parts, tableKey, table);
  }

  get seenMs(): number {
    return this.#seenMs;
  }

  keys(): readonly ErasableKey[] {
    return [...this.#keys.values()];
  }

  /** The newest key for a purpose. */
  current(purpose: string): ErasableKey | undefined {
    return this.#newest.get(purpose);
  }

  /** The key for a purpose, made when there is none. */
  take(purpose: string, untilMs: number): ErasableKey {
    return this.current(purpose) ?? this.renew(purpose, untilMs);
  }

  /** A new key for a purpose; what was sealed under the last one opens until that is dropped. */
  renew(purpose: string, untilMs: number): ErasableKey {
    const { random } = this.#parts;
    const made = { id: random(ID_BYTES), purpose, untilMs, key: random(KEY_BYTES) };
    this.#add(made);
    this.#isChanged = true;
    return made;
  }

  /** Notes the time, so that a clock that is set back later is noticed; on disk with the next change. */
  see(nowMs: number): void {
    this.#seenMs = Math.max(this.#seenMs, nowMs);
  }

  /** The changes that a batch needs with it when keys were made since the last one. */
  changes(): readonly StoreChange[] {
    if (!this.#isChanged) return [];
    this.#isChanged = false;
    return this.#tableKeys.map((tableKey) => this.#rowChange(tableKey));
  }

  /** Seals the bytes of a row under a key, bound to the row's name. */
  seal({ id, key }: ErasableKey, name: string, value: Uint8Array): Uint8Array {
    const { suite, random } = this.#parts;
    const nonce = random(NONCE_BYTES);
    return concat(Uint8Array.of(SEALED), id, nonce, suite.xchachaSeal(key, nonce, value, binding(name)));
  }

  /** The bytes of a row; null when its key was erased. Rows that were never sealed come back as they are. */
  open(name: string, value: Uint8Array): Uint8Array | null {
    if (value[0] !== SEALED) return value;
    const known = this.#keys.get(toHex(value.subarray(1, 1 + ID_BYTES)));
    if (known === undefined) return null;
    const nonce = value.subarray(1 + ID_BYTES, 1 + ID_BYTES + NONCE_BYTES);
    const sealed = value.subarray(1 + ID_BYTES + NONCE_BYTES);
    const opened = this.#parts.suite.xchachaOpen(known.key, nonce, sealed, binding(name));
    if (opened === null) throw new StoreError({ code: "STORE_TAMPERED", key: name });
    return opened;
  }

  /** Takes keys out; gone from this device once `erase` has resolved. */
  drop(keys: readonly ErasableKey[]): void {
    for (const key of keys) {
      this.#keys.delete(toHex(key.id));
      if (this.#newest.get(key.purpose) === key) this.#newest.delete(key.purpose);
    }
  }

  /** Makes what was dropped unreadable for ever. Calls run one after the other. */
  erase(): Promise<void> {
    const erasure = this.#lastErasure.then(() => this.#erase());
    this.#lastErasure = erasure.catch(() => undefined);
    return erasure;
  }

  async #erase(): Promise<void> {
    const { store, source } = this.#parts;
    const [last] = this.#tableKeys as readonly [TableKey];
    const next = await source.make(last.generation + 1);
    this.#tableKeys = [last, next];
    await store.commit([this.#rowChange(last), this.#rowChange(next)]);
    await next.replace();
    this.#tableKeys = [next];
    await store.commit([{ key: rowName(last) }]);
  }

  #add(key: ErasableKey): void {
    this.#keys.set(toHex(key.id), key);
    this.#newest.set(key.purpose, key);
  }

  #rowChange(tableKey: TableKey): StoreChange {
    return { key: rowName(tableKey), value: () => this.#sealTable(tableKey) };
  }

  #sealTable(tableKey: TableKey): Uint8Array {
    const { suite, random } = this.#parts;
    const nonce = random(NONCE_BYTES);
    const row = encodeAs(tableShape, { keys: this.keys(), seenMs: this.#seenMs });
    return concat(nonce, suite.xchachaSeal(tableKey.secret, nonce, row, binding(rowName(tableKey))));
  }
}

function openTable(suite: CryptoSuite, tableKey: TableKey, value: Uint8Array): TableRow {
  const name = rowName(tableKey);
  const nonce = value.subarray(0, NONCE_BYTES);
  const sealed = value.subarray(NONCE_BYTES);
  const opened = value.length < NONCE_BYTES ? null : suite.xchachaOpen(tableKey.secret, nonce, sealed, binding(name));
  const row = opened && decodeAs(tableShape, opened, MAX_TABLE_BYTES);
  if (!row?.ok) throw new StoreError({ code: "STORE_TAMPERED", key: name });
  return row.value;
}

function rowName({ generation }: TableKey): string {
  return `${PREFIX}${generation}`;
}

function binding(name: string): Uint8Array {
  return utf8(`${STORE_LABELS.erasable}\0${name}`);
}
