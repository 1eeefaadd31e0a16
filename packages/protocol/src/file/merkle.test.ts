import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { concat } from "../bytes.ts";
import { nobleSuite } from "../crypto/noble.ts";
import { hashUnit, merkleRoot } from "./merkle.ts";

const sha256 = (...parts: Uint8Array[]) =>
  new Uint8Array(
    createHash("sha256")
      .update(concat(...parts))
      .digest(),
  );
const hashesOf = (count: number) => Array.from({ length: count }, (_, i) => sha256(Uint8Array.of(i & 0xff, i >> 8)));

/** The definition of RFC 9162 §2.1, word for word. */
function definedRoot(hashes: readonly Uint8Array[]): Uint8Array {
  if (hashes.length === 1) return hashes[0] as Uint8Array;
  const split = 2 ** Math.floor(Math.log2(hashes.length - 1));
  return sha256(Uint8Array.of(1), definedRoot(hashes.slice(0, split)), definedRoot(hashes.slice(split)));
}

describe("the hash tree", () => {
  it("has the root that RFC 9162 defines, for every number of units", () => {
    for (const count of [...Array.from({ length: 70 }, (_, i) => i + 1), 4096, 4097]) {
      const hashes = hashesOf(count);
      expect(merkleRoot(nobleSuite, concat(...hashes))).toEqual(definedRoot(hashes));
    }
  });

  it("has another root when a unit is left out, added or swapped", () => {
    const [a, b, c, d] = hashesOf(4) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
    const roots = [
      [a, b, c],
      [a, b, c, d],
      [b, a, c],
      [a, b],
      [a, b, c, c],
    ].map((each) => String(merkleRoot(nobleSuite, concat(...each))));
    expect(new Set(roots).size).toBe(roots.length);
  });

  it("takes whole hashes only, and units after their prefix", () => {
    expect(() => merkleRoot(nobleSuite, new Uint8Array(0))).toThrow(RangeError);
    expect(() => merkleRoot(nobleSuite, new Uint8Array(33))).toThrow(RangeError);
    expect(hashUnit(nobleSuite, Uint8Array.of(0, 7))).toEqual(sha256(Uint8Array.of(0, 7)));
    expect(() => hashUnit(nobleSuite, Uint8Array.of(1, 7))).toThrow(RangeError);
  });
});
