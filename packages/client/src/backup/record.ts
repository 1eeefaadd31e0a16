/** What a backup is made of: rows of the store, each of a kind, with the key where that says something of its own. */
import { concat, utf8 } from "@kith/protocol";

/** The kinds; a number never changes its meaning. */
export const KINDS = {
  account: 1,
  settings: 2,
  relay: 3,
  prekey: 4,
  "prekey-once": 5,
  "prekey-used": 6,
  "prekey-counter": 7,
  contact: 8,
  peer: 9,
  chat: 10,
  message: 11,
  picture: 12,
  group: 13,
  "group-operation": 14,
  "group-message": 15,
  "group-name": 16,
  "group-key": 17,
  "group-picture": 18,
  end: 255,
} as const;

/** The name of a kind. */
export type RecordKind = keyof typeof KINDS;

/** One record. */
export interface BackupRecord {
  readonly kind: RecordKind;
  /** Empty for rows whose key follows from their value. */
  readonly key: string;
  readonly value: Uint8Array;
}

const HEAD_BYTES = 6;
const MAX_KEY_BYTES = 128;

/** The largest row of a store. */
const MAX_VALUE_BYTES = 1 << 20;

const KIND_BY_NUMBER: ReadonlyMap<number, RecordKind> = new Map(
  Object.entries(KINDS).map(([kind, number]) => [number, kind as RecordKind]),
);

/** Kind (1), length of the key (1), length of the value (4), key, value. */
export function encodeRecord({ kind, key, value }: BackupRecord): Uint8Array {
  const head = new Uint8Array(HEAD_BYTES);
  const keyBytes = utf8(key);
  head[0] = KINDS[kind];
  head[1] = keyBytes.length;
  new DataView(head.buffer).setUint32(2, value.length);
  return concat(head, keyBytes, value);
}

/** Cuts records out of bytes that come in pieces. */
export class RecordReader {
  #rest: Uint8Array = new Uint8Array(0);

  /** The records that are whole now; null when the bytes are none. */
  read(bytes: Uint8Array): readonly BackupRecord[] | null {
    const all = this.#rest.length === 0 ? bytes : concat(this.#rest, bytes);
    const records: BackupRecord[] = [];
    let at = 0;
    while (all.length - at >= HEAD_BYTES) {
      const kind = KIND_BY_NUMBER.get(all[at] ?? 0);
      const keyBytes = all[at + 1] ?? 0;
      const valueBytes = new DataView(all.buffer, all.byteOffset + at).getUint32(2);
      if (kind === undefined || keyBytes > MAX_KEY_BYTES || valueBytes > MAX_VALUE_BYTES) return null;
      const end = at + HEAD_BYTES + keyBytes + valueBytes;
      if (end > all.length) break;
      const key = all.subarray(at + HEAD_BYTES, at + HEAD_BYTES + keyBytes);
      if (!key.every(isPrintable)) return null;
      records.push({ kind, key: String.fromCharCode(...key), value: all.slice(at + HEAD_BYTES + keyBytes, end) });
      at = end;
    }
    this.#rest = all.slice(at);
    return records;
  }

  /** Whether nothing is left over. */
  get isDone(): boolean {
    return this.#rest.length === 0;
  }
}

function isPrintable(byte: number): boolean {
  return byte >= 0x20 && byte <= 0x7e;
}
