/**
 * XEdDSA over Curve25519 as Signal deploys it: Ed25519-shaped signatures with X25519 keys.
 * The sign bit of the Edwards public key rides in the top bit of `s`, so the signer never negates its scalar.
 * @see docs/spec/02-crypto.md (XEdDSA revision 1, §3 and §5)
 */
import { ed25519 } from "@noble/curves/ed25519.js";
import { bytesToNumberLE } from "@noble/curves/utils.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { concat } from "../bytes.ts";

const Point = ed25519.Point;
const Fn = Point.Fn;
const Fp = Point.Fp;

/** hash1's prefix: 2^256 - 1 - 1, little-endian. */
const HASH1_PREFIX = new Uint8Array(32).fill(0xff);
HASH1_PREFIX[0] = 0xfe;

/**
 * Signs with a 32-byte X25519 private key.
 * @param random 64 fresh bytes; repeated ones do not leak the key, since the nonce also hashes key and message.
 */
export function xeddsaSign(privateKey: Uint8Array, message: Uint8Array, random: Uint8Array): Uint8Array {
  const scalar = clamped(privateKey);
  const a = Fn.create(bytesToNumberLE(scalar));
  const A = Point.BASE.multiply(a).toBytes();
  const r = Fn.create(bytesToNumberLE(sha512(concat(HASH1_PREFIX, scalar, message, random))));
  const R = Point.BASE.multiply(r).toBytes();
  const h = Fn.create(bytesToNumberLE(sha512(concat(R, A, message))));
  const signature = concat(R, Fn.toBytes(Fn.add(r, Fn.mul(h, a))));
  signature[63] = (signature[63] as number) | ((A[31] as number) & 0x80);
  return signature;
}

/** The Ed25519 public key and plain Ed25519 signature that an XEdDSA signature stands for; null for a bad key. */
export function xeddsaToEd25519(
  publicKey: Uint8Array,
  signature: Uint8Array,
): { readonly publicKey: Uint8Array; readonly signature: Uint8Array } | null {
  if (publicKey.length !== 32 || signature.length !== 64) return null;
  const u = bytesToNumberLE(publicKey) & (2n ** 255n - 1n);
  if (u >= Fp.ORDER || u === Fp.ORDER - 1n) return null;
  const y = Fp.toBytes(Fp.div(Fp.sub(u, Fp.ONE), Fp.add(u, Fp.ONE)));
  const top = (signature[63] as number) & 0x80;
  const plain = signature.slice();
  plain[63] = (plain[63] as number) & 0x7f;
  y[31] = (y[31] as number) | top;
  return { publicKey: y, signature: plain };
}

/**
 * The X25519 public key of an Ed25519 one: u = (1 + y)/(1 − y). Whoever holds the Ed25519 seed can sign for it as XEdDSA
 * does, by Ed25519 itself: the verifier's equation is the same, and only the place of the sign bit differs.
 * @param publicKey 32 bytes of a key the caller made.
 */
export function ed25519ToX25519(publicKey: Uint8Array): Uint8Array {
  const y = bytesToNumberLE(publicKey) & (2n ** 255n - 1n);
  return Fp.toBytes(Fp.div(Fp.add(Fp.ONE, y), Fp.sub(Fp.ONE, y)));
}

/** An Ed25519 signature by `publicKey` as the XEdDSA signature of that key's X25519 form. */
export function ed25519ToXeddsa(publicKey: Uint8Array, signature: Uint8Array): Uint8Array {
  const converted = signature.slice();
  converted[63] = (converted[63] as number) | ((publicKey[31] as number) & 0x80);
  return converted;
}

function clamped(privateKey: Uint8Array): Uint8Array {
  const scalar = privateKey.slice();
  scalar[0] = (scalar[0] as number) & 248;
  scalar[31] = ((scalar[31] as number) & 127) | 64;
  return scalar;
}
