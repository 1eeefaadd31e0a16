import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mutilations } from "../account/fixtures.ts";
import { fromHex, toHex, utf8 } from "../bytes.ts";
import { type CborValue, decodeCbor, encodeCbor } from "../codec/cbor.ts";
import { nobleSuite } from "../crypto/noble.ts";
import type { RelayId } from "../ids.ts";
import { MAX_FILE_BYTES, MAX_FILE_UNITS } from "../limits.ts";
import vectors from "./file.vectors.json" with { type: "json" };
import {
  CHUNK_BYTES,
  partCount,
  partRange,
  UNIT_BYTES,
  unitCount,
  unitPlainBytes,
  unitSealedBytes,
} from "./geometry.ts";
import { decodeManifest, encodeManifest, type FileManifest } from "./manifest.ts";
import { hashUnit, merkleRoot } from "./merkle.ts";
import { directFileId, fileCipherOf, joinHashes, newFileCipher, openUnit, sealUnit } from "./units.ts";

const plaintext = Uint8Array.from({ length: UNIT_BYTES + CHUNK_BYTES + 100 }, (_, i) => (i * 7 + (i >> 11)) & 0xff);
const key = new Uint8Array(32).fill(0x11);
const cipher = newFileCipher(key, new Uint8Array(24).fill(0x22), plaintext.length);
const units = await Promise.all(
  [0, 1].map((unit) => sealUnit(nobleSuite, cipher, unit, plaintext.slice(unit * UNIT_BYTES, (unit + 1) * UNIT_BYTES))),
);
const hashes = joinHashes(await Promise.all(units.map((unit) => hashUnit(nobleSuite, unit))));
const jpeg = fromHex(vectors.smallestJpegHeader);
const manifest: FileManifest = {
  scheme: 1,
  name: "صورة.jpg",
  sizeBytes: plaintext.length,
  mediaType: "image/jpeg",
  key,
  header: cipher.keys.header,
  root: merkleRoot(nobleSuite, hashes),
  relays: [
    {
      relay: "12D3KooWLRPJAA5o6pkLBZhNcBcUoAuVn5mBKCM7ew9PxXqgXB4L" as RelayId,
      addresses: ["/ip4/127.0.0.1/tcp/5484"],
    },
  ],
  preview: jpeg,
};
const encoded = encodeManifest(manifest);

/** The manifest with one field replaced, as somebody who lies would write it. */
function lying(fieldKey: number, value: CborValue): Uint8Array {
  const map = decodeCbor(encoded);
  if (!map.ok) throw new Error("no CBOR");
  return encodeCbor(
    new Map(
      [...(map.value as Map<number, CborValue>), [fieldKey, value]].sort(
        ([a], [b]) => (a as number) - (b as number),
      ) as [number, CborValue][],
    ),
  );
}

describe("the vectors", () => {
  it("are what the code makes", () => {
    expect(toHex(cipher.keys.header)).toBe(vectors.header);
    expect(toHex(hashes)).toBe(vectors.unitHashes);
    expect(toHex(manifest.root)).toBe(vectors.root);
    expect(toHex(directFileId(nobleSuite, key))).toBe(vectors.directId);
    expect(toHex(encoded)).toBe(vectors.manifest);
  });
});

