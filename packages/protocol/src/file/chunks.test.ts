import { createHash } from "node:crypto";
import { inflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { fromHex, utf8 } from "../bytes.ts";
import { nobleSuite } from "../crypto/noble.ts";
import vectors from "./chunked-encryption.vectors.json" with { type: "json" };
import { deriveChunkKeys, FILE_HEADER_BYTES, openChunks, readChunkKeys, sealChunks } from "./chunks.ts";
import { CHUNK_BYTES } from "./geometry.ts";

const whole = { firstChunk: 0, hasFinal: true };

async function openMessage(key: Uint8Array, context: Uint8Array, message: Uint8Array): Promise<Uint8Array | null> {
  const keys = readChunkKeys(key, message.slice(0, FILE_HEADER_BYTES), context);
  return keys && openChunks(nobleSuite, keys, whole, message.subarray(FILE_HEADER_BYTES));
}

describe("chunked encryption, by Wycheproof's vectors", () => {
  it.each(vectors.tests)("$tcId: $comment is $result", async ({ key, ctx, ct, result, msgLength, msgSha512 }) => {
    const message = new Uint8Array(inflateSync(fromHex(ct)));
    const opened = await openMessage(fromHex(key), fromHex(ctx), message);
    if (result === "valid") {
      expect(opened?.length).toBe(msgLength);
      expect(
        createHash("sha512")
          .update(opened as Uint8Array)
          .digest("hex"),
      ).toBe(msgSha512);
    } else {
      expect(opened).toBeNull();
    }
  });

  it("has all 35 of them", () => {
    expect(vectors.tests).toHaveLength(35);
  });

  it("seals to the bytes of the vectors", async () => {
    for (const { key, ctx, ct } of vectors.tests.filter(({ tcId }) => tcId <= 6)) {
      const message = new Uint8Array(inflateSync(fromHex(ct)));
      const keys = deriveChunkKeys(fromHex(key), message.slice(0, 24), fromHex(ctx));
      const plaintext = await openMessage(fromHex(key), fromHex(ctx), message);
      const sealed = await sealChunks(nobleSuite, keys, whole, plaintext as Uint8Array);
      expect(keys.header).toEqual(message.slice(0, FILE_HEADER_BYTES));
      expect(sealed).toEqual(message.slice(FILE_HEADER_BYTES));
    }
  });
});

describe("a run of chunks", () => {
  const keys = deriveChunkKeys(new Uint8Array(32).fill(1), new Uint8Array(24).fill(2), utf8("test"));
  const plaintext = new Uint8Array(CHUNK_BYTES * 3 + 5).map((_, i) => i % 251);

  it("sealed in pieces is the same as sealed at once, and opens in pieces", async () => {
    const sealed = await sealChunks(nobleSuite, keys, whole, plaintext);
    const first = await sealChunks(
      nobleSuite,
      keys,
      { firstChunk: 0, hasFinal: false },
      plaintext.slice(0, CHUNK_BYTES * 2),
    );
    const rest = await sealChunks(
      nobleSuite,
      keys,
      { firstChunk: 2, hasFinal: true },
      plaintext.slice(CHUNK_BYTES * 2),
    );
    expect([...first, ...rest]).toEqual([...sealed]);
    expect(await openChunks(nobleSuite, keys, { firstChunk: 2, hasFinal: true }, rest)).toEqual(
      plaintext.slice(CHUNK_BYTES * 2),
    );
  });

  it("opens nowhere else, and not as what it is not", async () => {
    const full = await sealChunks(
      nobleSuite,
      keys,
      { firstChunk: 4, hasFinal: false },
      plaintext.slice(0, CHUNK_BYTES),
    );
    expect(await openChunks(nobleSuite, keys, { firstChunk: 5, hasFinal: false }, full)).toBeNull();
    expect(await openChunks(nobleSuite, keys, { firstChunk: 4, hasFinal: true }, full)).toBeNull();
    expect(await openChunks(nobleSuite, keys, { firstChunk: 4, hasFinal: false }, full.slice(1))).toBeNull();
  });

  it("that is short without being last is a mistake of the caller", async () => {
    await expect(sealChunks(nobleSuite, keys, { firstChunk: 0, hasFinal: false }, plaintext)).rejects.toThrow(
      RangeError,
    );
    expect(() => deriveChunkKeys(new Uint8Array(31), new Uint8Array(24), utf8(""))).toThrow(RangeError);
  });
});
