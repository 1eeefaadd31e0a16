/** What a relay keeps of one queue and of one stored envelope. Days, not times, where days suffice. */
import { crc32 } from "node:zlib";
import { type EnvelopeId, fromHex, type QueueId, toHex } from "@kith/protocol";

/** A queue as stored. Days count from 1970; `count`, `firstSeq`, `lastSeq` and `idHash` show damage of the store. */
export interface QueueRecord {
  /** Absent for a request box, whose mail comes by its own operation. */
  readonly sendId?: QueueId | undefined;
  readonly ownerMacKey: Uint8Array;
  readonly senderMacKey?: Uint8Array | undefined;
  readonly createdDay: number;
  /** 0 until one side opens it. */
  readonly openedDay: number;
  /** 0 until the first envelope. */
  readonly putDay: number;
  readonly count: number;
  readonly sizeBytes: number;
  /** Lowest position held, 0 when empty. */
  readonly firstSeq: number;
  /** Highest position ever given out; never used twice. */
  readonly lastSeq: number;
  /** XOR of the envelope ids held, 32 bytes. */
  readonly idHash: Uint8Array;
  /** Lost envelopes each side has yet to be told of. */
  readonly missingForSender: number;
  readonly missingForOwner: number;
}

/** The numbers of a record, in the order of its row. */
const NUMBERS = [
  "createdDay",
  "openedDay",
  "putDay",
  "count",
  "sizeBytes",
  "firstSeq",
  "lastSeq",
  "missingForSender",
  "missingForOwner",
] as const satisfies readonly (keyof QueueRecord)[];

const ROW_VERSION = 1;
const NUMBERS_AT = 1 + 1 + 16 + 3 * 32;
const RECORD_BYTES = NUMBERS_AT + NUMBERS.length * 8;

/** LevelDB does not check its blocks when it reads them, so rows carry a sum of their own; rows of before have none. */
const SUM_BYTES = 4;

/**
 * Bytes of a record row: version, whether there is a send side, send id, owner key, sender key, id hash, numbers, sum.
 * A fixed layout, because this row is written with every PUT; doubles hold every safe integer exactly.
 */
export function encodeQueueRecord(value: QueueRecord): Uint8Array {
  const row = new Uint8Array(RECORD_BYTES + SUM_BYTES);
  row[0] = ROW_VERSION;
  if (value.sendId !== undefined && value.senderMacKey !== undefined) {
    row[1] = 1;
    row.set(fromHex(value.sendId), 2);
    row.set(value.senderMacKey, 50);
  }
  row.set(value.ownerMacKey, 18);
  row.set(value.idHash, 82);
  const view = new DataView(row.buffer);
  for (const [index, name] of NUMBERS.entries()) view.setFloat64(NUMBERS_AT + index * 8, value[name]);
  view.setUint32(RECORD_BYTES, crc32(row.subarray(0, RECORD_BYTES)));
  return row;
}

/** A record with so many more envelopes missing. */
export function withMissing(record: QueueRecord, missing: number): QueueRecord {
  const { missingForSender, missingForOwner } = record;
  return { ...record, missingForSender: missingForSender + missing, missingForOwner: missingForOwner + missing };
}

/** Whether a row is as long as it should be and, where it carries a sum, unchanged. */
function isIntact(row: Uint8Array, sizeBytes: number): boolean {
  if (row.length !== sizeBytes + SUM_BYTES) return row.length === sizeBytes;
  const sum = new DataView(row.buffer, row.byteOffset + sizeBytes, SUM_BYTES).getUint32(0);
  return sum === crc32(row.subarray(0, sizeBytes));
}

/** Record of a row; null when the row is damaged. */
export function decodeQueueRecord(row: Uint8Array): QueueRecord | null {
  if (row[0] !== ROW_VERSION || !isIntact(row, RECORD_BYTES)) return null;
  const view = new DataView(row.buffer, row.byteOffset, row.length);
  const numbers = NUMBERS.map((name, index) => [name, view.getFloat64(NUMBERS_AT + index * 8)]);
  const sendSide = { sendId: toHex(row.subarray(2, 18)) as QueueId, senderMacKey: row.slice(50, 82) };
  return {
    ...(row[1] === 1 ? sendSide : {}),
    ownerMacKey: row.slice(18, 50),
    idHash: row.slice(82, NUMBERS_AT),
    ...(Object.fromEntries(numbers) as Pick<QueueRecord, (typeof NUMBERS)[number]>),
  };
}

/** One stored envelope without its bytes. */
export interface StoredItem {
  readonly seq: number;
  readonly id: EnvelopeId;
  readonly sizeBytes: number;
  /** Wall time of the relay at the PUT, Unix ms: ages are told by it. */
  readonly storedAtMs: number;
  /** Day it was stored by stable time: expiry goes by it. */
  readonly day: number;
  /** Work bits of a public request in a box, 255 for one let in by a token, 0 in queues. */
  readonly rank: number;
}

const ITEM_BYTES = 49;

/** Bytes of an index row: id, size, time, day, rank, sum. */
export function encodeItem(item: Omit<StoredItem, "seq">): Uint8Array {
  const row = new Uint8Array(ITEM_BYTES + SUM_BYTES);
  row.set(fromHex(item.id));
  const view = new DataView(row.buffer, 32);
  view.setUint32(0, item.sizeBytes);
  view.setBigUint64(4, BigInt(item.storedAtMs));
  view.setUint32(12, item.day);
  view.setUint8(16, item.rank);
  view.setUint32(17, crc32(row.subarray(0, ITEM_BYTES)));
  return row;
}

/** Item of an index row; null when the row is damaged. */
export function decodeItem(seq: number, row: Uint8Array): StoredItem | null {
  if (!isIntact(row, ITEM_BYTES)) return null;
  const view = new DataView(row.buffer, row.byteOffset + 32, ITEM_BYTES - 32);
  return {
    seq,
    id: toHex(row.subarray(0, 32)) as EnvelopeId,
    sizeBytes: view.getUint32(0),
    storedAtMs: Number(view.getBigUint64(4)),
    day: view.getUint32(12),
    rank: view.getUint8(16),
  };
}
