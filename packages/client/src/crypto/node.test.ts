import { type CryptoSuite, nobleSuite, toHex } from "@kith/protocol";
import { SUITE_CHECKS } from "@kith/protocol/testing";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { portableArgon2id } from "./argon2.ts";
import { argon2id, cryptoSuite as node, randomBytes } from "./node.ts";
import { cryptoSuite as web, argon2id as webArgon2id, randomBytes as webRandomBytes } from "./web.ts";

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const data = (maxLength: number) => fc.uint8Array({ maxLength, size: "max" });
const RUNS = { numRuns: 8 };

/** Runs one operation on both backends and compares the answers, null included. */
async function expectSame<T>(operation: (suite: CryptoSuite) => T | Promise<T>): Promise<void> {
  const [got, expected] = [await operation(node), await operation(nobleSuite)];
  expect(got).toStrictEqual(expected);
}

describe("the Node suite", () => {
  for (const check of SUITE_CHECKS) {
    it(`${check.name}`, () => check.run(node));
  }
});

describe("the Node suite answers as the portable one", () => {
  it("for hashes, MACs and HKDF of any length", async () => {
    const property = fc.asyncProperty(
      data(2000),
      data(150),
      data(200),
      fc.integer({ min: 1, max: 300 }),
      async (a, b, c, n) => {
        await expectSame((suite) => suite.sha256(a));
        await expectSame((suite) => suite.hmacSha256(b, a));
        await expectSame((suite) => suite.hkdf(a, b, c, n));
      },
    );
    await fc.assert(property, { numRuns: 60 });
  });

  it("for MACs around every block boundary", async () => {
    for (const length of [0, 1, 54, 55, 56, 63, 64, 65, 119, 120, 128, 767, 768, 769]) {
      await expectSame((suite) => suite.hmacSha256(new Uint8Array(32).fill(length), new Uint8Array(length).fill(7)));
    }
    for (const length of [0, 31, 32, 63, 64, 65, 128]) {
      await expectSame((suite) => suite.hmacSha256(new Uint8Array(length).fill(3), new Uint8Array(9)));
    }
  });

  it("for both AEADs, sealed by one and opened by the other, around the bound between them", async () => {
    const lengths = fc.constantFrom(0, 1, 768, 3055, 3056, 3057, 3071, 3072, 3073, 5000);
    const property = fc.asyncProperty(bytes(32), bytes(24), lengths, data(40), async (key, nonce, length, ad) => {
      const plaintext = new Uint8Array(length).fill(length & 0xff);
      const nonce12 = nonce.subarray(0, 12);
      await expectSame((suite) => suite.xchachaSeal(key, nonce, plaintext, ad));
      await expectSame((suite) => suite.chachaSeal(key, nonce12, plaintext, ad));
      const sealed = nobleSuite.xchachaSeal(key, nonce, plaintext, ad);
      expect(node.xchachaOpen(key, nonce, sealed, ad)).toStrictEqual(plaintext);
      expect(node.chachaOpen(key, nonce12, nobleSuite.chachaSeal(key, nonce12, plaintext, ad), ad)).toStrictEqual(
        plaintext,
      );
      sealed[length >> 1] = (sealed[length >> 1] as number) ^ 1;
      expect(node.xchachaOpen(key, nonce, sealed, ad)).toBeNull();
      expect(node.chachaOpen(key, nonce12, sealed, ad)).toBeNull();
      expect(node.chachaOpen(key, nonce12, sealed.subarray(0, 9), ad)).toBeNull();
    });
    await fc.assert(property, { numRuns: 20 });
  });

  it("for AES-CBC, its bad paddings and bad lengths", async () => {
    const lengths = fc.constantFrom(0, 15, 16, 17, 2031, 2032, 2033, 2047, 2048, 2049, 4096);
    const property = fc.asyncProperty(bytes(32), bytes(16), lengths, async (key, iv, length) => {
      const plaintext = new Uint8Array(length).fill(9);
      await expectSame((suite) => suite.aesCbcEncrypt(key, iv, plaintext));
      const sealed = await nobleSuite.aesCbcEncrypt(key, iv, plaintext);
      await expectSame((suite) => suite.aesCbcDecrypt(key, iv, sealed));
      await expectSame((suite) => suite.aesCbcDecrypt(key, iv, sealed.subarray(1)));
      const damaged = sealed.slice();
      damaged[damaged.length - 1] = (damaged.at(-1) as number) ^ 1;
      await expectSame((suite) => suite.aesCbcDecrypt(key, iv, damaged));
    });
    await fc.assert(property, { numRuns: 20 });
  });

  it("for X25519, with private keys unclamped and public keys not canonical", async () => {
    const publicKeys = fc.oneof(
      bytes(32),
      bytes(32).map((key) => key.fill(0xff, 1)),
    );
    const property = fc.asyncProperty(bytes(32), publicKeys, async (privateKey, publicKey) => {
      await expectSame((suite) => suite.x25519PublicKey(privateKey));
      await expectSame((suite) => suite.x25519(privateKey, publicKey));
      await expectSame((suite) => suite.x25519(privateKey, publicKey.subarray(1)));
    });
    await fc.assert(property, RUNS);
  });

  it("for Ed25519 and XEdDSA signatures, whole and with one bit changed", async () => {
    const property = fc.asyncProperty(
      bytes(32),
      data(200),
      bytes(64),
      fc.nat(511),
      async (seed, message, random, bit) => {
        await expectSame((suite) => suite.ed25519PublicKey(seed));
        await expectSame((suite) => suite.ed25519Sign(seed, message));
        await expectSame((suite) => suite.xeddsaSign(seed, message, random));
        const edKey = await node.ed25519PublicKey(seed);
        const signature = await node.ed25519Sign(seed, message);
        expect(await nobleSuite.ed25519Verify(edKey, message, signature)).toBe(true);
        const xKey = await node.x25519PublicKey(seed);
        const xSignature = await node.xeddsaSign(seed, message, random);
        await expectSame((suite) => suite.xeddsaVerify(xKey, message, xSignature));
        expect(await node.xeddsaVerify(xKey, message, xSignature)).toBe(true);
        for (const damaged of [signature, xSignature])
          damaged[bit >> 3] = (damaged[bit >> 3] as number) ^ (1 << (bit & 7));
        await expectSame((suite) => suite.ed25519Verify(edKey, message, signature));
        await expectSame((suite) => suite.xeddsaVerify(xKey, message, xSignature));
      },
    );
    await fc.assert(property, RUNS);
  });

  it("for KEM keys and secrets, whoever encapsulated", async () => {
    const property = fc.asyncProperty(bytes(64), async (seed) => {
      for (const [name, size] of [
        ["mlKem1024", 64],
        ["xWing", 32],
      ] as const) {
        const own = seed.subarray(0, size);
        const randomness = seed.slice(0, name === "xWing" ? 64 : 32);
        await expectSame((suite) => suite[name].publicKey(own));
        const publicKey = await node[name].publicKey(own);
        for (const suite of [node, nobleSuite]) {
          const made = await suite[name].encapsulate(publicKey, randomness);
          if (made === null) throw new Error("encapsulation failed");
          await expectSame((each) => each[name].decapsulate(own, made.ciphertext));
          expect(await node[name].decapsulate(own, made.ciphertext)).toStrictEqual(made.sharedSecret);
          made.ciphertext[5] = (made.ciphertext[5] as number) ^ 1;
          await expectSame((each) => each[name].decapsulate(own, made.ciphertext));
          await expectSame((each) => each[name].decapsulate(own, made.ciphertext.subarray(1)));
        }
        const invalid = new Uint8Array(publicKey.length).fill(0xff);
        await expectSame((each) => each[name].encapsulate(invalid, randomness));
        await expectSame((each) => each[name].encapsulate(publicKey.subarray(1), randomness));
      }
    });
    await fc.assert(property, { numRuns: 3 });
  });
});

