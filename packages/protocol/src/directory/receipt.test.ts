import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { mutilations, NOW_MS, repeated, withFlippedBit } from "../account/fixtures.ts";
import { fromHex, toHex } from "../bytes.ts";
import { nobleSuite } from "../crypto/noble.ts";
import type { RelayId } from "../ids.ts";
import { MAX_DIRECTORY_RECEIPT_BYTES } from "../limits.ts";
import vectors from "./directory.vectors.json" with { type: "json" };
import { fixedRelay } from "./fixtures.ts";
import { checkReceipt, type DirectoryReceipt, signReceipt } from "./receipt.ts";

const RECEIPT = fromHex(vectors.receipt);
let receipt: DirectoryReceipt;

beforeAll(async () => {
  const [key, claimHash] = [fromHex(vectors.keys.handle[0] ?? ""), fromHex(vectors.claimHash)];
  receipt = { key, claimHash, node: await fixedRelay(40), firstSeenMs: NOW_MS, storedUntilMs: NOW_MS + 1000 };
});

const check = (encoded: Uint8Array, change: Partial<DirectoryReceipt> = {}) =>
  checkReceipt(nobleSuite, encoded, { ...receipt, ...change });

test("the fixed receipt is made of the vector's bytes and reads back", async () => {
  expect(toHex(await signReceipt(nobleSuite, repeated(40)(32), receipt))).toBe(vectors.receipt);
  expect(await check(RECEIPT)).toEqual({ ok: true, value: receipt });
});

test("a receipt for another key, claim or node is not the one asked for", async () => {
  const otherSubject = { ok: false, error: { code: "other-subject" } };
  expect(await check(RECEIPT, { key: receipt.claimHash })).toEqual(otherSubject);
  expect(await check(RECEIPT, { claimHash: receipt.key })).toEqual(otherSubject);
  expect(await check(RECEIPT, { node: await fixedRelay(42) })).toEqual(otherSubject);
});

test("only the key inside the node's PeerId can sign", async () => {
  const badSignature = { ok: false, error: { code: "bad-signature" } };
  expect(await check(await signReceipt(nobleSuite, repeated(42)(32), receipt))).toEqual(badSignature);
  expect(await check(withFlippedBit(RECEIPT, RECEIPT.length - 1))).toEqual(badSignature);
  const node = "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N" as RelayId;
  const keyless = await signReceipt(nobleSuite, repeated(40)(32), { ...receipt, node });
  expect(await check(keyless, { node })).toEqual(badSignature);
});

test("a receipt cut, lengthened, oversize or random is malformed", async () => {
  const codeOf = async (encoded: Uint8Array) => {
    const result = await check(encoded);
    return result.ok ? undefined : result.error.code;
  };
  for (const encoded of mutilations(RECEIPT)) expect(await codeOf(encoded)).toBe("malformed-receipt");
  expect(await codeOf(new Uint8Array(MAX_DIRECTORY_RECEIPT_BYTES + 1))).toBe("malformed-receipt");
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (encoded) => {
      expect(await codeOf(encoded)).toBe("malformed-receipt");
    }),
  );
});
