/**
 * Blobs: sealed units of files that wait on a relay while the sender is away. They travel in the channels of
 * `/kith/relay/1.0.0`, under tags of their own.
 * @see docs/spec/05-relay.md (Blobs)
 */
import type { Brand } from "../brand.ts";
import { concat, fromHex, toHex, uint32ToBytes, utf8 } from "../bytes.ts";
import { bytes, field, list, mapped, optional, record, type Shape, uint, union } from "../codec/schema.ts";
import { LABELS } from "../crypto/labels.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import { PART_BYTES, TAG_BYTES, UNIT_BYTES } from "../file/geometry.ts";
import { directFileId } from "../file/units.ts";
import type { RelayId } from "../ids.ts";
import { type Access, accessShape } from "./access.ts";
import { type RelayErrorCode, relayErrorCode } from "./responses.ts";

/** One sealed unit on one relay: hex of 16 bytes. */
export type BlobId = Brand<string, "BlobId">;
/** The room that a sender reserved for one file on one relay: hex of 16 bytes. */
export type BlobSpaceId = Brand<string, "BlobSpaceId">;

/** The largest blob: a whole sealed unit, in bytes. */
export const MAX_BLOB_BYTES: number = UNIT_BYTES + 64 * TAG_BYTES;

/** Blobs that one `have` may ask about. */
export const MAX_BLOBS_PER_FRAME = 1000;

/** Requests about blobs. Ids and keys of blobs follow from the key of the file, those of spaces from a secret of the sender. */
export type BlobRequest =
  /** Reserves room for the blobs of one file. `sizeBytes`: of all of them together. */
  | {
      readonly type: "create";
      readonly space: BlobSpaceId;
      readonly ownerKey: Uint8Array;
      readonly sizeBytes: number;
      readonly access: Access;
    }
  /** A part of a blob; the last one to arrive is answered when the whole blob is synced. */
  | {
      readonly type: "put";
      readonly space: BlobSpaceId;
      readonly ownerKey: Uint8Array;
      readonly blob: BlobId;
      /** SHA-256 of the key that reads it. */
      readonly readHash: Uint8Array;
      readonly sizeBytes: number;
      /** A multiple of `PART_BYTES`. */
      readonly offset: number;
      readonly part: Uint8Array;
    }
  /** At most `PART_BYTES` of a blob. */
  | { readonly type: "get"; readonly blob: BlobId; readonly readKey: Uint8Array; readonly offset: number }
  /** Deletes a space with everything in it by its owner's key, or one blob by the key that reads it. */
  | { readonly type: "drop"; readonly id: BlobId | BlobSpaceId; readonly key: Uint8Array }
  /** Which blobs are there, whole. */
  | { readonly type: "have"; readonly blobs: readonly BlobId[] };

/** Answers to them. A wrong key and a blob that is not there give the same `unknown-queue`. */
export type BlobResponse =
  | { readonly type: "done" }
  | { readonly type: "part"; readonly part: Uint8Array }
  /** Bit 7 of the first byte stands for the first blob asked about. */
  | { readonly type: "have"; readonly bitmap: Uint8Array }
  | {
      readonly type: "error";
      readonly code: RelayErrorCode;
      readonly bits?: number | undefined;
      readonly retryAfterMs?: number | undefined;
    };

type RequestBody<K extends BlobRequest["type"]> = Omit<Extract<BlobRequest, { type: K }>, "type">;
type ResponseBody<K extends BlobResponse["type"]> = Omit<Extract<BlobResponse, { type: K }>, "type">;

const key32 = bytes(32);

function id16<T extends string>(): Shape<T> {
  return mapped(
    bytes(16),
    (value) => toHex(value) as T,
    (id) => fromHex(id),
  );
}

const blobId = id16<BlobId>();
const spaceId = id16<BlobSpaceId>();

const FIRST_TAG = 48;
const LAST_TAG = 52;

