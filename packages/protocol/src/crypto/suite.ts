/**
 * The cryptographic primitives Kith needs, as one interface with several backends.
 * Hashes, MACs and small AEAD answer at once on every platform; asymmetric operations and bulk ciphers may return a
 * promise, because WebCrypto has no other form. Callers await them, and leave the inputs unchanged until then.
 */

/** A value or a promise of it. */
export type MaybePromise<T> = T | Promise<T>;

/** A key pair; sizes are those of the algorithm that made it. */
export interface KeyPair {
  readonly publicKey: Uint8Array;
  readonly privateKey: Uint8Array;
}

/** A KEM's answer: what to send and what both sides then share. */
export interface Encapsulation {
  readonly ciphertext: Uint8Array;
  readonly sharedSecret: Uint8Array;
}

/** Key encapsulation with keys derived from a seed, which is what is stored. */
export interface Kem {
  /** The public key of a seed. */
  publicKey(seed: Uint8Array): MaybePromise<Uint8Array>;
  /** @param randomness as many bytes as the algorithm draws; a native backend may draw its own instead. */
  encapsulate(publicKey: Uint8Array, randomness: Uint8Array): MaybePromise<Encapsulation | null>;
  /** @returns the shared secret; null for a ciphertext of the wrong length. */
  decapsulate(seed: Uint8Array, ciphertext: Uint8Array): MaybePromise<Uint8Array | null>;
}

/** All primitives of one backend. Keys and signatures are raw bytes, without type prefixes. */
export interface CryptoSuite {
  readonly name: "noble" | "node" | "web";
  sha256(data: Uint8Array): Uint8Array;
  /** The same for bulk data, beside the caller's thread where the platform can. */
  sha256Bulk(data: Uint8Array): MaybePromise<Uint8Array>;
  hmacSha256(key: Uint8Array, data: Uint8Array): Uint8Array;
  /** HKDF-SHA256 (RFC 5869): extract with `salt` (may be empty), expand with `info`. */
  hkdf(ikm: Uint8Array, salt: Uint8Array, info: Uint8Array, length: number): Uint8Array;
  /** XChaCha20-Poly1305; `nonce` 24 bytes, tag appended. */
  xchachaSeal(key: Uint8Array, nonce: Uint8Array, plaintext: Uint8Array, ad: Uint8Array): Uint8Array;
  /** @returns null when the tag does not verify. */
  xchachaOpen(key: Uint8Array, nonce: Uint8Array, sealed: Uint8Array, ad: Uint8Array): Uint8Array | null;
  /** ChaCha20-Poly1305 (RFC 8439); `nonce` 12 bytes, tag appended. */
  chachaSeal(key: Uint8Array, nonce: Uint8Array, plaintext: Uint8Array, ad: Uint8Array): Uint8Array;
  /** @returns null when the tag does not verify. */
  chachaOpen(key: Uint8Array, nonce: Uint8Array, sealed: Uint8Array, ad: Uint8Array): Uint8Array | null;
  /** AES-256-GCM without associated data; `nonce` 12 bytes, tag appended. */
  aesGcmSeal(key: Uint8Array, nonce: Uint8Array, plaintext: Uint8Array): MaybePromise<Uint8Array>;
  /** @returns null when the tag does not verify. */
  aesGcmOpen(key: Uint8Array, nonce: Uint8Array, sealed: Uint8Array): MaybePromise<Uint8Array | null>;
  /** AES-256-CBC with PKCS#7. */
  aesCbcEncrypt(key: Uint8Array, iv: Uint8Array, plaintext: Uint8Array): MaybePromise<Uint8Array>;
  /** @returns null for bad padding or length. Only ever called after a MAC has verified. */
  aesCbcDecrypt(key: Uint8Array, iv: Uint8Array, ciphertext: Uint8Array): MaybePromise<Uint8Array | null>;
  /** The X25519 public key of a 32-byte private key. */
  x25519PublicKey(privateKey: Uint8Array): MaybePromise<Uint8Array>;
  /** @returns null when the shared secret is all zero (a low-order public key). */
  x25519(privateKey: Uint8Array, publicKey: Uint8Array): MaybePromise<Uint8Array | null>;
  /** The Ed25519 public key of a 32-byte seed. */
  ed25519PublicKey(seed: Uint8Array): MaybePromise<Uint8Array>;
  ed25519Sign(seed: Uint8Array, message: Uint8Array): MaybePromise<Uint8Array>;
  ed25519Verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): MaybePromise<boolean>;
  /** XEdDSA with an X25519 private key; `random` 64 bytes; the Edwards sign bit rides in the top bit of s. */
  xeddsaSign(privateKey: Uint8Array, message: Uint8Array, random: Uint8Array): MaybePromise<Uint8Array>;
  xeddsaVerify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): MaybePromise<boolean>;
  /** ML-KEM-768 (FIPS 203): seed 64 bytes (d ‖ z), public key 1184, ciphertext 1088, randomness 32. */
  readonly mlKem768: Kem;
  /** ML-KEM-1024 (FIPS 203): seed 64 bytes (d ‖ z), public key and ciphertext 1568, randomness 32. */
  readonly mlKem1024: Kem;
  /** X-Wing (ML-KEM-768 + X25519): seed 32 bytes, public key 1216, ciphertext 1120, randomness 64. */
  readonly xWing: Kem;
  /** BIP-340 over a message of any length; `aux` 32 bytes. */
  schnorrSign(privateKey: Uint8Array, message: Uint8Array, aux: Uint8Array): MaybePromise<Uint8Array>;
  schnorrVerify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): MaybePromise<boolean>;
}

/** Fills a new array with `length` random bytes; the only source of randomness protocol code has. */
export type RandomBytes = (length: number) => Uint8Array;
