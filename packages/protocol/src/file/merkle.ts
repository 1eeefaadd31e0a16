/**
 * The hash tree over the sealed units of a file (RFC 9162 §2.1, SHA-256): its root is in the manifest, so every unit
 * verifies on arrival whoever sent it.
 * @see docs/spec/07-file.md (Hash tree)
 */
import { concat } from "../bytes.ts";
import type { CryptoSuite, MaybePromise } from "../crypto/suite.ts";

/** One hash, in bytes. */
export const HASH_BYTES = 32;

/** What precedes a unit when it is hashed; `sealChunks` leaves room for it. */
export const LEAF_PREFIX = 0x00;

const NODE_PREFIX = Uint8Array.of(0x01);

/** The hash of a unit. @param prefixed the byte `LEAF_PREFIX`, then the sealed unit. */
export function hashUnit(suite: CryptoSuite, prefixed: Uint8Array): MaybePromise<Uint8Array> {
  if (prefixed[0] !== LEAF_PREFIX) throw new RangeError("a unit is hashed after its prefix");
  return suite.sha256Bulk(prefixed);
}

/** The root over unit hashes, joined in order. @throws RangeError for no hash or a part of one. */
export function merkleRoot(suite: CryptoSuite, hashes: Uint8Array): Uint8Array {
  if (hashes.length === 0 || hashes.length % HASH_BYTES !== 0) throw new RangeError("a tree has whole hashes");
  let level = Array.from({ length: hashes.length / HASH_BYTES }, (_, i) => hashAt(hashes, i));
  // An odd node moves up as it is, which is the same tree as splitting at the largest power of two.
  while (level.length > 1) {
    const above: Uint8Array[] = [];
    for (let i = 0; i < level.length; i += 2) {
      const [left, right] = [level[i] as Uint8Array, level[i + 1]];
      above.push(right === undefined ? left : suite.sha256(concat(NODE_PREFIX, left, right)));
    }
    level = above;
  }
  return level[0] as Uint8Array;
}

/** The hash of unit `index` in a hash list. */
export function hashAt(hashes: Uint8Array, index: number): Uint8Array {
  return hashes.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES);
}
