/** What a relay keeps of one queue and of one stored envelope. Days, not times, where days suffice. */
import {
  bytes,
  concat,
  decodeAs,
  type EnvelopeId,
  encodeAs,
  field,
  fromHex,
  InvariantError,
  optional,
  type QueueId,
  queueId,
  record,
  type Shape,
  toHex,
  uint,
} from "@kith/protocol";

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

const MAX_RECORD_BYTES = 512;

const recordShape: Shape<QueueRecord> = record<QueueRecord>({
  sendId: optional(1, queueId),
  ownerMacKey: field(2, bytes(32)),
  senderMacKey: optional(3, bytes(32)),
  createdDay: field(4, uint()),
  openedDay: field(5, uint()),
  putDay: field(6, uint()),
  count: field(7, uint()),
  sizeBytes: field(8, uint()),
  firstSeq: field(9, uint()),
  lastSeq: field(10, uint()),
  idHash: field(11, bytes(32)),
  missingForSender: field(12, uint()),
  missingForOwner: field(13, uint()),
});

/** Bytes of a record row. */
export function encodeQueueRecord(value: QueueRecord): Uint8Array {
  return encodeAs(recordShape, value);
}

/** Record of a row. @throws InvariantError when the row is not one that this code wrote. */
export function decodeQueueRecord(row: Uint8Array): QueueRecord {
  const decoded = decodeAs(recordShape, row, MAX_RECORD_BYTES);
  if (!decoded.ok) throw new InvariantError(`queue record: ${decoded.error.code}`);
  return decoded.value;
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

/** Bytes of an index row: id, size, time, day, rank. */
export function encodeItem(item: Omit<StoredItem, "seq">): Uint8Array {
  const fixed = new Uint8Array(ITEM_BYTES - 32);
  const view = new DataView(fixed.buffer);
  view.setUint32(0, item.sizeBytes);
  view.setBigUint64(4, BigInt(item.storedAtMs));
  view.setUint32(12, item.day);
  view.setUint8(16, item.rank);
  return concat(fromHex(item.id), fixed);
}

/** Item of an index row; null when the row is damaged. */
export function decodeItem(seq: number, row: Uint8Array): StoredItem | null {
  if (row.length !== ITEM_BYTES) return null;
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