describe("a manifest", () => {
  it("reads back, and nothing next to it does", () => {
    expect(decodeManifest(encoded)).toEqual({ ok: true, value: manifest });
    for (const other of mutilations(encoded)) {
      const read = decodeManifest(other);
      // A flipped bit inside a key or a hash is another manifest; its form must still be the strict one.
      if (read.ok) expect(encodeManifest(read.value)).toEqual(other);
    }
  });

  it.each<[string, number, CborValue]>([
    ["no size", 3, 0],
    ["a size over 4 GiB", 3, MAX_FILE_BYTES + 1],
    ["an unsafe name", 2, "../x"],
    ["a name with a hidden reversal", 2, "a\u202egpj.exe"],
    ["no name", 2, ""],
    ["a type with parameters", 4, "text/html; charset=utf-8"],
    ["a type in upper case", 4, "Image/JPEG"],
    ["a short key", 5, new Uint8Array(31)],
    ["a long root", 7, new Uint8Array(33)],
    ["another scheme", 1, 2],
    ["a preview that is no JPEG", 9, utf8("<svg/>")],
    ["a preview of 65535 pixels", 9, fromHex(vectors.hugeJpegHeader)],
    ["a preview over 40 KiB", 9, new Uint8Array(40 * 1024 + 1)],
    ["an unknown field", 11, 1],
  ])("with %s is refused", (_name, fieldKey, value) => {
    expect(decodeManifest(lying(fieldKey, value)).ok).toBe(false);
  });

  it("that a reader would refuse cannot be made", () => {
    expect(() => encodeManifest({ ...manifest, name: "a/b" })).toThrow(RangeError);
    expect(() => encodeManifest({ ...manifest, preview: utf8("x") })).toThrow(RangeError);
    expect(() => encodeManifest({ ...manifest, sizeBytes: 0 })).toThrow(RangeError);
  });

  it("of a voice message keeps its length and shape, and is refused beyond an hour or 64 bars", () => {
    const voice = { durationMs: 12_400, waveform: Uint8Array.of(0, 99, 255) };
    const spoken = decodeManifest(encodeManifest({ ...manifest, voice }));
    expect(spoken.ok && spoken.value.voice).toEqual(voice);
    const said = (durationMs: number, bars: number): CborValue =>
      new Map<number, CborValue>([
        [1, durationMs],
        [2, new Uint8Array(bars)],
      ]);
    expect(decodeManifest(lying(10, said(3_600_000, 64))).ok).toBe(true);
    expect(decodeManifest(lying(10, said(3_600_001, 64))).ok).toBe(false);
    expect(decodeManifest(lying(10, said(1000, 65))).ok).toBe(false);
    expect(decodeManifest(lying(10, "long")).ok).toBe(false);
  });

  it("made of random bytes is refused and never throws", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => !decodeManifest(bytes).ok),
      { numRuns: 2000 },
    );
  });

  it("whose key and header do not belong together has no cipher", () => {
    expect(fileCipherOf(manifest)?.keys).toEqual(cipher.keys);
    expect(fileCipherOf({ ...manifest, key: new Uint8Array(32) })).toBeNull();
  });
});

describe("units", () => {
  const hash = (unit: number) => hashes.slice(unit * 32, unit * 32 + 32);

  it("open to the file, each in its place only", async () => {
    expect(await openUnit(nobleSuite, cipher, 0, units[0] as Uint8Array, hash(0))).toEqual(
      plaintext.slice(0, UNIT_BYTES),
    );
    expect(await openUnit(nobleSuite, cipher, 1, units[1] as Uint8Array, hash(1))).toEqual(plaintext.slice(UNIT_BYTES));
    expect(await openUnit(nobleSuite, cipher, 0, units[1] as Uint8Array, hash(1))).toBeNull();
    expect(await openUnit(nobleSuite, cipher, 1, units[0] as Uint8Array, hash(0))).toBeNull();
  });

  it("with one bit changed, or cut, or under another hash do not open", async () => {
    const spoilt = (units[1] as Uint8Array).slice();
    spoilt[100] = (spoilt[100] as number) ^ 1;
    expect(await openUnit(nobleSuite, cipher, 1, spoilt, hash(1))).toBeNull();
    // The right hash of wrong bytes: the encryption refuses what the tree let through.
    expect(await openUnit(nobleSuite, cipher, 1, spoilt, await hashUnit(nobleSuite, spoilt))).toBeNull();
    expect(await openUnit(nobleSuite, cipher, 1, (units[1] as Uint8Array).slice(0, -1), hash(1))).toBeNull();
    expect(await openUnit(nobleSuite, cipher, 1, units[1] as Uint8Array, hash(0))).toBeNull();
  });

  it("cover every size exactly, in parts that fit a frame", () => {
    for (const size of [
      1,
      CHUNK_BYTES - 1,
      CHUNK_BYTES,
      UNIT_BYTES - 1,
      UNIT_BYTES,
      UNIT_BYTES + 1,
      5 * UNIT_BYTES,
      4_000_000_000,
      MAX_FILE_BYTES,
    ]) {
      const count = unitCount(size);
      expect(count).toBeLessThanOrEqual(MAX_FILE_UNITS);
      expect((count - 1) * UNIT_BYTES + unitPlainBytes(size, count - 1)).toBe(size);
      for (const unit of [0, count - 1]) {
        const ranges = Array.from({ length: partCount(size, unit) }, (_, part) => partRange(size, unit, part));
        expect(ranges[0]?.[0]).toBe(0);
        expect(ranges.at(-1)?.[1]).toBe(unitSealedBytes(size, unit));
        expect(ranges.every(([start, end], i) => end > start && (i === 0 || start === ranges[i - 1]?.[1]))).toBe(true);
      }
    }
    expect(() => unitCount(0)).toThrow(RangeError);
    expect(() => unitCount(MAX_FILE_BYTES + 1)).toThrow(RangeError);
    expect(() => unitPlainBytes(5, 1)).toThrow(RangeError);
  });
});
