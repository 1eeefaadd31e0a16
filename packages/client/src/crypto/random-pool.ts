/** Randomness fetched in pieces: a native call costs more than the few bytes of a nonce, and a message needs a dozen. */
import type { RandomBytes } from "@kith/protocol";

const POOL_BYTES = 4096;

/** More than this at once is fetched for itself. */
const MAX_POOLED_BYTES = 64;

/**
 * Bytes of `fill`, each handed out once; what was handed out is wiped from the pool.
 * @param fill fills all of an array with cryptographic randomness.
 */
export function createRandomPool(fill: (into: Uint8Array) => void): RandomBytes {
  const pool = new Uint8Array(POOL_BYTES);
  let at = POOL_BYTES;
  return (length) => {
    const bytes = new Uint8Array(length);
    if (length > MAX_POOLED_BYTES) {
      fill(bytes);
      return bytes;
    }
    if (at + length > POOL_BYTES) {
      fill(pool);
      at = 0;
    }
    for (let i = 0; i < length; i++, at++) {
      bytes[i] = pool[at] as number;
      pool[at] = 0;
    }
    return bytes;
  };
}
