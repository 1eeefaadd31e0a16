/** Unpacks Snappy blocks, which LevelDB uses for its tables. @see google/snappy, format_description.txt */
import { ByteReader } from "./byte-reader.ts";

/** Blocks of a table unpack to far less; a length beyond this is damage. */
const MAX_UNPACKED_BYTES = 64 * 2 ** 20;

/** The unpacked block. @throws RangeError when it is damaged. */
export function unpackSnappy(packed: Uint8Array): Uint8Array {
  const reader = new ByteReader(packed);
  const length = reader.varint();
  if (length > MAX_UNPACKED_BYTES) throw new RangeError("a block is too large");
  const result = new Uint8Array(length);
  let at = 0;
  while (!reader.isAtEnd) {
    const tag = reader.byte();
    if ((tag & 3) === 0) {
      const literal = reader.take(literalLength(tag >>> 2, reader));
      result.set(literal, at);
      at += literal.length;
    } else at = copyBack(result, at, readCopy(tag, reader));
  }
  if (at !== length) throw new RangeError("a block has another length than it says");
  return result;
}

function literalLength(size: number, reader: ByteReader): number {
  return size < 60 ? size + 1 : readLittleEndian(reader, size - 59) + 1;
}

interface Copy {
  readonly length: number;
  readonly offset: number;
}

function readCopy(tag: number, reader: ByteReader): Copy {
  if ((tag & 3) === 1) return { length: ((tag >>> 2) & 7) + 4, offset: (tag >>> 5) * 256 + reader.byte() };
  return { length: (tag >>> 2) + 1, offset: readLittleEndian(reader, (tag & 3) === 2 ? 2 : 4) };
}

/** Copies may overlap what they write, so that one byte can be repeated. */
function copyBack(result: Uint8Array, at: number, { length, offset }: Copy): number {
  if (offset === 0 || offset > at || at + length > result.length) throw new RangeError("a copy lies outside its block");
  for (let index = at; index < at + length; index++) result[index] = result[index - offset] as number;
  return at + length;
}

function readLittleEndian(reader: ByteReader, bytes: number): number {
  let value = 0;
  for (let index = 0; index < bytes; index++) value += reader.byte() * 256 ** index;
  return value;
}
