/**
 * The checks of the two points of an Ed25519 verification, A and R, that not every OpenSSL makes and the portable suite
 * does, so that both refuse the same signatures: canonical encoding (RFC 8032 §5.1.3) and no small order, under which
 * anyone's signature would verify.
 */
import { compareBytes, fromHex, toHex, xeddsaToEd25519 } from "@kith/protocol";

/** y-coordinates of the eight points of small order, little-endian with the sign bit clear. */
const SMALL_ORDER_Y: ReadonlySet<string> = new Set([
  "0100000000000000000000000000000000000000000000000000000000000000",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "0000000000000000000000000000000000000000000000000000000000000000",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
]);

const POINT_BYTES = 32;
const SIGNATURE_BYTES = 64;
const SIGN_BIT = 0x80;

/** 2^255 - 19, big-endian. */
const PRIME: Uint8Array = fromHex("7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed");

/**
 * Whether 32 bytes may be an Ed25519 public key or the R of a signature. Says nothing on whether the point is on the
 * curve: no signature verifies with one that is not.
 */
export function isStrictEd25519Point(encoded: Uint8Array): boolean {
  if (encoded.length !== POINT_BYTES) return false;
  const y = encoded.slice();
  y[31] = (y[31] as number) & 0x7f;
  if (SMALL_ORDER_Y.has(toHex(y))) return false;
  return compareBytes(y.reverse(), PRIME) < 0;
}

/** Whether a signature has 64 bytes and an R that may be one. */
export function isStrictEd25519Signature(signature: Uint8Array): boolean {
  return signature.length === SIGNATURE_BYTES && isStrictEd25519Point(signature.subarray(0, POINT_BYTES));
}

/** An XEdDSA signature taken apart: the sign of the Edwards key, and the plain Ed25519 signature. */
export interface XeddsaParts {
  readonly sign: number;
  readonly signature: Uint8Array<ArrayBuffer>;
}

/** Takes the sign bit out of a strict XEdDSA signature. */
export function splitXeddsa(signature: Uint8Array): XeddsaParts {
  const plain = signature.slice();
  const lastByte = plain[SIGNATURE_BYTES - 1] as number;
  plain[SIGNATURE_BYTES - 1] = lastByte & ~SIGN_BIT;
  return { sign: lastByte & SIGN_BIT, signature: plain };
}

/** The strict Ed25519 key of an X25519 key and an XEdDSA signature by it; null for a key that has none. */
export function strictEdwardsKey(publicKey: Uint8Array, signature: Uint8Array): Uint8Array | null {
  const converted = xeddsaToEd25519(publicKey, signature);
  return converted !== null && isStrictEd25519Point(converted.publicKey) ? converted.publicKey : null;
}
