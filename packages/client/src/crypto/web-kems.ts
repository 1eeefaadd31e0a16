/**
 * ML-KEM and X-Wing of the browser backend, on the ML-KEM of newer browsers ("Modern Algorithms in the Web
 * Cryptography API"). Native encapsulation draws its own randomness; the rest agrees with the portable suite.
 */
import {
  type CryptoSuite,
  concat,
  type Encapsulation,
  equalBytes,
  fromHex,
  type Kem,
  nobleSuite,
  utf8,
} from "@kith/protocol";
import { sha3_256, shake256 } from "@noble/hashes/sha3.js";
import { NativeChoice } from "./native-choice.ts";
import type { WebCurve } from "./web-curves.ts";
import { asSource, secretName, type WebKeys } from "./web-keys.ts";

/** What the types of the DOM do not have yet. */
interface KemSubtle {
  importKey(
    format: "raw-seed" | "raw-public",
    bytes: Uint8Array<ArrayBuffer>,
    algorithm: { readonly name: string },
    isExtractable: boolean,
    uses: readonly string[],
  ): Promise<CryptoKey>;
  exportKey(format: "raw-public", key: CryptoKey): Promise<ArrayBuffer>;
  getPublicKey(key: CryptoKey, uses: readonly string[]): Promise<CryptoKey>;
  encapsulateBits(
    algorithm: { readonly name: string },
    key: CryptoKey,
  ): Promise<{ readonly ciphertext: ArrayBuffer; readonly sharedKey: ArrayBuffer }>;
  decapsulateBits(algorithm: { readonly name: string }, key: CryptoKey, ciphertext: Uint8Array): Promise<ArrayBuffer>;
}

interface MlKemParameters {
  readonly name: string;
  readonly publicKeyBytes: number;
  readonly ciphertextBytes: number;
  /** SHA-256 of the public key of 64 zero bytes. */
  readonly answer: Uint8Array;
}

const ML_KEM_1024: MlKemParameters = {
  name: "ML-KEM-1024",
  publicKeyBytes: 1568,
  ciphertextBytes: 1568,
  answer: fromHex("29e3692e1c08422f548ca7e683e89015482c09a5442f8d2ead471c3931a5ee76"),
};

const ML_KEM_768: MlKemParameters = {
  name: "ML-KEM-768",
  publicKeyBytes: 1184,
  ciphertextBytes: 1088,
  answer: fromHex("f95c185fe5b2335d2fc938dd889c6425944acd74376b6952bf1130f720f6ba99"),
};

const ML_KEM_SEED_BYTES = 64;
const X25519_BYTES = 32;
const X_WING_SEED_BYTES = 32;
const X_WING_RANDOMNESS_BYTES = 64;
/** The drawing that separates X-Wing's hash (draft-connolly-cfrg-xwing-kem §5.3). */
const X_WING_LABEL: Uint8Array = utf8("\\.//^\\");

/** ML-KEM on WebCrypto; every failure of the platform is a rejection. */
class WebMlKem {
  readonly choice: NativeChoice;
  readonly parameters: MlKemParameters;
  readonly #subtle: KemSubtle;
  readonly #keys: WebKeys;

  constructor(subtle: SubtleCrypto, keys: WebKeys, parameters: MlKemParameters) {
    this.#subtle = subtle as unknown as KemSubtle;
    this.#keys = keys;
    this.parameters = parameters;
    this.choice = new NativeChoice(() => this.#answersAsKnown());
  }

  async publicKey(seed: Uint8Array): Promise<Uint8Array> {
    const key = await this.#subtle.getPublicKey(await this.#privateKey(seed), ["encapsulateBits"]);
    return new Uint8Array(await this.#subtle.exportKey("raw-public", key));
  }

  async encapsulate(publicKey: Uint8Array): Promise<Encapsulation> {
    const { name } = this.parameters;
    const key = await this.#subtle.importKey("raw-public", asSource(publicKey), { name }, true, ["encapsulateBits"]);
    const { ciphertext, sharedKey } = await this.#subtle.encapsulateBits({ name }, key);
    return { ciphertext: new Uint8Array(ciphertext), sharedSecret: new Uint8Array(sharedKey) };
  }

  async decapsulate(seed: Uint8Array, ciphertext: Uint8Array): Promise<Uint8Array> {
    const { name } = this.parameters;
    const key = await this.#privateKey(seed);
    return new Uint8Array(await this.#subtle.decapsulateBits({ name }, key, ciphertext));
  }

  #privateKey(seed: Uint8Array): Promise<CryptoKey> {
    const { name } = this.parameters;
    return this.#keys.importOnce(secretName(name, seed), () =>
      this.#subtle.importKey("raw-seed", asSource(seed), { name }, false, ["decapsulateBits"]),
    );
  }

  /** Key generation, both directions, and implicit rejection (FIPS 203 §7.3: J(z ‖ c)). */
  async #answersAsKnown(): Promise<boolean> {
    const { answer, ciphertextBytes } = this.parameters;
    const seed = new Uint8Array(ML_KEM_SEED_BYTES);
    const publicKey = await this.publicKey(seed);
    const made = await this.encapsulate(publicKey);
    const opened = await this.decapsulate(seed, made.ciphertext);
    const rejected = await this.decapsulate(seed, new Uint8Array(ciphertextBytes));
    const expected = shake256(new Uint8Array(ML_KEM_SEED_BYTES / 2 + ciphertextBytes), { dkLen: rejected.length });
    return (
      equalBytes(nobleSuite.sha256(publicKey), answer) &&
      equalBytes(opened, made.sharedSecret) &&
      equalBytes(rejected, expected)
    );
  }
}