/** Codec shape of requests about blobs. */
export const blobRequest: Shape<BlobRequest> = union<BlobRequest>({
  create: [
    FIRST_TAG,
    record<RequestBody<"create">>({
      space: field(1, spaceId),
      ownerKey: field(2, key32),
      sizeBytes: field(3, uint()),
      access: field(4, accessShape),
    }),
  ],
  put: [
    49,
    record<RequestBody<"put">>({
      space: field(1, spaceId),
      ownerKey: field(2, key32),
      blob: field(3, blobId),
      readHash: field(4, key32),
      sizeBytes: field(5, uint(MAX_BLOB_BYTES)),
      offset: field(6, uint(MAX_BLOB_BYTES)),
      part: field(7, bytes(1, PART_BYTES)),
    }),
  ],
  get: [
    50,
    record<RequestBody<"get">>({
      blob: field(1, blobId),
      readKey: field(2, key32),
      offset: field(3, uint(MAX_BLOB_BYTES)),
    }),
  ],
  drop: [51, record<RequestBody<"drop">>({ id: field(1, id16<BlobId | BlobSpaceId>()), key: field(2, key32) })],
  have: [LAST_TAG, record<RequestBody<"have">>({ blobs: field(1, list(blobId, MAX_BLOBS_PER_FRAME, 1)) })],
});

/** Codec shape of the answers. */
export const blobResponse: Shape<BlobResponse> = union<BlobResponse>({
  error: [
    0,
    record<ResponseBody<"error">>({
      code: field(1, relayErrorCode),
      bits: optional(2, uint(64)),
      retryAfterMs: optional(3, uint()),
    }),
  ],
  done: [4, record<ResponseBody<"done">>({})],
  part: [50, record<ResponseBody<"part">>({ part: field(1, bytes(1, PART_BYTES)) })],
  have: [LAST_TAG, record<ResponseBody<"have">>({ bitmap: field(1, bytes(1, Math.ceil(MAX_BLOBS_PER_FRAME / 8))) })],
});

/** Whether a frame asks about blobs: told by its tag alone, before it is decoded. */
export function isBlobFrame(frame: Uint8Array): boolean {
  const [pair, wide, tag = 0] = frame;
  return pair === 0x82 && wide === 0x18 && tag >= FIRST_TAG && tag <= LAST_TAG;
}

/** Room that costs no more work than a queue, in bytes; twice as much costs one bit more. */
const BASE_BYTES = 64 * 1024 * 1024;

/** Bits of work that a space of so many bytes costs. @param base what a queue costs. */
export function blobWorkBits(base: number, sizeBytes: number): number {
  return base + Math.max(0, Math.ceil(Math.log2(sizeBytes / BASE_BYTES)));
}

/** What a blob is named and read by. */
export interface BlobKey {
  readonly blob: BlobId;
  readonly readKey: Uint8Array;
}

/**
 * The id and the read key of one blob of a file on one relay: whoever has the manifest derives them, and on another
 * relay they are others. @param number of the unit; the hash list follows the last one.
 */
export function deriveBlob(suite: CryptoSuite, fileKey: Uint8Array, relay: RelayId, number: number): BlobKey {
  const salt = concat(uint32ToBytes(number), utf8(relay));
  return {
    blob: toHex(suite.hkdf(fileKey, salt, utf8(LABELS.blobId), 16)) as BlobId,
    readKey: suite.hkdf(fileKey, salt, utf8(LABELS.blobRead), 32),
  };
}

/** A space as its owner names and opens it. */
export interface BlobSpaceKey {
  readonly space: BlobSpaceId;
  readonly ownerKey: Uint8Array;
}

/** The space of a file on one relay, from the device's owner seed: who was given the file cannot derive it. */
export function deriveBlobSpace(
  suite: CryptoSuite,
  ownerSeed: Uint8Array,
  fileKey: Uint8Array,
  relay: RelayId,
): BlobSpaceKey {
  const salt = concat(directFileId(suite, fileKey), utf8(relay));
  return {
    space: toHex(suite.hkdf(ownerSeed, salt, utf8(LABELS.blobSpace), 16)) as BlobSpaceId,
    ownerKey: suite.hkdf(ownerSeed, salt, utf8(LABELS.blobOwner), 32),
  };
}
