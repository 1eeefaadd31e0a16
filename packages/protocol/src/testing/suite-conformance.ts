/**
 * What every backend of the cryptographic suite must do, as checks that run under any test runner.
 * A check returns when the backend is right and throws an Error that names the difference when it is not.
 */
import { shake128 } from "@noble/hashes/sha3.js";
import { concat, fromHex, toHex, utf8 } from "../bytes.ts";
import { nobleSuite } from "../crypto/noble.ts";
import type { CryptoSuite, Kem } from "../crypto/suite.ts";
import { xeddsaToEd25519 } from "../crypto/xeddsa.ts";
import { createSeededRandom } from "./seeded-random.ts";
import {
  AES_CBC_VECTOR,
  AES_GCM_VECTORS,
  HASH_VECTORS,
  HKDF_LONG_OKM,
  HKDF_VECTORS,
  LOW_ORDER_POINTS,
  ML_KEM_1024_VECTOR,
  X_WING_VECTOR,
  X25519_EXCHANGE,
  X25519_VECTORS,
} from "./suite-vectors.ts";

/** One named expectation of a backend. */
export interface SuiteCheck {
  /** A sentence. */
  readonly name: string;
  /** @throws Error when the backend answers otherwise. */
  run(suite: CryptoSuite): Promise<void>;
}

const NOTHING = new Uint8Array(0);

/** All checks; they share nothing and may run in any order. */
export const SUITE_CHECKS: readonly SuiteCheck[] = [
  { name: "SHA-256 and HMAC match their published vectors", run: checkHashes },
  { name: "HKDF matches RFC 5869", run: checkHkdf },
  { name: "X25519 matches RFC 7748", run: checkX25519 },
  { name: "X25519 refuses every point of small order", run: checkLowOrder },
  { name: "X25519 refuses keys of a wrong length", run: checkX25519Lengths },
  { name: "AES-256-CBC matches SP 800-38A and pads by PKCS#7", run: checkAesCbc },
  { name: "AES-256-CBC answers null for bad padding and lengths", run: checkAesCbcRejections },
  { name: "AES-256-GCM matches its specification and refuses what was changed", run: checkAesGcm },
  { name: "XEdDSA signatures verify, and nothing next to them does", run: checkXeddsa },
  { name: "XEdDSA carries the sign of the Edwards key in the top bit of s", run: checkXeddsaSign },
  { name: "XEdDSA is the same in every backend", run: checkXeddsaDeterminism },
  { name: "ML-KEM-1024 matches its published vector, implicit rejection included", run: checkMlKem },
  {
    name: "ML-KEM-1024 agrees with itself and refuses wrong lengths",
    run: (suite) => checkKem(suite.mlKem1024, ML_KEM),
  },
  { name: "ML-KEM-1024 refuses a public key with a coefficient above the modulus", run: checkMlKemModulus },
  { name: "X-Wing matches the first vector of its draft", run: checkXWing },
  { name: "X-Wing agrees with itself and refuses wrong lengths", run: (suite) => checkKem(suite.xWing, X_WING) },
];

function expectHex(what: string, got: Uint8Array | null, expected: string): void {
  const hex = got === null ? "null" : toHex(got);
  if (hex !== expected) throw new Error(`${what}: expected ${expected}, got ${hex}`);
}

function expectThat(what: string, condition: boolean): void {
  if (!condition) throw new Error(`expected: ${what}`);
}