/** The KEMs, and whether each is native. */
export interface WebKems {
  readonly kems: Pick<CryptoSuite, "mlKem768" | "mlKem1024" | "xWing">;
  readonly mlKem1024: NativeChoice;
  readonly xWing: NativeChoice;
}

/** ML-KEM and X-Wing on WebCrypto. */
export function createWebKems(subtle: SubtleCrypto, keys: WebKeys, curve: WebCurve): WebKems {
  const large = new WebMlKem(subtle, keys, ML_KEM_1024);
  const small = new WebMlKem(subtle, keys, ML_KEM_768);
  return {
    kems: {
      mlKem768: createMlKem(small, nobleSuite.mlKem768),
      mlKem1024: createMlKem(large, nobleSuite.mlKem1024),
      xWing: createXWing(small, curve),
    },
    mlKem1024: large.choice,
    xWing: small.choice,
  };
}

function createMlKem(native: WebMlKem, portable: Kem): Kem {
  const { choice, parameters } = native;
  return {
    async publicKey(seed) {
      checkLength(seed, ML_KEM_SEED_BYTES);
      return choice.answer(
        () => native.publicKey(seed),
        () => portable.publicKey(seed),
      );
    },
    async encapsulate(publicKey, randomness) {
      if (publicKey.length !== parameters.publicKeyBytes) return null;
      return choice.answer<Encapsulation | null>(
        () => native.encapsulate(publicKey),
        () => portable.encapsulate(publicKey, randomness),
      );
    },
    async decapsulate(seed, ciphertext) {
      if (seed.length !== ML_KEM_SEED_BYTES || ciphertext.length !== parameters.ciphertextBytes) return null;
      return choice.answer<Uint8Array | null>(
        () => native.decapsulate(seed, ciphertext),
        () => portable.decapsulate(seed, ciphertext),
      );
    },
  };
}

function createXWing(mlKem: WebMlKem, curve: WebCurve): Kem {
  const { choice, parameters } = mlKem;
  const { publicKeyBytes, ciphertextBytes } = parameters;
  const portable = nobleSuite.xWing;
  return {
    async publicKey(seed) {
      checkLength(seed, X_WING_SEED_BYTES);
      const { mlSeed, xKey } = expandSeed(seed);
      return choice.answer(
        async () => concat(await mlKem.publicKey(mlSeed), await curve.x25519PublicKey(xKey)),
        () => portable.publicKey(seed),
      );
    },
    async encapsulate(publicKey, randomness) {
      checkLength(randomness, X_WING_RANDOMNESS_BYTES);
      if (publicKey.length !== publicKeyBytes + X25519_BYTES) return null;
      return choice.answer<Encapsulation | null>(
        () => encapsulateXWing(mlKem, curve, publicKey, randomness.slice(X25519_BYTES)),
        () => portable.encapsulate(publicKey, randomness),
      );
    },
    async decapsulate(seed, ciphertext) {
      if (seed.length !== X_WING_SEED_BYTES || ciphertext.length !== ciphertextBytes + X25519_BYTES) return null;
      return choice.answer<Uint8Array | null>(
        () => decapsulateXWing(mlKem, curve, seed, ciphertext),
        () => portable.decapsulate(seed, ciphertext),
      );
    },
  };
}

async function encapsulateXWing(
  mlKem: WebMlKem,
  curve: WebCurve,
  ...[publicKey, ephemeral]: readonly [Uint8Array, Uint8Array]
): Promise<Encapsulation | null> {
  const { publicKeyBytes } = mlKem.parameters;
  const xPublicKey = publicKey.subarray(publicKeyBytes);
  const [ml, xSecret, xCiphertext] = await Promise.all([
    mlKem.encapsulate(publicKey.subarray(0, publicKeyBytes)),
    curve.x25519(ephemeral, xPublicKey),
    curve.x25519PublicKey(ephemeral),
  ]);
  if (xSecret === null) return null;
  const sharedSecret = sha3_256(concat(ml.sharedSecret, xSecret, xCiphertext, xPublicKey, X_WING_LABEL));
  return { ciphertext: concat(ml.ciphertext, xCiphertext), sharedSecret };
}

async function decapsulateXWing(
  mlKem: WebMlKem,
  curve: WebCurve,
  ...[seed, ciphertext]: readonly [Uint8Array, Uint8Array]
): Promise<Uint8Array | null> {
  const { ciphertextBytes } = mlKem.parameters;
  const { mlSeed, xKey } = expandSeed(seed);
  const xCiphertext = ciphertext.subarray(ciphertextBytes);
  const [mlSecret, xSecret, xPublicKey] = await Promise.all([
    mlKem.decapsulate(mlSeed, ciphertext.subarray(0, ciphertextBytes)),
    curve.x25519(xKey, xCiphertext),
    curve.x25519PublicKey(xKey),
  ]);
  return xSecret && sha3_256(concat(mlSecret, xSecret, xCiphertext, xPublicKey, X_WING_LABEL));
}

/** SHAKE256 of the seed to the ML-KEM seed and the X25519 key. */
function expandSeed(seed: Uint8Array): { readonly mlSeed: Uint8Array; readonly xKey: Uint8Array } {
  const expanded = shake256(seed, { dkLen: ML_KEM_SEED_BYTES + X25519_BYTES });
  return { mlSeed: expanded.slice(0, ML_KEM_SEED_BYTES), xKey: expanded.slice(ML_KEM_SEED_BYTES) };
}

function checkLength(bytes: Uint8Array, length: number): void {
  if (bytes.length !== length) throw new RangeError(`expected ${length} bytes, got ${bytes.length}`);
}
