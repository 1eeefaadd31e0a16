import { concat, fromHex, nobleSuite, toHex } from "@kith/protocol";
import { ed25519 } from "@noble/curves/ed25519.js";
import { bytesToNumberLE } from "@noble/curves/utils.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { describe, expect, it } from "vitest";
import { isStrictEd25519Point } from "./ed25519-strict.ts";
import { cryptoSuite as node } from "./node.ts";

const P = 2n ** 255n - 19n;

/** The 32 little-endian bytes of a y-coordinate and a sign bit. */
function encodedPoint(y: bigint, sign: number): Uint8Array {
  const key = fromHex(y.toString(16).padStart(64, "0")).reverse();
  key[31] = (key[31] as number) | (sign << 7);
  return key;
}

describe("strict Ed25519 keys", () => {
  const torsion = ed25519.Point.fromBytes(fromHex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"));
  const smallOrder = Array.from({ length: 8 }, (_, index) =>
    index === 0 ? ed25519.Point.ZERO : torsion.multiplyUnsafe(BigInt(index)),
  ).map((point) => point.toBytes());
  const notCanonical = [0n, 1n, 2n, 18n].flatMap((y) => [encodedPoint(P + y, 0), encodedPoint(P + y, 1)]);
  const negativeZero = [encodedPoint(1n, 1), encodedPoint(P - 1n, 1)];

  it("refuse the eight points of small order, other encodings of points, and wrong lengths", () => {
    expect(new Set(smallOrder.map(toHex)).size).toBe(8);
    for (const key of [...smallOrder, ...notCanonical, ...negativeZero]) expect(isStrictEd25519Point(key)).toBe(false);
    expect(isStrictEd25519Point(encodedPoint(P - 2n, 0))).toBe(true);
    expect(isStrictEd25519Point(new Uint8Array(31).fill(2))).toBe(false);
  });

  it("make both suites refuse a signature that the curve equation alone would accept", async () => {
    const message = Uint8Array.of(1, 2, 3);
    // With A = the neutral point any k drops out of S·B = R + k·A, so R = B and S = 1 satisfy it.
    const forged = concat(ed25519.Point.BASE.toBytes(), Uint8Array.of(1), new Uint8Array(31));
    for (const key of [...smallOrder, ...notCanonical, ...negativeZero]) {
      expect(await node.ed25519Verify(key, message, forged)).toBe(false);
      expect(await nobleSuite.ed25519Verify(key, message, forged)).toBe(false);
    }
  });

  it("refuse a signature whose S was raised by the group order", async () => {
    const seed = new Uint8Array(32).fill(5);
    const message = Uint8Array.of(4);
    const signature = (await node.ed25519Sign(seed, message)).slice();
    const raised = BigInt(`0x${toHex(signature.slice(32).reverse())}`) + ed25519.Point.Fn.ORDER;
    signature.set(fromHex(raised.toString(16).padStart(64, "0")).reverse(), 32);
    const key = await node.ed25519PublicKey(seed);
    for (const suite of [node, nobleSuite]) expect(await suite.ed25519Verify(key, message, signature)).toBe(false);
  });
});

describe("Ed25519 and XEdDSA signatures with parts of small order", () => {
  const { BASE, Fn } = ed25519.Point;
  type Point = typeof BASE;
  const generator = ed25519.Point.fromBytes(
    fromHex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
  );
  const torsion: readonly Point[] = Array.from({ length: 8 }, (_, i) => generator.multiplyUnsafe(BigInt(i)));
  const torsionAt = (index: number) => torsion[index & 7] as Point;
  const secret = 0x1234_5678_9abc_def0n;

  /**
   * Signs as A = secret·B + T[keyPart] with R = nonce·B + T[noncePart]. The equation with the cofactor always holds; the
   * one without it only where the parts of small order cancel out, which the first value tells.
   */
  function craft(keyPart: number, nonceBase: bigint, nonceTorsion: number, message: Uint8Array) {
    const A = BASE.multiply(secret).add(torsionAt(keyPart));
    const R = BASE.multiplyUnsafe(nonceBase).add(torsionAt(nonceTorsion));
    const key = A.toBytes();
    const k = Fn.create(bytesToNumberLE(sha512(concat(R.toBytes(), key, message))));
    const signature = concat(R.toBytes(), Fn.toBytes(Fn.add(nonceBase, Fn.mul(k, secret))));
    return { isExact: (Number(k & 7n) * keyPart + nonceTorsion) % 8 === 0, key, signature };
  }

  /** The same signature as XEdDSA: the key as X25519 has it, its Edwards sign in the top bit of s. */
  function asXeddsa(key: Uint8Array, signature: Uint8Array) {
    const withSign = signature.slice();
    withSign[63] = (withSign[63] as number) | ((key[31] as number) & 0x80);
    return { key: ed25519.utils.toMontgomery(key), signature: withSign };
  }

  async function expectVerdict(isGood: boolean, key: Uint8Array, message: Uint8Array, signature: Uint8Array) {
    const x = asXeddsa(key, signature);
    for (const suite of [node, nobleSuite]) {
      expect(await suite.ed25519Verify(key, message, signature)).toBe(isGood);
      expect(await suite.xeddsaVerify(x.key, message, x.signature)).toBe(isGood);
    }
  }

  it("verify in both suites exactly when the equation without the cofactor holds", async () => {
    let good = 0;
    for (let keyPart = 0; keyPart < 8; keyPart++) {
      for (let nonceTorsion = 0; nonceTorsion < 8; nonceTorsion++) {
        const message = Uint8Array.of(keyPart, nonceTorsion);
        const { isExact, key, signature } = craft(keyPart, 77n, nonceTorsion, message);
        expect(ed25519.verify(signature, message, key, { zip215: true })).toBe(true);
        await expectVerdict(isExact, key, message, signature);
        good += Number(isExact);
      }
    }
    expect(good).toBeGreaterThan(1);
    expect(good).toBeLessThan(64);
  });

  it("are refused by both suites when R has small order, even where the equation holds", async () => {
    for (const nonceTorsion of [0, 1, 2, 4]) {
      let index = 0;
      let crafted: ReturnType<typeof craft>;
      do crafted = craft(1, 0n, nonceTorsion, Uint8Array.of(index++));
      while (!crafted.isExact);
      const message = Uint8Array.of(index - 1);
      await expectVerdict(false, crafted.key, message, crafted.signature);
    }
  });

  it("are refused by both suites when R is written in another way", async () => {
    // p + 1 stands for y = 1, the neutral point, which S·B = k·A gives back in its one right form.
    const R = encodedPoint(P + 1n, 0);
    const key = BASE.multiply(secret).toBytes();
    const k = Fn.create(bytesToNumberLE(sha512(concat(R, key))));
    await expectVerdict(false, key, new Uint8Array(0), concat(R, Fn.toBytes(Fn.mul(k, secret))));
  });
});
