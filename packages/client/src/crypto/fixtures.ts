/** A backend beside the portable suite on random inputs, as checks that run in Node and in browsers. */
import { type CryptoSuite, nobleSuite, toHex } from "@kith/protocol";
import * as fc from "fast-check";

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const data = (maxLength: number) => fc.uint8Array({ maxLength, size: "max" });
const RUNS = { numRuns: 8 };

/** Lengths around every bound between two implementations of a backend. */
const AEAD_LENGTHS = [0, 1, 255, 256, 257, 768, 1023, 1024, 1025, 2047, 2048, 2049, 3055, 3056, 3057, 3071, 3072, 5000];
const CBC_LENGTHS = [0, 15, 16, 17, 2031, 2032, 2033, 2047, 2048, 2049, 4096];
const GCM_LENGTHS = [0, 1, 16, 2031, 2032, 2047, 2048, 2049, 16_384];
const MAC_LENGTHS = [0, 1, 31, 54, 55, 56, 63, 64, 65, 119, 120, 128, 767, 768, 769];

/** One comparison. */
export interface DifferentialCheck {
  /** Ends the sentence "answers as the portable one …". */
  readonly name: string;
  run(suite: CryptoSuite): Promise<void>;
}

/** All comparisons; they share nothing. */
export const DIFFERENTIAL_CHECKS: readonly DifferentialCheck[] = [
  { name: "for hashes, MACs and HKDF of any length", run: compareHashes },
  { name: "for MACs around every block boundary", run: compareMacs },
  { name: "for both AEADs, sealed by one and opened by the other, around each bound", run: compareAeads },
  { name: "for AES-CBC, its bad paddings and bad lengths", run: compareCbc },
  { name: "for AES-GCM, whole, damaged and cut", run: compareGcm },
  { name: "for X25519, with private keys unclamped and public keys not canonical", run: compareX25519 },
  { name: "for Ed25519 and XEdDSA signatures, whole and with one bit changed", run: compareSignatures },
  { name: "for KEM keys and secrets, whoever encapsulated", run: compareKems },
];

function shown(value: unknown): string {
  return value instanceof Uint8Array ? toHex(value) : String(value);
}

function expectEqual(what: string, got: unknown, expected: unknown): void {
  if (shown(got) !== shown(expected)) throw new Error(`${what}: expected ${shown(expected)}, got ${shown(got)}`);
}

/** Runs one operation on both backends and compares the answers, null included. */
async function expectSame<T>(suite: CryptoSuite, operation: (suite: CryptoSuite) => T | Promise<T>): Promise<T> {
  const [got, expected] = [await operation(suite), await operation(nobleSuite)];
  if (got instanceof Uint8Array && got.constructor !== Uint8Array) throw new Error("expected: a plain Uint8Array");
  expectEqual(`${operation}`, got, expected);
  return got;
}

function flipBit(original: Uint8Array, bit: number): Uint8Array {
  const copy = original.slice();
  copy[bit >> 3] = (copy[bit >> 3] as number) ^ (1 << (bit & 7));
  return copy;
}

async function compareHashes(suite: CryptoSuite): Promise<void> {
  const lengths = fc.integer({ min: 1, max: 300 });
  const property = fc.asyncProperty(data(2000), data(150), data(200), lengths, async (a, b, c, length) => {
    await expectSame(suite, (each) => each.sha256(a));
    await expectSame(suite, (each) => each.hmacSha256(b, a));
    await expectSame(suite, (each) => each.hkdf(a, b, c, length));
  });
  await fc.assert(property, { numRuns: 60 });
}

async function compareMacs(suite: CryptoSuite): Promise<void> {
  for (const length of MAC_LENGTHS) {
    const filled = new Uint8Array(length).fill(7);
    await expectSame(suite, (each) => each.hmacSha256(new Uint8Array(32).fill(length), filled));
    await expectSame(suite, (each) => each.hmacSha256(filled, new Uint8Array(9)));
    await expectSame(suite, (each) => each.sha256(filled));
  }
  for (const length of [0, 2047, 2048, 70_000]) {
    await expectSame(suite, (each) => each.sha256Bulk(new Uint8Array(length).fill(length & 0xff)));
  }
}

async function compareAeads(suite: CryptoSuite): Promise<void> {
  const lengths = fc.constantFrom(...AEAD_LENGTHS);
  const property = fc.asyncProperty(bytes(32), bytes(24), lengths, data(40), async (key, nonce, length, ad) => {
    const plaintext = new Uint8Array(length).fill(length & 0xff);
    const nonce12 = nonce.subarray(0, 12);
    const sealed = await expectSame(suite, (each) => each.xchachaSeal(key, nonce, plaintext, ad));
    const sealed12 = await expectSame(suite, (each) => each.chachaSeal(key, nonce12, plaintext, ad));
    expectEqual("opened", suite.xchachaOpen(key, nonce, sealed, ad), plaintext);
    expectEqual("opened", suite.chachaOpen(key, nonce12, sealed12, ad), plaintext);
    for (const bit of [0, length * 4, (length + 15) * 8]) {
      expectEqual("damaged", suite.xchachaOpen(key, nonce, flipBit(sealed, bit), ad), null);
      expectEqual("damaged", suite.chachaOpen(key, nonce12, flipBit(sealed12, bit), ad), null);
    }
    expectEqual("cut", suite.xchachaOpen(key, nonce, sealed.subarray(0, 9), ad), null);
    expectEqual("cut", suite.chachaOpen(key, nonce12, sealed12.subarray(0, 9), ad), null);
  });
  await fc.assert(property, { numRuns: 40 });
}

