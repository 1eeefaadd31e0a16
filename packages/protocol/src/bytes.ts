/** Byte helpers shared by every codec; hex and UTF-8 come from the noble libraries. */
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { base64urlnopad } from "@scure/base";

/** Joins byte strings. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return concatBytes(...(parts as Uint8Array[]));
}

/** UTF-8 bytes of a text. */
export function utf8(text: string): Uint8Array {
  return utf8ToBytes(text);
}

/** Lower-case hex of bytes; used as map key and log-safe name of public ids. */
export function toHex(bytes: Uint8Array): string {
  return bytesToHex(bytes);
}

/**
 * Bytes of a hex text.
 * @throws Error when the text is not an even number of hex digits.
 */
export function fromHex(hex: string): Uint8Array {
  return hexToBytes(hex);
}

/** Base64url without padding. */
export function toBase64Url(bytes: Uint8Array): string {
  return base64urlnopad.encode(bytes);
}

/** Bytes of an unpadded base64url text, or null when it is not one. */
export function fromBase64Url(text: string): Uint8Array | null {
  try {
    return base64urlnopad.decode(text);
  } catch {
    return null; // the library has one failure: not this alphabet
  }
}

/** Whether two byte strings are equal; takes the same time for every difference of equal lengths. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= (a[i] as number) ^ (b[i] as number);
  return difference === 0;
}

/** Lexicographic order: negative, zero or positive. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Whether every byte is zero. */
export function isAllZero(bytes: Uint8Array): boolean {
  let or = 0;
  for (const byte of bytes) or |= byte;
  return or === 0;
}

/** Big-endian 32-bit form of an integer from 0 to 2^32 - 1. */
export function uint32ToBytes(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);
}

/** Big-endian 64-bit form of a safe non-negative integer. */
export function uint64ToBytes(value: number): Uint8Array {
  return concat(uint32ToBytes(Math.floor(value / 2 ** 32)), uint32ToBytes(value >>> 0));
}

/** Big-endian unsigned 32-bit integer at `offset`. */
export function bytesToUint32(bytes: Uint8Array, offset = 0): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(offset);
}

/** Overwrites secrets that are no longer needed. Best effort: engines may have copied them. */
export function wipe(...secrets: readonly Uint8Array[]): void {
  for (const secret of secrets) secret.fill(0);
}
