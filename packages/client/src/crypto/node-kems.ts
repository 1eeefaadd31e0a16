/**
 * ML-KEM and X-Wing on native ML-KEM, which Node has from 24.7; older versions use the portable ones.
 * Native encapsulation draws its own randomness; key generation and decapsulation agree with the portable suite.
 */
import * as native from "node:crypto";
import { type CryptoSuite, concat, fromHex, type Kem, nobleSuite, utf8 } from "@kith/protocol";
import { importPrivateKey, importPublicKey, type NodeKeys, plain, secretName } from "./node-keys.ts";

/** DER up to the bytes themselves: PKCS #8 with the seed only, and SPKI. */
interface MlKemParameters {
  readonly name: string;
  readonly seedPrefix: Uint8Array;
  readonly publicKeyPrefix: Uint8Array;
  readonly publicKeyBytes: number;
  readonly ciphertextBytes: number;
}

const ML_KEM_1024: MlKemParameters = {
  name: "ml-kem-1024",
  seedPrefix: fromHex("3054020100300b060960864801650304040304428040"),
  publicKeyPrefix: fromHex("30820632300b06096086480165030404030382062100"),
  publicKeyBytes: 1568,
  ciphertextBytes: 1568,
};

const ML_KEM_768: MlKemParameters = {
  name: "ml-kem-768",
  seedPrefix: fromHex("3054020100300b060960864801650304040204428040"),
  publicKeyPrefix: fromHex("308204b2300b0609608648016503040402038204a100"),
  publicKeyBytes: 1184,
  ciphertextBytes: 1088,
};

const ML_KEM_SEED_BYTES = 64;
const X25519_BYTES = 32;
const X_WING_SEED_BYTES = 32;
const X_WING_RANDOMNESS_BYTES = 64;
/** The drawing that separates X-Wing's hash (draft-connolly-cfrg-xwing-kem §5.3). */
const X_WING_LABEL: Uint8Array = utf8("\\.//^\\");

