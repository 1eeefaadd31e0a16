/**
 * How a file is cut: chunks of the encryption, units of the hash tree, parts of the wire. Everything follows from the
 * size alone, so no count in a message can disagree with it.
 * @see docs/spec/07-file.md (Cutting)
 */
import { MAX_FILE_BYTES } from "../limits.ts";

/** Plaintext of every chunk but the last, in bytes (C2SP chunked-encryption). */
export const CHUNK_BYTES: number = 16 * 1024;

/** The AEAD tag of one chunk, in bytes. */
export const TAG_BYTES = 16;

/** Plaintext of every unit but the last, in bytes: 64 chunks. */
export const UNIT_BYTES: number = 64 * CHUNK_BYTES;

/** Sealed chunks that travel in one frame: 65,600 bytes. */
export const PART_BYTES: number = 4 * (CHUNK_BYTES + TAG_BYTES);

/** The number of units of a file; the last one may be an empty chunk and nothing else. */
export function unitCount(sizeBytes: number): number {
  if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 1 || sizeBytes > MAX_FILE_BYTES) {
    throw new RangeError(`a file has 1 to ${MAX_FILE_BYTES} bytes`);
  }
  return Math.floor(sizeBytes / UNIT_BYTES) + 1;
}

/** The plaintext of a unit, in bytes. @throws RangeError when the file has no such unit. */
export function unitPlainBytes(sizeBytes: number, unit: number): number {
  const last = unitCount(sizeBytes) - 1;
  if (!Number.isSafeInteger(unit) || unit < 0 || unit > last) throw new RangeError("there is no such unit");
  return unit < last ? UNIT_BYTES : sizeBytes % UNIT_BYTES;
}

/** A unit once it is sealed, in bytes. */
export function unitSealedBytes(sizeBytes: number, unit: number): number {
  return sealedBytes(unitPlainBytes(sizeBytes, unit), isLastUnit(sizeBytes, unit));
}

/** Whether the unit carries the last chunk, which is the only short one. */
export function isLastUnit(sizeBytes: number, unit: number): boolean {
  return unit === unitCount(sizeBytes) - 1;
}

/** The number of parts a unit travels in. */
export function partCount(sizeBytes: number, unit: number): number {
  return Math.ceil(unitSealedBytes(sizeBytes, unit) / PART_BYTES);
}

/** The bytes of a sealed unit that one part carries, as [start, end). */
export function partRange(sizeBytes: number, unit: number, part: number): readonly [start: number, end: number] {
  const start = part * PART_BYTES;
  return [start, Math.min(start + PART_BYTES, unitSealedBytes(sizeBytes, unit))];
}

/** Chunks of `plainBytes`, the short last one included when there is one. */
export function chunkCount(plainBytes: number, hasFinal: boolean): number {
  return Math.floor(plainBytes / CHUNK_BYTES) + (hasFinal ? 1 : 0);
}

function sealedBytes(plainBytes: number, hasFinal: boolean): number {
  return plainBytes + TAG_BYTES * chunkCount(plainBytes, hasFinal);
}
