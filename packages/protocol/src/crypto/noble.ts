/** The portable backend: audited JavaScript, the same on every platform, and the yardstick for the others. */
import { cbc, gcm } from "@noble/ciphers/aes.js";
import { chacha20poly1305, xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import { ed25519, x25519 } from "@noble/curves/ed25519.js";
import { schnorr } from "@noble/curves/secp256k1.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { ml_kem768_x25519 } from "@noble/post-quantum/hybrid.js";
import { ml_kem768, ml_kem1024 } from "@noble/post-quantum/ml-kem.js";
import { isAllZero } from "../bytes.ts";
import { verifyEd25519 } from "./ed25519-verify.ts";
import type { CryptoSuite, Kem } from "./suite.ts";
import { xeddsaSign, xeddsaToEd25519 } from "./xeddsa.ts";

/** Runs `operation`; null when the library refuses its input (bad tag, padding, length or encoding). */
function attempt<T>(operation: () => T): T | null {
  try {
    return operation();
  } catch {
    return null;
  }
}

interface SeededKem {
  keygen(seed: Uint8Array): { publicKey: Uint8Array; secretKey: Uint8Array };
  encapsulate(publicKey: Uint8Array, randomness: Uint8Array): { cipherText: Uint8Array; sharedSecret: Uint8Array };
  decapsulate(ciphertext: Uint8Array, secretKey: Uint8Array): Uint8Array;
}

function seededKem(kem: SeededKem): Kem {
  return {
    publicKey: (seed) => kem.keygen(seed).publicKey,
    encapsulate(publicKey, randomness) {
      const result = attempt(() => kem.encapsulate(publicKey, randomness));
      return result && { ciphertext: result.cipherText, sharedSecret: result.sharedSecret };
    },
    decapsulate: (seed, ciphertext) => attempt(() => kem.decapsulate(ciphertext, kem.keygen(seed).secretKey)),
  };
}

/** Every primitive in JavaScript. */
export const nobleSuite: CryptoSuite = Object.freeze({
  name: "noble",
  sha256: (data) => sha256(data),
  sha256Bulk: (data) => sha256(data),
  hmacSha256: (key, data) => hmac(sha256, key, data),
  hkdf: (ikm, salt, info, length) => hkdf(sha256, ikm, salt, info, length),
  xchachaSeal: (key, nonce, plaintext, ad) => xchacha20poly1305(key, nonce, ad).encrypt(plaintext),
  xchachaOpen: (key, nonce, sealed, ad) => attempt(() => xchacha20poly1305(key, nonce, ad).decrypt(sealed)),
  chachaSeal: (key, nonce, plaintext, ad) => chacha20poly1305(key, nonce, ad).encrypt(plaintext),
  chachaOpen: (key, nonce, sealed, ad) => attempt(() => chacha20poly1305(key, nonce, ad).decrypt(sealed)),
  aesGcmSeal: (key, nonce, plaintext) => gcm(key, nonce).encrypt(plaintext),
  aesGcmOpen: (key, nonce, sealed) => attempt(() => gcm(key, nonce).decrypt(sealed)),
  aesCbcEncrypt: (key, iv, plaintext) => cbc(key, iv).encrypt(plaintext),
  aesCbcDecrypt: (key, iv, ciphertext) => attempt(() => cbc(key, iv).decrypt(ciphertext)),
  x25519PublicKey: (privateKey) => x25519.getPublicKey(privateKey),
  x25519(privateKey, publicKey) {
    const secret = attempt(() => x25519.getSharedSecret(privateKey, publicKey));
    return secret === null || isAllZero(secret) ? null : secret;
  },
  ed25519PublicKey: (seed) => ed25519.getPublicKey(seed),
  ed25519Sign: (seed, message) => ed25519.sign(message, seed),
  ed25519Verify: verifyEd25519,
  xeddsaSign,
  xeddsaVerify(publicKey, message, signature) {
    const plain = xeddsaToEd25519(publicKey, signature);
    return plain !== null && verifyEd25519(plain.publicKey, message, plain.signature);
  },
  mlKem768: seededKem(ml_kem768),
  mlKem1024: seededKem(ml_kem1024),
  xWing: seededKem(ml_kem768_x25519),
  schnorrSign: (privateKey, message, aux) => schnorr.sign(message, privateKey, aux),
  schnorrVerify: (publicKey, message, signature) =>
    attempt(() => schnorr.verify(signature, message, publicKey)) ?? false,
} satisfies CryptoSuite);