/** The X25519 operations X-Wing is built on. */
export interface NodeCurve {
  x25519PublicKey(privateKey: Uint8Array): Uint8Array;
  /** Null for a low-order point. */
  x25519(privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array | null;
}

/** The KEMs of the Node backend. */
export function createNodeKems(
  keys: NodeKeys,
  curve: NodeCurve,
): Pick<CryptoSuite, "mlKem768" | "mlKem1024" | "xWing"> {
  if (typeof native.encapsulate !== "function") {
    const { mlKem768, mlKem1024, xWing } = nobleSuite;
    return { mlKem768, mlKem1024, xWing };
  }
  const mlKem768 = createMlKem(keys, ML_KEM_768);
  return {
    mlKem768,
    mlKem1024: createMlKem(keys, ML_KEM_1024),
    xWing: createXWing(mlKem768, curve),
  };
}

interface SyncKem extends Kem {
  publicKey(seed: Uint8Array): Uint8Array;
  encapsulate(
    publicKey: Uint8Array,
    randomness: Uint8Array,
  ): { readonly ciphertext: Uint8Array; readonly sharedSecret: Uint8Array } | null;
  decapsulate(seed: Uint8Array, ciphertext: Uint8Array): Uint8Array | null;
}

function createMlKem(keys: NodeKeys, parameters: MlKemParameters): SyncKem {
  const { name, seedPrefix, publicKeyPrefix, publicKeyBytes, ciphertextBytes } = parameters;
  const privateKey = (seed: Uint8Array) =>
    keys.importOnce(`${name}${secretName(seed)}`, () => importPrivateKey(seedPrefix, seed));
  return {
    publicKey(seed) {
      checkLength(seed, ML_KEM_SEED_BYTES);
      const spki = native.createPublicKey(privateKey(seed)).export({ format: "der", type: "spki" });
      return new Uint8Array(spki.subarray(publicKeyPrefix.length));
    },
    encapsulate(publicKey) {
      const key = publicKey.length === publicKeyBytes ? importChecked(publicKeyPrefix, publicKey) : null;
      if (key === null) return null;
      const { ciphertext, sharedKey } = native.encapsulate(key);
      return { ciphertext: plain(ciphertext), sharedSecret: plain(sharedKey) };
    },
    decapsulate(seed, ciphertext) {
      if (seed.length !== ML_KEM_SEED_BYTES || ciphertext.length !== ciphertextBytes) return null;
      return plain(native.decapsulate(privateKey(seed), ciphertext));
    },
  };
}

/** Null for a key with a coefficient beyond the modulus (FIPS 203 §7.2), which OpenSSL checks at import. */
function importChecked(prefix: Uint8Array, publicKey: Uint8Array): native.KeyObject | null {
  try {
    return importPublicKey(prefix, publicKey);
  } catch {
    return null; // the length is right, so the encoding of the coefficients is all that is left to refuse
  }
}

function createXWing(mlKem: SyncKem, curve: NodeCurve): Kem {
  const { publicKeyBytes, ciphertextBytes } = ML_KEM_768;
  const combine = (mlSecret: Uint8Array, xSecret: Uint8Array, xCiphertext: Uint8Array, xPublicKey: Uint8Array) =>
    plain(native.hash("sha3-256", concat(mlSecret, xSecret, xCiphertext, xPublicKey, X_WING_LABEL), "buffer"));
  return {
    publicKey(seed) {
      checkLength(seed, X_WING_SEED_BYTES);
      const { mlSeed, xKey } = expandSeed(seed);
      return concat(mlKem.publicKey(mlSeed), curve.x25519PublicKey(xKey));
    },
    encapsulate(publicKey, randomness) {
      checkLength(randomness, X_WING_RANDOMNESS_BYTES);
      if (publicKey.length !== publicKeyBytes + X25519_BYTES) return null;
      const xPublicKey = publicKey.subarray(publicKeyBytes);
      const ephemeral = randomness.slice(X25519_BYTES);
      const ml = mlKem.encapsulate(publicKey.subarray(0, publicKeyBytes), randomness);
      const xSecret = ml && curve.x25519(ephemeral, xPublicKey);
      if (ml === null || xSecret === null) return null;
      const xCiphertext = curve.x25519PublicKey(ephemeral);
      const sharedSecret = combine(ml.sharedSecret, xSecret, xCiphertext, xPublicKey);
      return { ciphertext: concat(ml.ciphertext, xCiphertext), sharedSecret };
    },
    decapsulate(seed, ciphertext) {
      if (seed.length !== X_WING_SEED_BYTES || ciphertext.length !== ciphertextBytes + X25519_BYTES) return null;
      const { mlSeed, xKey } = expandSeed(seed);
      const xCiphertext = ciphertext.subarray(ciphertextBytes);
      const mlSecret = mlKem.decapsulate(mlSeed, ciphertext.subarray(0, ciphertextBytes));
      const xSecret = curve.x25519(xKey, xCiphertext);
      if (mlSecret === null || xSecret === null) return null;
      return combine(mlSecret, xSecret, xCiphertext, curve.x25519PublicKey(xKey));
    },
  };
}

/** SHAKE256 of the seed to the ML-KEM seed and the X25519 key. */
function expandSeed(seed: Uint8Array): { readonly mlSeed: Uint8Array; readonly xKey: Uint8Array } {
  const outputLength = ML_KEM_SEED_BYTES + X25519_BYTES;
  const expanded = native.createHash("shake256", { outputLength }).update(seed).digest();
  return {
    mlSeed: new Uint8Array(expanded.subarray(0, ML_KEM_SEED_BYTES)),
    xKey: new Uint8Array(expanded.subarray(ML_KEM_SEED_BYTES)),
  };
}

function checkLength(bytes: Uint8Array, length: number): void {
  if (bytes.length !== length) throw new RangeError(`expected ${length} bytes, got ${bytes.length}`);
}