async function compareCbc(suite: CryptoSuite): Promise<void> {
  const property = fc.asyncProperty(bytes(32), bytes(16), fc.constantFrom(...CBC_LENGTHS), async (key, iv, length) => {
    const plaintext = new Uint8Array(length).fill(9);
    const sealed = await expectSame(suite, (each) => each.aesCbcEncrypt(key, iv, plaintext));
    await expectSame(suite, (each) => each.aesCbcDecrypt(key, iv, sealed));
    await expectSame(suite, (each) => each.aesCbcDecrypt(key, iv, sealed.subarray(1)));
    await expectSame(suite, (each) => each.aesCbcDecrypt(key, iv, flipBit(sealed, sealed.length * 8 - 8)));
  });
  await fc.assert(property, { numRuns: 20 });
}

async function compareGcm(suite: CryptoSuite): Promise<void> {
  const property = fc.asyncProperty(
    bytes(32),
    bytes(12),
    fc.constantFrom(...GCM_LENGTHS),
    async (key, nonce, length) => {
      const plaintext = new Uint8Array(length).fill(length & 0xff);
      const sealed = await expectSame(suite, (each) => each.aesGcmSeal(key, nonce, plaintext));
      expectEqual("opened", await suite.aesGcmOpen(key, nonce, sealed), plaintext);
      for (const bit of [0, length * 4, (length + 15) * 8]) {
        expectEqual("damaged", await suite.aesGcmOpen(key, nonce, flipBit(sealed, bit)), null);
      }
      expectEqual("cut", await suite.aesGcmOpen(key, nonce, sealed.subarray(0, 9)), null);
      expectEqual("cut", await suite.aesGcmOpen(key, nonce, sealed.subarray(0, -1)), null);
    },
  );
  await fc.assert(property, { numRuns: 20 });
}

async function compareX25519(suite: CryptoSuite): Promise<void> {
  const publicKeys = fc.oneof(
    bytes(32),
    bytes(32).map((key) => key.fill(0xff, 1)),
  );
  const property = fc.asyncProperty(bytes(32), publicKeys, async (privateKey, publicKey) => {
    await expectSame(suite, (each) => each.x25519PublicKey(privateKey));
    await expectSame(suite, (each) => each.x25519(privateKey, publicKey));
    await expectSame(suite, (each) => each.x25519(privateKey, publicKey.subarray(1)));
  });
  await fc.assert(property, RUNS);
}

async function compareSignatures(suite: CryptoSuite): Promise<void> {
  const property = fc.asyncProperty(
    bytes(32),
    data(200),
    bytes(64),
    fc.nat(511),
    async (seed, message, random, bit) => {
      const edKey = await expectSame(suite, (each) => each.ed25519PublicKey(seed));
      const signature = await expectSame(suite, (each) => each.ed25519Sign(seed, message));
      const xSignature = await expectSame(suite, (each) => each.xeddsaSign(seed, message, random));
      const xKey = await nobleSuite.x25519PublicKey(seed);
      expectEqual("Ed25519", await suite.ed25519Verify(edKey, message, signature), true);
      expectEqual("XEdDSA", await suite.xeddsaVerify(xKey, message, xSignature), true);
      await expectSame(suite, (each) => each.ed25519Verify(edKey, message, flipBit(signature, bit)));
      await expectSame(suite, (each) => each.xeddsaVerify(xKey, message, flipBit(xSignature, bit)));
    },
  );
  await fc.assert(property, RUNS);
}

async function compareKems(suite: CryptoSuite): Promise<void> {
  const property = fc.asyncProperty(bytes(64), async (seed) => {
    await compareKem(suite, "mlKem1024", seed, seed.slice(0, 32));
    await compareKem(suite, "xWing", seed.subarray(0, 32), seed.slice());
  });
  await fc.assert(property, { numRuns: 3 });
}

async function compareKem(
  suite: CryptoSuite,
  name: "mlKem1024" | "xWing",
  ...[seed, randomness]: readonly [Uint8Array, Uint8Array]
): Promise<void> {
  const publicKey = await expectSame(suite, (each) => each[name].publicKey(seed));
  for (const maker of [suite, nobleSuite]) {
    const made = await maker[name].encapsulate(publicKey, randomness);
    if (made === null) throw new Error("expected: an encapsulation");
    const { ciphertext, sharedSecret } = made;
    expectEqual("secret", await suite[name].decapsulate(seed, ciphertext), sharedSecret);
    await expectSame(suite, (each) => each[name].decapsulate(seed, ciphertext));
    await expectSame(suite, (each) => each[name].decapsulate(seed, flipBit(ciphertext, 40)));
    await expectSame(suite, (each) => each[name].decapsulate(seed, ciphertext.subarray(1)));
  }
  await expectSame(suite, (each) => each[name].encapsulate(new Uint8Array(publicKey.length).fill(0xff), randomness));
  await expectSame(suite, (each) => each[name].encapsulate(publicKey.subarray(1), randomness));
}
