import { expect, test } from "vitest";
import { concat, fromHex, toHex, uint64ToBytes, utf8 } from "../bytes.ts";
import { nobleSuite } from "../crypto/noble.ts";
import vectors from "./directory.vectors.json" with { type: "json" };
import { checkProof, findProof, proofBits } from "./proof-of-work.ts";

const { label, bits, nonce, reachedBits } = vectors.work;
const data = fromHex(vectors.work.data);

test("the first nonce of the vector is found, in one slice or in many", () => {
  expect(findProof(nobleSuite, { label, data, bits, startNonce: 0, maxTries: 10_000 })).toEqual({ nonce });
  let found: { readonly nonce: number } | null = null;
  for (let startNonce = 0; found === null; startNonce += 100) {
    found = findProof(nobleSuite, { label, data, bits, startNonce, maxTries: 100 });
  }
  expect(found).toEqual({ nonce });
});

test("a slice that ends before the nonce finds nothing", () => {
  expect(findProof(nobleSuite, { label, data, bits, startNonce: 0, maxTries: nonce })).toBeNull();
});

test("a proof holds for its bits, label, data and nonce only", () => {
  expect(proofBits(nobleSuite, { label, data, nonce })).toBe(reachedBits);
  expect(checkProof(nobleSuite, { label, data, nonce }, bits)).toBe(true);
  expect(checkProof(nobleSuite, { label, data, nonce }, reachedBits + 1)).toBe(false);
  expect(checkProof(nobleSuite, { label: `${label}x`, data, nonce }, bits)).toBe(false);
  expect(checkProof(nobleSuite, { label, data: data.slice(1), nonce }, bits)).toBe(false);
  expect(checkProof(nobleSuite, { label, data, nonce: nonce + 1 }, bits)).toBe(false);
});

test("the bits are the leading zeros of the two nested hashes, above 2^32 too", () => {
  for (const large of [0, nonce, 2 ** 32 + 5, Number.MAX_SAFE_INTEGER]) {
    const inner = nobleSuite.sha256(concat(utf8(label), data));
    const hash = toHex(nobleSuite.sha256(concat(inner, uint64ToBytes(large))));
    const binary = [...hash].map((digit) => Number.parseInt(digit, 16).toString(2).padStart(4, "0")).join("");
    expect(proofBits(nobleSuite, { label, data, nonce: large })).toBe(binary.indexOf("1"));
  }
});
