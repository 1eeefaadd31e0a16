/**
 * Ciphers of the Node backend: JavaScript for small data, where a native call costs more than the work, native above.
 * The bounds are where the two met on the measured machine; both sides give the same bytes. Keys go in as key objects:
 * given bytes, Node tries by exceptions whether they are one, which costs more than the encryption of a kilobyte.
 */
import { createCipheriv, createDecipheriv, createSecretKey } from "node:crypto";
import { type CryptoSuite, nobleSuite } from "@kith/protocol";
import { hchacha } from "@noble/ciphers/chacha.js";
import { plain } from "./node-keys.ts";

/** From here on native ChaCha20-Poly1305 is faster, also with the subkey of XChaCha20 made before it. */
const NATIVE_AEAD_FROM_BYTES = 128;
/** From here on native AES-CBC is faster. */
const NATIVE_CBC_FROM_BYTES = 192;

const TAG_BYTES = 16;
const AES_BLOCK_BYTES = 16;
const CHACHA = "chacha20-poly1305";
const AES = "aes-256-cbc";
const GCM = "aes-256-gcm";
const GCM_OPTIONS = { authTagLength: TAG_BYTES };
/** "expand 32-byte k" as the four words of ChaCha's state. */
const SIGMA: readonly number[] = [0x61707865, 0x3320646e, 0x79622d32, 0x6b206574];

type Ciphers = Pick<
  CryptoSuite,
  | "xchachaSeal"
  | "xchachaOpen"
  | "chachaSeal"
  | "chachaOpen"
  | "aesGcmSeal"
  | "aesGcmOpen"
  | "aesCbcEncrypt"
  | "aesCbcDecrypt"
>;

/** The cipher operations of `CryptoSuite`. */
export const NODE_CIPHERS: Ciphers = {
  xchachaSeal(key, nonce, plaintext, ad) {
    if (plaintext.length < NATIVE_AEAD_FROM_BYTES) return nobleSuite.xchachaSeal(key, nonce, plaintext, ad);
    const inner = xchachaInner(key, nonce);
    return nativeSeal(inner.key, inner.nonce, plaintext, ad);
  },
  xchachaOpen(key, nonce, sealed, ad) {
    if (sealed.length < NATIVE_AEAD_FROM_BYTES) return nobleSuite.xchachaOpen(key, nonce, sealed, ad);
    const inner = xchachaInner(key, nonce);
    return nativeOpen(inner.key, inner.nonce, sealed, ad);
  },
  chachaSeal(key, nonce, plaintext, ad) {
    const isSmall = plaintext.length < NATIVE_AEAD_FROM_BYTES;
    return (isSmall ? nobleSuite.chachaSeal : nativeSeal)(key, nonce, plaintext, ad);
  },
  chachaOpen(key, nonce, sealed, ad) {
    const isSmall = sealed.length < NATIVE_AEAD_FROM_BYTES;
    return (isSmall ? nobleSuite.chachaOpen : nativeOpen)(key, nonce, sealed, ad);
  },
  aesGcmSeal(key, nonce, plaintext) {
    const cipher = createCipheriv(GCM, createSecretKey(key), nonce, GCM_OPTIONS);
    const sealed = new Uint8Array(plaintext.length + TAG_BYTES);
    sealed.set(cipher.update(plaintext), 0);
    cipher.final();
    sealed.set(cipher.getAuthTag(), plaintext.length);
    return sealed;
  },
  aesGcmOpen(key, nonce, sealed) {
    if (sealed.length < TAG_BYTES) return null;
    const tagStart = sealed.length - TAG_BYTES;
    const decipher = createDecipheriv(GCM, createSecretKey(key), nonce, GCM_OPTIONS);
    decipher.setAuthTag(sealed.subarray(tagStart));
    return finished(decipher, decipher.update(sealed.subarray(0, tagStart)));
  },
  aesCbcEncrypt(key, iv, plaintext) {
    if (plaintext.length < NATIVE_CBC_FROM_BYTES) return nobleSuite.aesCbcEncrypt(key, iv, plaintext);
    const cipher = createCipheriv(AES, createSecretKey(key), iv);
    return joined(cipher.update(plaintext), cipher.final());
  },
  aesCbcDecrypt(key, iv, ciphertext) {
    if (ciphertext.length < NATIVE_CBC_FROM_BYTES) return nobleSuite.aesCbcDecrypt(key, iv, ciphertext);
    if (ciphertext.length % AES_BLOCK_BYTES !== 0) return null;
    const decipher = createDecipheriv(AES, createSecretKey(key), iv);
    const start = decipher.update(ciphertext);
    try {
      return joined(start, decipher.final());
    } catch {
      return null; // the padding is the only thing `final` can refuse here
    }
  },
};

function nativeSeal(key: Uint8Array, nonce: Uint8Array, plaintext: Uint8Array, ad: Uint8Array): Uint8Array {
  const cipher = createCipheriv(CHACHA, createSecretKey(key), nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(ad, { plaintextLength: plaintext.length });
  const sealed = new Uint8Array(plaintext.length + TAG_BYTES);
  sealed.set(cipher.update(plaintext), 0);
  cipher.final();
  sealed.set(cipher.getAuthTag(), plaintext.length);
  return sealed;
}

function nativeOpen(key: Uint8Array, nonce: Uint8Array, sealed: Uint8Array, ad: Uint8Array): Uint8Array | null {
  const tagStart = sealed.length - TAG_BYTES;
  const decipher = createDecipheriv(CHACHA, createSecretKey(key), nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(ad, { plaintextLength: tagStart });
  decipher.setAuthTag(sealed.subarray(tagStart));
  return finished(decipher, decipher.update(sealed.subarray(0, tagStart)));
}

/** The plaintext, or null when the tag does not verify. */
function finished(decipher: { final(): Uint8Array }, plaintext: Buffer): Uint8Array | null {
  try {
    decipher.final();
  } catch {
    plaintext.fill(0);
    return null; // the tag did not verify
  }
  return plain(plaintext);
}

/** XChaCha20 as ChaCha20 under a subkey (draft-irtf-cfrg-xchacha §2.3). @throws RangeError for a wrong length. */
function xchachaInner(key: Uint8Array, nonce: Uint8Array): { readonly key: Uint8Array; readonly nonce: Uint8Array } {
  if (key.length !== 32 || nonce.length !== 24) throw new RangeError("XChaCha20 takes a 32-byte key and 24-byte nonce");
  const keyWords = new Uint32Array(key.slice().buffer);
  const nonceWords = new Uint32Array(nonce.slice(0, 16).buffer);
  const subkey = new Uint32Array(8);
  hchacha(Uint32Array.from(SIGMA), keyWords, nonceWords, subkey);
  keyWords.fill(0);
  const innerNonce = new Uint8Array(12);
  innerNonce.set(nonce.subarray(16), 4);
  return { key: new Uint8Array(subkey.buffer), nonce: innerNonce };
}

function joined(start: Uint8Array, end: Uint8Array): Uint8Array {
  const result = new Uint8Array(start.length + end.length);
  result.set(start, 0);
  result.set(end, start.length);
  return result;
}
