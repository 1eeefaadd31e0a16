import { describe, expect, test } from "vitest";
import { fromHex, toHex } from "../bytes.ts";
import { nobleSuite } from "../crypto/noble.ts";
import vectors from "./signature.vectors.json" with { type: "json" };

describe("BIP-340 test vectors", () => {
  test.each(vectors.bip340)("row $index verifies as $isValid", async (row) => {
    const [key, message, signature] = [row.publicKey, row.message, row.signature].map(fromHex) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ];
    expect(await nobleSuite.schnorrVerify(key, message, signature)).toBe(row.isValid);
  });

  test.each(vectors.bip340.filter((row) => row.secretKey !== undefined))("row $index signs", async (row) => {
    const [key, aux] = [fromHex(row.secretKey ?? ""), fromHex(row.aux ?? "")];
    expect(toHex(await nobleSuite.schnorrSign(key, fromHex(row.message), aux))).toBe(row.signature);
  });
});

describe("RFC 8032 test vectors", () => {
  test.each(vectors.rfc8032)("the key $publicKey signs and verifies", async (row) => {
    const [seed, message] = [fromHex(row.seed), fromHex(row.message)];
    expect(toHex(await nobleSuite.ed25519PublicKey(seed))).toBe(row.publicKey);
    const signature = await nobleSuite.ed25519Sign(seed, message);
    expect(toHex(signature)).toBe(row.signature);
    expect(await nobleSuite.ed25519Verify(fromHex(row.publicKey), message, signature)).toBe(true);
    const other = signature.map((byte, index) => (index === 0 ? byte ^ 1 : byte));
    expect(await nobleSuite.ed25519Verify(fromHex(row.publicKey), message, other)).toBe(false);
  });
});
