/**
 * Ed25519 verification without the cofactor, as OpenSSL has it. The library multiplies by the cofactor, so a signature
 * with a part of small order would pass in one backend and fail in the other, and peers would disagree on a record.
 * @see docs/spec/02-crypto.md (RFC 8032 §5.1.7, the stricter equation)
 */
import { ed25519 } from "@noble/curves/ed25519.js";
import { bytesToNumberLE } from "@noble/curves/utils.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { concat, equalBytes } from "../bytes.ts";

const Point = ed25519.Point;
const Fn = Point.Fn;
type EdwardsPoint = InstanceType<typeof Point>;

const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;

/**
 * Whether a signature is good: A canonical, A and R not of small order (which newer OpenSSLs refuse), S below the group
 * order, and the encoding of S·B − k·A equal to the bytes of R, which refuses other encodings of R. Never throws.
 */
export function verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== KEY_BYTES || signature.length !== SIGNATURE_BYTES) return false;
  const A = strictPoint(publicKey);
  if (A === null) return false;
  const R = signature.subarray(0, KEY_BYTES);
  const s = bytesToNumberLE(signature.subarray(KEY_BYTES));
  if (!Fn.isValid(s)) return false;
  const k = Fn.create(bytesToNumberLE(sha512(concat(R, publicKey, message))));
  const expectedR = Point.BASE.multiplyUnsafe(s).subtract(A.multiplyUnsafe(k));
  return equalBytes(expectedR.toBytes(), R) && !expectedR.isSmallOrder();
}

function strictPoint(encoded: Uint8Array): EdwardsPoint | null {
  let point: EdwardsPoint;
  try {
    point = Point.fromBytes(encoded, false);
  } catch {
    return null; // the library throws for a coordinate above the prime, an x that does not exist, and negative zero
  }
  return point.isSmallOrder() ? null : point;
}
