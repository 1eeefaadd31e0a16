/**
 * CryptoKeys of WebCrypto, kept between calls: importing a private key costs as much as using it.
 * Private keys are found by a digest, so that the secret itself never becomes a text that cannot be wiped.
 */
import { concat, fromHex, nobleSuite, toHex } from "@kith/protocol";
import { LruCache } from "./lru-cache.ts";

/** Own keys held: ratchet keys of the sessions in use, and the prekeys being answered. */
const PRIVATE_KEYS = 256;
/** Others' keys held: each is used for two DH steps, or for the records of one device. */
const PUBLIC_KEYS = 1024;
const KEY_BYTES = 32;

/** PKCS #8 up to the 32 bytes themselves (RFC 8410 §7). */
const PKCS8_PREFIX = {
  X25519: fromHex("302e020100300506032b656e04220420"),
  Ed25519: fromHex("302e020100300506032b657004220420"),
} as const;

const PRIVATE_USE = { X25519: "deriveBits", Ed25519: "sign" } as const;
const PUBLIC_USES: Readonly<Record<Curve, readonly "verify"[]>> = { X25519: [], Ed25519: ["verify"] };

/** The two curves WebCrypto knows. */
export type Curve = "X25519" | "Ed25519";

/** The imported keys of one page. */
export class WebKeys {
  readonly #subtle: SubtleCrypto;
  readonly #privateKeys: LruCache<Promise<CryptoKey>> = new LruCache(PRIVATE_KEYS);
  readonly #publicKeys: LruCache<Promise<CryptoKey>> = new LruCache(PUBLIC_KEYS);
  readonly #edwardsKeys: LruCache<Uint8Array | null> = new LruCache(PUBLIC_KEYS);
  readonly #rawPublicKeys: LruCache<Promise<Uint8Array>> = new LruCache(PRIVATE_KEYS);

  constructor(subtle: SubtleCrypto) {
    this.#subtle = subtle;
  }

  /** @throws RangeError when the key is not 32 bytes. */
  privateKey(curve: Curve, key: Uint8Array): Promise<CryptoKey> {
    checkKeyLength(key);
    return this.#privateKeys.getOrMake(secretName(curve, key), () => {
      const der = concat(PKCS8_PREFIX[curve], key);
      const imported = this.#subtle.importKey("pkcs8", asSource(der), curve, true, [PRIVATE_USE[curve]]);
      der.fill(0);
      return imported;
    });
  }

  /** @throws RangeError when the key is not 32 bytes. */
  publicKey(curve: Curve, key: Uint8Array): Promise<CryptoKey> {
    checkKeyLength(key);
    return this.#publicKeys.getOrMake(`${curve}${toHex(key)}`, () =>
      this.#subtle.importKey("raw", asSource(key), curve, false, [...PUBLIC_USES[curve]]),
    );
  }

  /** The Edwards form of an X25519 key and a sign, which costs a field inversion to make; null for one without. */
  edwardsKey(publicKey: Uint8Array, sign: number, make: () => Uint8Array | null): Uint8Array | null {
    return this.#edwardsKeys.getOrMake(`${sign}${toHex(publicKey)}`, make);
  }

  /** The raw public key of a private key. */
  async rawPublicKey(curve: Curve, key: Uint8Array): Promise<Uint8Array> {
    checkKeyLength(key);
    const held = await this.#rawPublicKeys.getOrMake(secretName(curve, key), () =>
      this.#exportPublicKey(this.privateKey(curve, key)),
    );
    return held.slice();
  }

  async #exportPublicKey(key: Promise<CryptoKey>): Promise<Uint8Array> {
    const { x } = await this.#subtle.exportKey("jwk", await key);
    return bytesOfJwk(x);
  }

  /** A key of another kind, held under a name that must not be the secret itself. */
  importOnce(name: string, make: () => Promise<CryptoKey>): Promise<CryptoKey> {
    return this.#privateKeys.getOrMake(name, make);
  }
}

/** Bytes as WebCrypto's types want them; memory shared between threads, which it refuses, is nowhere in Kith. */
export function asSource(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes as Uint8Array<ArrayBuffer>;
}

/** A name for a secret: its digest. */
export function secretName(kind: string, secret: Uint8Array): string {
  return `${kind}${toHex(nobleSuite.sha256(secret))}`;
}

function bytesOfJwk(text: string | undefined): Uint8Array {
  const binary = atob((text ?? "").replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

function checkKeyLength(key: Uint8Array): void {
  if (key.length !== KEY_BYTES) throw new RangeError(`expected a key of ${KEY_BYTES} bytes, got ${key.length}`);
}
