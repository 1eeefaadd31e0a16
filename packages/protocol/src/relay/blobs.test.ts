import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mutilations, repeated } from "../account/fixtures.ts";
import { toHex } from "../bytes.ts";
import { decodeAs, encodeAs } from "../codec/schema.ts";
import { nobleSuite } from "../crypto/noble.ts";
import { PART_BYTES } from "../file/geometry.ts";
import type { RelayId } from "../ids.ts";
import { MAX_FRAME_BYTES } from "../limits.ts";
import {
  type BlobId,
  type BlobRequest,
  type BlobResponse,
  type BlobSpaceId,
  blobRequest,
  blobResponse,
  blobWorkBits,
  deriveBlob,
  deriveBlobSpace,
  isBlobFrame,
  MAX_BLOB_BYTES,
  MAX_BLOBS_PER_FRAME,
} from "./blobs.ts";
import blobVectors from "./blobs.vectors.json" with { type: "json" };
import vectors from "./relay.vectors.json" with { type: "json" };
import { relayRequest } from "./requests.ts";

const relay = vectors.relay as RelayId;
const space = "01".repeat(16) as BlobSpaceId;
const blob = "02".repeat(16) as BlobId;

/** One of each. */
const requests: readonly BlobRequest[] = [
  { type: "create", space, ownerKey: repeated(3)(32), sizeBytes: 1_049_600, access: { type: "none" } },
  {
    type: "put",
    space,
    ownerKey: repeated(3)(32),
    blob,
    readHash: repeated(4)(32),
    sizeBytes: 2,
    offset: 0,
    part: repeated(5)(2),
  },
  { type: "get", blob, readKey: repeated(4)(32), offset: 65_600 },
  { type: "drop", id: blob, key: repeated(4)(32) },
  { type: "have", blobs: [blob] },
];

const decode = (frame: Uint8Array) => decodeAs(blobRequest, frame, MAX_FRAME_BYTES);

describe("requests about blobs", () => {
  test.each(requests)("$type is one fixed frame and reads back", (request) => {
    const frame = encodeAs(blobRequest, request);
    expect(toHex(frame)).toBe(blobVectors.requests[request.type]);
    expect(isBlobFrame(frame)).toBe(true);
    expect(decode(frame)).toEqual({ ok: true, value: request });
    for (const other of mutilations(frame)) expect(decode(other).ok).toBe(false);
  });

  test("are told from all other requests by their tag", () => {
    expect(isBlobFrame(encodeAs(relayRequest, { type: "info" }))).toBe(false);
    expect(isBlobFrame(new Uint8Array(0))).toBe(false);
    expect(isBlobFrame(Uint8Array.of(0x82, 0x18, 47, 0xa0))).toBe(false);
    expect(isBlobFrame(Uint8Array.of(0x82, 0x18, 53, 0xa0))).toBe(false);
  });

  test("at their bounds fit a frame, and over them are a mistake of the caller", () => {
    const put = { type: "put", space, ownerKey: repeated(3)(32), blob, readHash: repeated(4)(32) } as const;
    const largest = { ...put, sizeBytes: MAX_BLOB_BYTES, offset: 15 * PART_BYTES, part: new Uint8Array(PART_BYTES) };
    expect(decode(encodeAs(blobRequest, largest)).ok).toBe(true);
    expect(() => encodeAs(blobRequest, { ...largest, part: new Uint8Array(PART_BYTES + 1) })).toThrow(RangeError);
    expect(() => encodeAs(blobRequest, { ...largest, sizeBytes: MAX_BLOB_BYTES + 1 })).toThrow(RangeError);
    const many = new Array<BlobId>(MAX_BLOBS_PER_FRAME).fill(blob);
    expect(decode(encodeAs(blobRequest, { type: "have", blobs: many })).ok).toBe(true);
    expect(() => encodeAs(blobRequest, { type: "have", blobs: [...many, blob] })).toThrow(RangeError);
    const part: BlobResponse = { type: "part", part: new Uint8Array(PART_BYTES) };
    expect(encodeAs(blobResponse, part).length).toBeLessThan(MAX_FRAME_BYTES);
  });

  test("that are random are refused and never throw", () => {
    fc.assert(
      fc.property(fc.integer({ min: 48, max: 52 }), fc.uint8Array({ maxLength: 120 }), (tag, rest) => {
        const frame = Uint8Array.of(0x82, 0x18, tag, ...rest);
        const decoded = decode(frame);
        if (decoded.ok) expect(toHex(encodeAs(blobRequest, decoded.value))).toBe(toHex(frame));
      }),
      { numRuns: 500 },
    );
  });
});

describe("names of blobs", () => {
  const fileKey = repeated(7)(32);
  const other = "12D3KooWQYV9dGMFoRzNStwpXztXaBUjtPqi6aU76ZgUriHhKust" as RelayId;

  test("follow from the file, the relay and the number, and from nothing less", () => {
    const names = [
      deriveBlob(nobleSuite, fileKey, relay, 0),
      deriveBlob(nobleSuite, fileKey, relay, 1),
      deriveBlob(nobleSuite, fileKey, other, 0),
      deriveBlob(nobleSuite, repeated(8)(32), relay, 0),
    ];
    expect(deriveBlob(nobleSuite, fileKey, relay, 0)).toEqual(names[0]);
    expect(new Set(names.map((each) => each.blob)).size).toBe(names.length);
    expect(new Set(names.map((each) => toHex(each.readKey))).size).toBe(names.length);
  });

  test("of a space need the secret of its owner", () => {
    const mine = deriveBlobSpace(nobleSuite, repeated(1)(32), fileKey, relay);
    expect(deriveBlobSpace(nobleSuite, repeated(1)(32), fileKey, relay)).toEqual(mine);
    expect(deriveBlobSpace(nobleSuite, repeated(2)(32), fileKey, relay).space).not.toBe(mine.space);
    expect(deriveBlobSpace(nobleSuite, repeated(1)(32), fileKey, other).space).not.toBe(mine.space);
  });
});

test("room costs one bit more for each doubling beyond 64 MiB", () => {
  const mib = 1024 * 1024;
  const bits = [1, 64 * mib, 64 * mib + 1, 128 * mib, 256 * mib, 1024 * mib].map((size) => blobWorkBits(20, size));
  expect(bits).toEqual([20, 20, 21, 21, 22, 24]);
});
