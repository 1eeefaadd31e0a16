/**
 * CRC-32C (Castagnoli), eight bytes a step, because whole stores are summed with it at each start.
 * `node:zlib` has the CRC-32 of another polynomial only.
 * @see RFC 3720 section B.4; tables as in "A Systematic Approach to Building High Performance Software-based CRC
 * Generators" (Kounavis and Berry, 2005).
 */

const POLYNOMIAL = 0x82f63b78;

/** Table n turns a byte that n more bytes follow into its part of the sum. */
const [T0, T1, T2, T3, T4, T5, T6, T7] = makeTables();

type Tables = readonly [Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array];

function makeTables(): Tables {
  const tables = Array.from({ length: 8 }, () => new Int32Array(256)) as unknown as Tables;
  for (let byte = 0; byte < 256; byte++) {
    let sum = byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ POLYNOMIAL : sum >>> 1;
    tables[0][byte] = sum;
  }
  for (const [index, table] of tables.entries()) {
    for (let byte = 0; index > 0 && byte < 256; byte++) {
      const before = tables[(index - 1) as 0][byte] as number;
      table[byte] = (before >>> 8) ^ (tables[0][before & 255] as number);
    }
  }
  return tables;
}

/** The sum of the bytes from `start` to before `end`, 0 to 2³² − 1. */
export function crc32c(bytes: Uint8Array, start = 0, end: number = bytes.length): number {
  const at = (index: number): number => bytes[index] as number;
  let sum = -1;
  let i = start;
  for (; i + 8 <= end; i += 8) {
    sum ^= at(i) | (at(i + 1) << 8) | (at(i + 2) << 16) | (at(i + 3) << 24);
    sum =
      (T7[sum & 255] as number) ^
      (T6[(sum >>> 8) & 255] as number) ^
      (T5[(sum >>> 16) & 255] as number) ^
      (T4[sum >>> 24] as number) ^
      (T3[at(i + 4)] as number) ^
      (T2[at(i + 5)] as number) ^
      (T1[at(i + 6)] as number) ^
      (T0[at(i + 7)] as number);
  }
  for (; i < end; i++) sum = (sum >>> 8) ^ (T0[(sum ^ at(i)) & 255] as number);
  return ~sum >>> 0;
}
