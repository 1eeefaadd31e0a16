/** What a relay keeps of one space and of one blob; the bytes lie in a vault beside the store. */
import { crc32 } from "node:zlib";
import type { StoreChange } from "@kith/client";
import {
  type BlobId,
  type BlobSpaceId,
  bytes,
  decodeAs,
  encodeAs,
  field,
  fromHex,
  mapped,
  record,
  type Shape,
  toHex,
  uint,
} from "@kith/protocol";

/** The room for one file. */
export interface SpaceRow {
  /** SHA-256 of its owner's key. */
  readonly ownerHash: Uint8Array;
  /** Reserved for the blobs of it, in bytes. */
  readonly sizeBytes: number;
  /** Days since 1970. */
  readonly createdDay: number;
}

/** One blob, whole and synced. */
export interface BlobRow {
  readonly blob: BlobId;
  /** SHA-256 of the key that reads it. */
  readonly readHash: Uint8Array;
  readonly sizeBytes: number;
}

const spaceShape: Shape<SpaceRow> = record<SpaceRow>({
  ownerHash: field(1, bytes(32)),
  sizeBytes: field(2, uint()),
  createdDay: field(3, uint()),
});

const blobShape: Shape<BlobRow> = record<BlobRow>({
  blob: field(
    1,
    mapped(
      bytes(16),
      (value) => toHex(value) as BlobId,
      (id) => fromHex(id),
    ),
  ),
  readHash: field(2, bytes(32)),
  sizeBytes: field(3, uint()),
});

const MAX_ROW_BYTES = 256;

/** LevelDB does not check its blocks when it reads them, so rows carry a sum of their own. */
const SUM_BYTES = 4;

/** The change that keeps a space. */
export function putSpace(space: BlobSpaceId, row: SpaceRow): StoreChange {
  return { key: spaceKey(space), value: withSum(encodeAs(spaceShape, row)) };
}

/** The change that keeps a blob. */
export function putBlob(space: BlobSpaceId, slot: number, row: BlobRow): StoreChange {
  return { key: blobKey(space, slot), value: withSum(encodeAs(blobShape, row)) };
}

/** Null for a row that is damaged. */
export function readSpaceRow(row: Uint8Array): SpaceRow | null {
  return readRow(spaceShape, row);
}

/** Null for a row that is damaged. */
export function readBlobRow(row: Uint8Array): BlobRow | null {
  return readRow(blobShape, row);
}

/** Key of a space's row. */
export function spaceKey(space: BlobSpaceId): string {
  return `s/${space}`;
}

/** Key of a blob's row; `slot` says where in the file of its space it lies. */
export function blobKey(space: BlobSpaceId, slot: number): string {
  return `b/${space}/${String(slot).padStart(6, "0")}`;
}

/** The space and the slot that a key means. */
export function parseBlobKey(key: string): { readonly space: BlobSpaceId; readonly slot: number } {
  const [, space, slot] = key.split("/");
  return { space: space as BlobSpaceId, slot: Number(slot) };
}

function readRow<T>(shape: Shape<T>, row: Uint8Array): T | null {
  const body = row.subarray(SUM_BYTES);
  const isWhole = row.length > SUM_BYTES && new DataView(row.buffer, row.byteOffset).getUint32(0) === crc32(body);
  const decoded = isWhole ? decodeAs(shape, body, MAX_ROW_BYTES) : null;
  return decoded?.ok === true ? decoded.value : null;
}

function withSum(body: Uint8Array): Uint8Array {
  const row = new Uint8Array(SUM_BYTES + body.length);
  new DataView(row.buffer).setUint32(0, crc32(body));
  row.set(body, SUM_BYTES);
  return row;
}
