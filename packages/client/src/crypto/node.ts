/**
 * The Node backend: native asymmetric operations and bulk ciphers, JavaScript where a native call costs more than the
 * work. Everything answers at once. The vectors and the differential tests run against it as against the portable suite.
 */
import * as native from "node:crypto";
import { type CryptoSuite, isAllZero, nobleSuite, type RandomBytes } from "@kith/protocol";
import type { Argon2id } from "../store/wrapped-key.ts";
import { portableArgon2id } from "./argon2.ts";
import type { DescribeCrypto } from "./backend-info.ts";
import { isStrictEd25519Point, isStrictEd25519Signature, splitXeddsa, strictEdwardsKey } from "./ed25519-strict.ts";
import { HmacSha256 } from "./hmac-sha256.ts";
import { NODE_CIPHERS } from "./node-ciphers.ts";
import { createNodeKems, type NodeCurve } from "./node-kems.ts";
import { base64Url, NodeKeys, plain } from "./node-keys.ts";
import { createRandomPool } from "./random-pool.ts";

/** From here on two native hashes beat the JavaScript HMAC. */
const NATIVE_HMAC_FROM_BYTES = 448;
const HMAC_BLOCK_BYTES = 64;
const KEY_BYTES = 32;

/** Every primitive, native where that is faster. */
export const cryptoSuite: CryptoSuite = createNodeSuite();

/** Which primitives are native: ML-KEM and Argon2id from Node 24.7 on, BIP-340 nowhere. */
export const describeCrypto: DescribeCrypto = async () => {
  const kem = typeof native.encapsulate === "function" ? "native" : "javascript";
  const argon2 = typeof native.argon2 === "function" ? "native" : "javascript";
  return {
    name: "node",
    primitives: {
      X25519: "native",
      Ed25519: "native",
      XEdDSA: "native",
      "AES-CBC": "native",
      "AES-GCM": "native",
      "ChaCha20-Poly1305": "native",
      "SHA-256": "native",
      HMAC: "native",
      HKDF: "javascript",
      "ML-KEM-1024": kem,
      "X-Wing": kem,
      "BIP-340": "javascript",
      Argon2id: argon2,
    },
  };
};

/** Cryptographic randomness of the platform. */
export const randomBytes: RandomBytes = createRandomPool((into) => native.randomFillSync(into));

/** Argon2id on a thread of the pool; in JavaScript where this Node has none of its own (before 24.7). */
export const argon2id: Argon2id = typeof native.argon2 === "function" ? nativeArgon2id : portableArgon2id;

function nativeArgon2id(...[password, salt, cost]: Parameters<Argon2id>): Promise<Uint8Array> {
  const { memoryKiB: memory, passes, lanes: parallelism } = cost;
  const parameters = { message: password, nonce: salt, memory, passes, parallelism, tagLength: KEY_BYTES };
  return new Promise((resolve, reject) => {
    native.argon2("argon2id", parameters, (error, key) => (error ? reject(error) : resolve(plain(key))));
  });
}

function createNodeSuite(): CryptoSuite {
  const keys = new NodeKeys();
  const macs = new HmacSha256();
  const curve = createCurve(keys);
  return Object.freeze({
    name: "node",
    sha256,
    sha256Bulk: sha256,
    hmacSha256: (key, data) => (data.length < NATIVE_HMAC_FROM_BYTES ? macs.hmac(key, data) : nativeHmac(key, data)),
    hkdf: (ikm, salt, info, length) => macs.hkdf(ikm, salt, info, length),
    ...NODE_CIPHERS,
    ...curve,
    ...createSignatures(keys),
    ...createNodeKems(keys, curve),
    schnorrSign: nobleSuite.schnorrSign,
    schnorrVerify: nobleSuite.schnorrVerify,
  } satisfies CryptoSuite);
}

function createCurve(keys: NodeKeys): NodeCurve {
  return {
    x25519PublicKey: (privateKey) => keys.rawPublicKey(keys.privateKey("X25519", privateKey)),
    x25519(privateKey, publicKey) {
      if (privateKey.length !== KEY_BYTES || publicKey.length !== KEY_BYTES) return null;
      const pair = {
        privateKey: keys.privateKey("X25519", privateKey),
        publicKey: keys.publicKey("X25519", publicKey),
      };
      let secret: Uint8Array;
      try {
        secret = plain(native.diffieHellman(pair));
      } catch {
        return null; // OpenSSL refuses an all-zero result; lengths and kinds are right here
      }
      return isAllZero(secret) ? null : secret;
    },
  };
}

type Signatures = Pick<
  CryptoSuite,
  "ed25519PublicKey" | "ed25519Sign" | "ed25519Verify" | "xeddsaSign" | "xeddsaVerify"
>;

function createSignatures(keys: NodeKeys): Signatures {
  return {
    ed25519PublicKey: (seed) => keys.rawPublicKey(keys.privateKey("Ed25519", seed)),
    ed25519Sign: (seed, message) => plain(native.sign(null, message, keys.privateKey("Ed25519", seed))),
    ed25519Verify(publicKey, message, signature) {
      if (!isStrictEd25519Point(publicKey) || !isStrictEd25519Signature(signature)) return false;
      return native.verify(null, message, keys.publicKey("Ed25519", publicKey), signature);
    },
    xeddsaSign: nobleSuite.xeddsaSign,
    xeddsaVerify(publicKey, message, signature) {
      if (publicKey.length !== KEY_BYTES || !isStrictEd25519Signature(signature)) return false;
      const parts = splitXeddsa(signature);
      // The conversion costs a field inversion in JavaScript, so the converted key is what is held.
      const name = `XEdDSA${parts.sign}${base64Url(publicKey)}`;
      const key = keys.publicKeyNamed(name, () => strictEdwardsKey(publicKey, signature));
      return key !== null && native.verify(null, message, key, parts.signature);
    },
  };
}

function sha256(data: Uint8Array): Uint8Array {
  return plain(native.hash("sha256", data, "buffer"));
}

function nativeHmac(key: Uint8Array, data: Uint8Array): Uint8Array {
  const short = key.length > HMAC_BLOCK_BYTES ? sha256(key) : key;
  const inner = new Uint8Array(HMAC_BLOCK_BYTES + data.length).fill(0x36, 0, HMAC_BLOCK_BYTES);
  const outer = new Uint8Array(HMAC_BLOCK_BYTES + KEY_BYTES).fill(0x5c, 0, HMAC_BLOCK_BYTES);
  for (let i = 0; i < short.length; i++) {
    inner[i] = (short[i] as number) ^ 0x36;
    outer[i] = (short[i] as number) ^ 0x5c;
  }
  inner.set(data, HMAC_BLOCK_BYTES);
  outer.set(sha256(inner), HMAC_BLOCK_BYTES);
  return sha256(outer);
}