/** Bytes `from` to `to`, both included. */
function byteRange(from: number, to: number): Uint8Array {
  return Uint8Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

/** A copy with one bit of byte `at` flipped; negative counts from the end. */
function flipBit(bytes: Uint8Array, at: number): Uint8Array {
  const copy = new Uint8Array(bytes);
  const index = at < 0 ? copy.length + at : at;
  copy[index] = (copy[index] as number) ^ 1;
  return copy;
}

async function checkHashes(suite: CryptoSuite): Promise<void> {
  const { hmacKey, hmacData, hmac, sha256OfAbc } = HASH_VECTORS;
  expectHex("SHA-256", suite.sha256(utf8("abc")), sha256OfAbc);
  expectHex("HMAC-SHA256", suite.hmacSha256(fromHex(hmacKey), fromHex(hmacData)), hmac);
  const long = byteRange(0, 199);
  expectHex("HMAC with a long key", suite.hmacSha256(long, long), toHex(nobleSuite.hmacSha256(long, long)));
}

async function checkHkdf(suite: CryptoSuite): Promise<void> {
  for (const { ikm, salt, info, okm } of HKDF_VECTORS) {
    expectHex("HKDF", suite.hkdf(fromHex(ikm), fromHex(salt), fromHex(info), okm.length / 2), okm);
  }
  const long = suite.hkdf(byteRange(0, 0x4f), byteRange(0x60, 0xaf), byteRange(0xb0, 0xff), 82);
  expectHex("HKDF A.2", long, HKDF_LONG_OKM);
}

async function checkX25519(suite: CryptoSuite): Promise<void> {
  for (const [scalar, point, result] of X25519_VECTORS) {
    expectHex("X25519", await suite.x25519(fromHex(scalar), fromHex(point)), result);
  }
  const { alicePrivate, alicePublic, bobPrivate, bobPublic, shared } = X25519_EXCHANGE;
  expectHex("public key", await suite.x25519PublicKey(fromHex(alicePrivate)), alicePublic);
  expectHex("public key", await suite.x25519PublicKey(fromHex(bobPrivate)), bobPublic);
  expectHex("secret", await suite.x25519(fromHex(alicePrivate), fromHex(bobPublic)), shared);
  expectHex("secret", await suite.x25519(fromHex(bobPrivate), fromHex(alicePublic)), shared);
}

async function checkLowOrder(suite: CryptoSuite): Promise<void> {
  const privateKey = fromHex(X25519_EXCHANGE.alicePrivate);
  for (const hex of LOW_ORDER_POINTS) {
    const point = fromHex(hex);
    expectThat(`null for ${hex}`, (await suite.x25519(privateKey, point)) === null);
    point[31] = (point[31] as number) | 0x80;
    expectThat(`null for ${toHex(point)}`, (await suite.x25519(privateKey, point)) === null);
  }
}

async function checkX25519Lengths(suite: CryptoSuite): Promise<void> {
  const privateKey = fromHex(X25519_EXCHANGE.alicePrivate);
  for (const length of [0, 31, 33]) {
    expectThat(`null for ${length} bytes`, (await suite.x25519(privateKey, new Uint8Array(length).fill(9))) === null);
  }
}

async function checkAesCbc(suite: CryptoSuite): Promise<void> {
  const [key, iv] = [fromHex(AES_CBC_VECTOR.key), fromHex(AES_CBC_VECTOR.iv)];
  const plaintext = fromHex(AES_CBC_VECTOR.plaintext);
  const sealed = await suite.aesCbcEncrypt(key, iv, plaintext);
  expectThat("a whole block of padding", sealed.length === plaintext.length + 16);
  expectHex("ciphertext", sealed.slice(0, plaintext.length), AES_CBC_VECTOR.ciphertext);
  for (const length of [0, 1, 15, 16, 17, 32, 1000]) {
    const text = new Uint8Array(length).fill(length & 0xff);
    const back = await suite.aesCbcDecrypt(key, iv, await suite.aesCbcEncrypt(key, iv, text));
    expectHex(`round trip of ${length} bytes`, back, toHex(text));
  }
}

async function checkAesCbcRejections(suite: CryptoSuite): Promise<void> {
  const [key, iv] = [fromHex(AES_CBC_VECTOR.key), fromHex(AES_CBC_VECTOR.iv)];
  // Two blocks whose second decrypts to unpadded text: the vector's own, without its padding block.
  const unpadded = fromHex(AES_CBC_VECTOR.ciphertext);
  expectThat("null without padding", (await suite.aesCbcDecrypt(key, iv, unpadded)) === null);
  const sealed = await suite.aesCbcEncrypt(key, iv, new Uint8Array(20));
  expectThat("null for spoilt padding", (await suite.aesCbcDecrypt(key, iv, flipBit(sealed, 15))) === null);
  for (const length of [0, 1, 31]) {
    const cut = sealed.slice(0, length);
    expectThat(`null for ${length} bytes`, (await suite.aesCbcDecrypt(key, iv, cut)) === null);
  }
}

async function checkAesGcm(suite: CryptoSuite): Promise<void> {
  const [zeroKey, zeroNonce] = [new Uint8Array(32), new Uint8Array(12)];
  for (const [plaintext, sealed] of AES_GCM_VECTORS) {
    expectHex("AES-GCM", await suite.aesGcmSeal(zeroKey, zeroNonce, fromHex(plaintext)), sealed);
    expectHex("AES-GCM opened", await suite.aesGcmOpen(zeroKey, zeroNonce, fromHex(sealed)), plaintext);
  }
  const [key, nonce, text] = [byteRange(0, 31), byteRange(1, 12), new Uint8Array(16_384).fill(5)];
  const sealed = await suite.aesGcmSeal(key, nonce, text);
  expectHex("a chunk", sealed, toHex((await nobleSuite.aesGcmSeal(key, nonce, text)) as Uint8Array));
  expectHex("a chunk opened", await suite.aesGcmOpen(key, nonce, sealed), toHex(text));
  for (const other of [flipBit(sealed, 0), flipBit(sealed, -1), sealed.slice(1), sealed.slice(0, 15), NOTHING]) {
    expectThat("null for changed bytes", (await suite.aesGcmOpen(key, nonce, other)) === null);
  }
}

async function checkXeddsa(suite: CryptoSuite): Promise<void> {
  const random = createSeededRandom("xeddsa");
  const privateKey = random(32);
  const publicKey = await suite.x25519PublicKey(privateKey);
  const message = utf8("a message");
  const signature = await suite.xeddsaSign(privateKey, message, random(64));
  const verify = (key: Uint8Array, text: Uint8Array, sig: Uint8Array) => suite.xeddsaVerify(key, text, sig);
  expectThat("64 bytes", signature.length === 64);
  expectThat("a good signature verifies", await verify(publicKey, message, signature));
  expectThat("another message does not", !(await verify(publicKey, utf8("a massage"), signature)));
  for (const at of [0, 31, 32, 62]) {
    expectThat(`byte ${at} counts`, !(await verify(publicKey, message, flipBit(signature, at))));
  }
  const turned = new Uint8Array(signature);
  turned[63] = (turned[63] as number) ^ 0x80;
  expectThat("the sign bit counts", !(await verify(publicKey, message, turned)));
  expectThat("the key counts", !(await verify(flipBit(publicKey, 0), message, signature)));
  expectThat("63 bytes are refused", !(await verify(publicKey, message, signature.slice(0, 63))));
  expectThat("an empty key is refused", !(await verify(NOTHING, message, signature)));
}

async function checkXeddsaSign(suite: CryptoSuite): Promise<void> {
  const random = createSeededRandom("xeddsa sign");
  const message = utf8("sign");
  const seen = new Set<number>();
  for (let i = 0; i < 8; i++) {
    const privateKey = random(32);
    const publicKey = await suite.x25519PublicKey(privateKey);
    const signature = await suite.xeddsaSign(privateKey, message, random(64));
    const plain = xeddsaToEd25519(publicKey, signature);
    if (plain === null) throw new Error("expected: a valid key");
    seen.add((signature[63] as number) & 0x80);
    const isEd25519 = await suite.ed25519Verify(plain.publicKey, message, plain.signature);
    expectThat("the Ed25519 form verifies under the key with that sign", isEd25519);
  }
  expectThat("both signs among eight keys", seen.size === 2);
}

async function checkXeddsaDeterminism(suite: CryptoSuite): Promise<void> {
  const random = createSeededRandom("xeddsa determinism");
  const [privateKey, noise] = [random(32), random(64)];
  const expected = await nobleSuite.xeddsaSign(privateKey, utf8("same"), noise);
  expectHex("signature", await suite.xeddsaSign(privateKey, utf8("same"), noise), toHex(expected));
}

async function checkMlKem(suite: CryptoSuite): Promise<void> {
  const vector = ML_KEM_1024_VECTOR;
  const seed = fromHex(vector.seed);
  const publicKey = await suite.mlKem1024.publicKey(seed);
  expectHex("public key", suite.sha256(publicKey), vector.publicKeySha256);
  // Backends may draw their own randomness, so the portable one makes the ciphertext.
  const made = await nobleSuite.mlKem1024.encapsulate(publicKey, fromHex(vector.randomness));
  if (made === null) throw new Error("expected: an encapsulation");
  expectHex("ciphertext", suite.sha256(made.ciphertext), vector.ciphertextSha256);
  expectHex("secret", await suite.mlKem1024.decapsulate(seed, made.ciphertext), vector.sharedSecret);
  const stream = shake128(NOTHING, { dkLen: 96 + 1568 });
  const rejected = await suite.mlKem1024.decapsulate(seed, stream.slice(96));
  expectHex("secret of a random ciphertext", rejected, vector.rejectedSecret);
}

async function checkMlKemModulus(suite: CryptoSuite): Promise<void> {
  const publicKey = new Uint8Array(await suite.mlKem1024.publicKey(createSeededRandom("modulus")(64)));
  publicKey[0] = 0xff;
  publicKey[1] = (publicKey[1] as number) | 0x0f;
  const made = await suite.mlKem1024.encapsulate(publicKey, new Uint8Array(32));
  expectThat("null for a coefficient of 4095", made === null);
}

interface KemSizes {
  readonly seedBytes: number;
  readonly randomBytes: number;
  readonly publicBytes: number;
  readonly ciphertextBytes: number;
}

const ML_KEM: KemSizes = { seedBytes: 64, randomBytes: 32, publicBytes: 1568, ciphertextBytes: 1568 };
const X_WING: KemSizes = { seedBytes: 32, randomBytes: 64, publicBytes: 1216, ciphertextBytes: 1120 };

async function checkKem(kem: Kem, sizes: KemSizes): Promise<void> {
  const random = createSeededRandom("kem");
  const seed = random(sizes.seedBytes);
  const publicKey = await kem.publicKey(seed);
  expectThat(`public key of ${sizes.publicBytes} bytes`, publicKey.length === sizes.publicBytes);
  const made = await kem.encapsulate(publicKey, random(sizes.randomBytes));
  if (made === null) throw new Error("expected: an encapsulation");
  expectThat(`ciphertext of ${sizes.ciphertextBytes} bytes`, made.ciphertext.length === sizes.ciphertextBytes);
  expectThat("secret of 32 bytes", made.sharedSecret.length === 32);
  expectHex("secret", await kem.decapsulate(seed, made.ciphertext), toHex(made.sharedSecret));
  const spoilt = await kem.decapsulate(seed, flipBit(made.ciphertext, 0));
  expectThat("another secret for a spoilt ciphertext", spoilt === null || toHex(spoilt) !== toHex(made.sharedSecret));
  const longer = concat(made.ciphertext, Uint8Array.of(0));
  for (const bad of [NOTHING, made.ciphertext.slice(1), longer]) {
    expectThat(`null for a ciphertext of ${bad.length} bytes`, (await kem.decapsulate(seed, bad)) === null);
  }
  for (const bad of [NOTHING, publicKey.slice(1), concat(publicKey, Uint8Array.of(0))]) {
    const refused = await kem.encapsulate(bad, random(sizes.randomBytes));
    expectThat(`null for a public key of ${bad.length} bytes`, refused === null);
  }
}

async function checkXWing(suite: CryptoSuite): Promise<void> {
  const vector = X_WING_VECTOR;
  const seed = fromHex(vector.seed);
  const publicKey = await suite.xWing.publicKey(seed);
  expectHex("public key", publicKey.slice(0, 16), vector.publicKeyStart);
  const made = await nobleSuite.xWing.encapsulate(publicKey, fromHex(vector.randomness));
  if (made === null) throw new Error("expected: an encapsulation");
  expectHex("ciphertext", made.ciphertext.slice(0, 16), vector.ciphertextStart);
  expectHex("ciphertext", made.ciphertext.slice(-4), vector.ciphertextEnd);
  expectHex("secret", await suite.xWing.decapsulate(seed, made.ciphertext), vector.sharedSecret);
}
