/**
 * C2SP chunked encryption with AES-256-GCM and HKDF-Expand-SHA-512 ("Cobblestone-256"): 16 KiB chunks, each under the
 * base nonce XOR its number, the last one always shorter. The 56-byte header (salt, commitment) travels in the manifest.
 * @see docs/spec/07-file.md (Encryption); https://c2sp.org/chunked-encryption
 */
import { hmac } from "@noble/hashes/hmac.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { concat, equalBytes, utf8 } from "../bytes.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import { CHUNK_BYTES, chunkCount, TAG_BYTES } from "./geometry.ts";

/** Salt and commitment, in bytes. */
export const FILE_HEADER_BYTES = 56;

/** The input key, in bytes. */
export const FILE_KEY_BYTES = 32;

const SALT_BYTES = 24;
const NONCE_BYTES = 12;
const DERIVED_BYTES: number = FILE_KEY_BYTES + NONCE_BYTES + 32;
const INFO_PREFIX = utf8("c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0");

/** What seals the chunks of one message. */
export interface ChunkKeys {
  readonly key: Uint8Array;
  readonly baseNonce: Uint8Array;
  /** salt ‖ commitment */
  readonly header: Uint8Array;
}

/**
 * The keys of a new message.
 * @param inputKey 32 random bytes. @param salt 24 bytes, random. @throws RangeError for other lengths.
 */
export function deriveChunkKeys(inputKey: Uint8Array, salt: Uint8Array, context: Uint8Array): ChunkKeys {
  if (inputKey.length !== FILE_KEY_BYTES || salt.length !== SALT_BYTES) {
    throw new RangeError(`chunked encryption takes a key of ${FILE_KEY_BYTES} and a salt of ${SALT_BYTES} bytes`);
  }
  const derived = expand(inputKey, concat(INFO_PREFIX, salt, context));
  return {
    key: derived.slice(0, FILE_KEY_BYTES),
    baseNonce: derived.slice(FILE_KEY_BYTES, FILE_KEY_BYTES + NONCE_BYTES),
    header: concat(salt, derived.slice(FILE_KEY_BYTES + NONCE_BYTES, DERIVED_BYTES)),
  };
}

/** HKDF-Expand-SHA-512 to two blocks; the library's own refuses keys that are shorter than a hash. */
function expand(key: Uint8Array, info: Uint8Array): Uint8Array {
  const first = hmac(sha512, key, concat(info, Uint8Array.of(1)));
  return concat(first, hmac(sha512, key, concat(first, info, Uint8Array.of(2))));
}

/** The keys of a message that was received; null when key, context or header do not belong together. */
export function readChunkKeys(inputKey: Uint8Array, header: Uint8Array, context: Uint8Array): ChunkKeys | null {
  if (inputKey.length !== FILE_KEY_BYTES || header.length !== FILE_HEADER_BYTES) return null;
  const keys = deriveChunkKeys(inputKey, header.slice(0, SALT_BYTES), context);
  return equalBytes(keys.header, header) ? keys : null;
}

/** A run of chunks: where it begins, and whether the message ends in it. */
export interface ChunkRun {
  readonly firstChunk: number;
  readonly hasFinal: boolean;
}

/**
 * Seals a run of chunks.
 * @param at bytes left free before the first chunk in the answer: a hash prefix goes there without a copy.
 */
export async function sealChunks(
  suite: CryptoSuite,
  keys: ChunkKeys,
  { firstChunk, hasFinal }: ChunkRun,
  plaintext: Uint8Array,
  at = 0,
): Promise<Uint8Array> {
  if (!hasFinal && plaintext.length % CHUNK_BYTES !== 0) throw new RangeError("only the last chunk is short");
  const count = chunkCount(plaintext.length, hasFinal);
  const sealed = new Uint8Array(at + plaintext.length + count * TAG_BYTES);
  const coming: Promise<void>[] = [];
  for (let i = 0; i < count; i++) {
    const chunk = plaintext.subarray(i * CHUNK_BYTES, (i + 1) * CHUNK_BYTES);
    const made = suite.aesGcmSeal(keys.key, chunkNonce(keys, firstChunk + i), chunk);
    const place = at + i * (CHUNK_BYTES + TAG_BYTES);
    if (made instanceof Uint8Array) sealed.set(made, place);
    else coming.push(made.then((chunkSealed) => sealed.set(chunkSealed, place)));
  }
  await Promise.all(coming);
  return sealed;
}

/** Opens a run of chunks; null when one does not verify, or the run ends otherwise than it says. */
export async function openChunks(
  suite: CryptoSuite,
  keys: ChunkKeys,
  { firstChunk, hasFinal }: ChunkRun,
  sealed: Uint8Array,
): Promise<Uint8Array | null> {
  const step = CHUNK_BYTES + TAG_BYTES;
  const rest = sealed.length % step;
  if (hasFinal ? rest < TAG_BYTES : rest !== 0) return null;
  const count = Math.floor(sealed.length / step) + (hasFinal ? 1 : 0);
  const plaintext = new Uint8Array(sealed.length - count * TAG_BYTES);
  const coming: Promise<boolean>[] = [];
  const put = (chunk: number, plain: Uint8Array | null): boolean => {
    if (plain !== null) plaintext.set(plain, chunk * CHUNK_BYTES);
    return plain !== null;
  };
  for (let i = 0; i < count; i++) {
    const chunk = sealed.subarray(i * step, (i + 1) * step);
    const opened = suite.aesGcmOpen(keys.key, chunkNonce(keys, firstChunk + i), chunk);
    if (opened instanceof Promise) coming.push(opened.then((plain) => put(i, plain)));
    else if (!put(i, opened)) return null;
  }
  return (await Promise.all(coming)).every(Boolean) ? plaintext : null;
}

/** The base nonce XOR the chunk's number, big-endian; numbers stay below 2^32. */
function chunkNonce({ baseNonce }: ChunkKeys, chunk: number): Uint8Array {
  const nonce = baseNonce.slice();
  for (let i = 0; i < 4; i++) {
    const at = NONCE_BYTES - 1 - i;
    nonce[at] = (nonce[at] as number) ^ ((chunk >>> (8 * i)) & 0xff);
  }
  return nonce;
}