describe("keys held between calls", () => {
  it("are told apart after more keys than the cache holds", async () => {
    const seeds = Array.from({ length: 300 }, (_, index) =>
      new Uint8Array(32).fill(index & 0xff, 0, 31).fill(index >> 8, 31),
    );
    const first = await Promise.all(seeds.map((seed) => node.x25519PublicKey(seed)));
    const again = await Promise.all(seeds.map((seed) => node.x25519PublicKey(seed)));
    expect(again.map(toHex)).toEqual(first.map(toHex));
    expect(new Set(first.map(toHex)).size).toBe(300);
  });

  it("refuse keys of a wrong length", () => {
    expect(() => node.x25519PublicKey(new Uint8Array(31))).toThrow(RangeError);
    expect(() => node.ed25519Sign(new Uint8Array(33), new Uint8Array(1))).toThrow(RangeError);
    expect(() => node.mlKem1024.publicKey(new Uint8Array(63))).toThrow(RangeError);
    expect(() => node.hkdf(new Uint8Array(1), new Uint8Array(0), new Uint8Array(0), 8161)).toThrow(RangeError);
  });
});

describe("platform functions", () => {
  it("derive the same Argon2id key, natively and in JavaScript", async () => {
    const cost = { memoryKiB: 64, passes: 3, lanes: 2 };
    const [password, salt] = [new Uint8Array(32).fill(1), new Uint8Array(16).fill(2)];
    const native = await argon2id(password, salt, cost);
    expect(native).toStrictEqual(await portableArgon2id(password, salt, cost));
    expect(native).toStrictEqual(await webArgon2id(password, salt, cost));
    expect(native.length).toBe(32);
  });

  it("fill any length with randomness that does not repeat", () => {
    for (const random of [randomBytes, webRandomBytes]) {
      expect(random(0).length).toBe(0);
      const large = random(70_000);
      expect(large.length).toBe(70_000);
      expect(large.subarray(-32).every((byte) => byte === 0)).toBe(false);
      expect(toHex(random(32))).not.toBe(toHex(random(32)));
    }
    expect(web.name).toBe("noble");
  });
});
