/** Reproducible randomness for tests, vectors and simulations. Never for keys that matter. */
import { sha256 } from "@noble/hashes/sha2.js";
import { concat, uint32ToBytes, utf8 } from "../bytes.ts";
import type { RandomBytes } from "../crypto/suite.ts";

/** A stream of bytes fixed by `seed`: SHA-256(seed ‖ big-endian 32-bit block number), block after block. */
export function createSeededRandom(seed: string): RandomBytes {
  const seedBytes = utf8(seed);
  let block = 0;
  let rest = new Uint8Array(0);
  return (length) => {
    const out = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      if (rest.length === 0) rest = new Uint8Array(sha256(concat(seedBytes, uint32ToBytes(block++))));
      const part = rest.subarray(0, length - filled);
      out.set(part, filled);
      filled += part.length;
      rest = rest.subarray(part.length);
    }
    return out;
  };
}
