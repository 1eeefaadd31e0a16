/**
 * KeyObjects of node:crypto, kept between calls: importing a key costs as much as using it.
 * Private keys are found by a digest, so that the secret itself never becomes a text that cannot be wiped; a KeyObject
 * lives until newer keys push it out, so forgetting a key's bytes forgets the key within `PRIVATE_KEYS` further keys.
 */
import { createPrivateKey, createPublicKey, hash, type KeyObject } from "node:crypto";
import { fromHex } from "@kith/protocol";
import { LruCache } from "./lru-cache.ts";

/** Own keys held: ratchet keys of the sessions in use, and the prekeys being answered. */
const PRIVATE_KEYS = 256;
/** Others' keys held: each is used for two DH steps, or for the records of one device. */
const PUBLIC_KEYS = 1024;
const KEY_BYTES = 32;

type Curve = "X25519" | "Ed25519";

/** PKCS #8 and SPKI up to the 32 bytes themselves (RFC 8410 §7 and §4). */
const PRIVATE_PREFIX = {
  X25519: fromHex("302e020100300506032b656e04220420"),
  Ed25519: fromHex("302e020100300506032b657004220420"),
} as const;
const PUBLIC_PREFIX = {
  X25519: fromHex("302a300506032b656e032100"),
  Ed25519: fromHex("302a300506032b6570032100"),
} as const;

/** The imported keys of one process. */
export class NodeKeys {
  readonly #privateKeys: LruCache<KeyObject> = new LruCache(PRIVATE_KEYS);
  readonly #publicKeys: LruCache<KeyObject> = new LruCache(PUBLIC_KEYS);

  /** @throws RangeError when the key is not 32 bytes. */
  privateKey(curve: Curve, key: Uint8Array): KeyObject {
    checkKeyLength(key);
    return this.importOnce(`${curve}${secretName(key)}`, () => importPrivateKey(PRIVATE_PREFIX[curve], key));
  }

  /** @throws RangeError when the key is not 32 bytes. */
  publicKey(curve: Curve, key: Uint8Array): KeyObject {
    checkKeyLength(key);
    return this.#publicKeys.getOrMake(`${curve}${base64Url(key)}`, () => importPublicKey(PUBLIC_PREFIX[curve], key));
  }

  /** An Ed25519 public key found by another name; `make` runs when it is not held, null is not held. */
  publicKeyNamed(name: string, make: () => Uint8Array | null): KeyObject | null {
    try {
      return this.#publicKeys.getOrMake(name, () => {
        const key = make();
        if (key === null) throw NOT_A_KEY;
        return importPublicKey(PUBLIC_PREFIX.Ed25519, key);
      });
    } catch (error) {
      if (error === NOT_A_KEY) return null;
      throw error;
    }
  }

  /** Any private key, held under a name that must not be the secret itself. */
  importOnce(name: string, make: () => KeyObject): KeyObject {
    return this.#privateKeys.getOrMake(name, make);
  }

  /** The raw public key of a held private key, by JWK: ten times as fast as by DER. */
  rawPublicKey(key: KeyObject): Uint8Array {
    return plain(Buffer.from(key.export({ format: "jwk" }).x as string, "base64url"));
  }
}

const NOT_A_KEY = new Error("not a public key");

/**
 * A KeyObject of a private key. @param prefix PKCS #8 up to the key.
 * As PEM text: for an object with options Node first tries, by two exceptions, whether it is a key already, which costs
 * twice as much as the import.
 */
export function importPrivateKey(prefix: Uint8Array, key: Uint8Array): KeyObject {
  return createPrivateKey(`-----BEGIN PRIVATE KEY-----\n${base64Of(prefix, key)}\n-----END PRIVATE KEY-----\n`);
}

/** A KeyObject of a public key. @param prefix SPKI up to the key. @throws Error when OpenSSL refuses the key. */
export function importPublicKey(prefix: Uint8Array, key: Uint8Array): KeyObject {
  return createPublicKey(`-----BEGIN PUBLIC KEY-----\n${base64Of(prefix, key)}\n-----END PUBLIC KEY-----\n`);
}

function base64Of(prefix: Uint8Array, key: Uint8Array): string {
  const der = Buffer.allocUnsafe(prefix.length + key.length);
  der.set(prefix);
  der.set(key, prefix.length);
  const text = der.toString("base64");
  der.fill(0);
  return text;
}

/** A name for a secret: its digest. */
export function secretName(secret: Uint8Array): string {
  return hash("sha256", secret, "base64url");
}

/** The base64url text of bytes, which JWK wants. */
export function base64Url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64url");
}

/** A plain array over a Buffer's memory: Buffers compare and slice differently. */
export function plain(buffer: Uint8Array): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}

function checkKeyLength(key: Uint8Array): void {
  if (key.length !== KEY_BYTES) throw new RangeError(`expected a key of ${KEY_BYTES} bytes, got ${key.length}`);
}
