/** Sealing and opening the units of one file: the encryption, the cutting and the hash tree put together. */
import { concat, equalBytes, utf8 } from "../bytes.ts";
import { LABELS } from "../crypto/labels.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import { type ChunkKeys, deriveChunkKeys, openChunks, readChunkKeys, sealChunks } from "./chunks.ts";
import { CHUNK_BYTES, isLastUnit, UNIT_BYTES, unitPlainBytes, unitSealedBytes } from "./geometry.ts";
import type { FileManifest } from "./manifest.ts";
import { HASH_BYTES, hashUnit } from "./merkle.ts";

const CONTEXT = utf8(LABELS.file);
const CHUNKS_PER_UNIT: number = UNIT_BYTES / CHUNK_BYTES;

/** What seals and opens the units of one file. */
export interface FileCipher {
  readonly sizeBytes: number;
  readonly keys: ChunkKeys;
}

/** The cipher of a new file. @param key 32 random bytes. @param salt 24 random bytes. */
export function newFileCipher(key: Uint8Array, salt: Uint8Array, sizeBytes: number): FileCipher {
  return { sizeBytes, keys: deriveChunkKeys(key, salt, CONTEXT) };
}

/** The cipher of a file that was offered; null when key and header do not belong together. */
export function fileCipherOf({ key, header, sizeBytes }: FileManifest): FileCipher | null {
  const keys = readChunkKeys(key, header, CONTEXT);
  return keys && { sizeBytes, keys };
}

/** Seals one unit; the answer has the byte of the leaf hash in front, ready for `hashUnit`. */
export async function sealUnit(
  suite: CryptoSuite,
  { sizeBytes, keys }: FileCipher,
  unit: number,
  plaintext: Uint8Array,
): Promise<Uint8Array> {
  if (plaintext.length !== unitPlainBytes(sizeBytes, unit)) throw new RangeError("a unit has one length");
  return sealChunks(suite, keys, runOf(sizeBytes, unit), plaintext, 1);
}

/** Where a unit that arrives is gathered: the byte of the leaf hash, then room for the sealed unit. */
export function unitBuffer(sizeBytes: number, unit: number): Uint8Array {
  return new Uint8Array(1 + unitSealedBytes(sizeBytes, unit));
}

/** Opens a unit that arrived, after its hash: null when either is wrong. @param prefixed as from `unitBuffer`. */
export async function openUnit(
  suite: CryptoSuite,
  { sizeBytes, keys }: FileCipher,
  unit: number,
  prefixed: Uint8Array,
  expectedHash: Uint8Array,
): Promise<Uint8Array | null> {
  if (prefixed.length !== 1 + unitSealedBytes(sizeBytes, unit)) return null;
  if (!equalBytes(await hashUnit(suite, prefixed), expectedHash)) return null;
  return openChunks(suite, keys, runOf(sizeBytes, unit), prefixed.subarray(1));
}

/** The name under which a file is asked for directly: only who was given its key knows it. */
export function directFileId(suite: CryptoSuite, key: Uint8Array): Uint8Array {
  return suite.hkdf(key, new Uint8Array(0), utf8(LABELS.fileDirect), HASH_BYTES);
}

/** Joins unit hashes to the list a tree is made of. */
export function joinHashes(hashes: readonly Uint8Array[]): Uint8Array {
  return concat(...hashes);
}

function runOf(sizeBytes: number, unit: number) {
  return { firstChunk: unit * CHUNKS_PER_UNIT, hasFinal: isLastUnit(sizeBytes, unit) };
}
