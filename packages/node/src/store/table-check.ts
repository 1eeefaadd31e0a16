/**
 * Checks the tables of a LevelDB store before it is opened. LevelDB sums every block but looks at the sums neither when
 * it opens a table nor when it reads one: a flipped bit then shows other keys, hides rows, or ends the whole process by
 * an assertion.
 * @see google/leveldb, doc/table_format.md: blocks of data, one of the index, a footer of 48 bytes.
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { ByteReader } from "./byte-reader.ts";
import { crc32c } from "./crc32c.ts";
import { unpackSnappy } from "./snappy.ts";

const TABLE_NAME = /^\d{6,}\.(?:ldb|sst)$/;

const FOOTER_BYTES = 48;
const MAGIC = 0xdb4775248b80fb57n;

/** After each block: how it is packed, and its sum. */
const TRAILER_BYTES = 5;
const SNAPPY = 1;

/** What LevelDB adds to a rotated sum, so that the sum of a sum is not the sum. */
const MASK_DELTA = 0xa282ead8;

/** Where a block lies in its file. */
interface BlockHandle {
  readonly offset: number;
  readonly sizeBytes: number;
}

/** The names of the tables in a store's folder whose blocks are not what was written; none for a new store. */
export async function findDamagedTables(location: string): Promise<readonly string[]> {
  const damaged: string[] = [];
  for (const name of (await readdir(location)).filter((each) => TABLE_NAME.test(each)).sort()) {
    if (!isIntactTable(await readFile(join(location, name)))) damaged.push(name);
  }
  return damaged;
}

/** Whether every block of a table has the sum that was written with it, and the index leads to all of them. */
export function isIntactTable(table: Uint8Array): boolean {
  try {
    if (table.length < FOOTER_BYTES) return false;
    const footer = table.subarray(table.length - FOOTER_BYTES);
    if (new DataView(footer.buffer, footer.byteOffset).getBigUint64(FOOTER_BYTES - 8, true) !== MAGIC) return false;
    const reader = new ByteReader(footer);
    const [metaIndex, index] = [readHandle(reader), readHandle(reader)];
    // The blocks of data, and those about them: LevelDB's filters.
    const blocks = [index, metaIndex].flatMap((each) => readIndex(unpackBlock(table, each)));
    if (!blocks.every((block) => isIntactBlock(table, block))) return false;
    return coversAll([...blocks, metaIndex, index], table.length - FOOTER_BYTES);
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function readHandle(reader: ByteReader): BlockHandle {
  return { offset: reader.varint(), sizeBytes: reader.varint() };
}

function isIntactBlock(table: Uint8Array, { offset, sizeBytes }: BlockHandle): boolean {
  const end = offset + sizeBytes + 1;
  if (end + 4 > table.length) return false;
  const view = new DataView(table.buffer, table.byteOffset + end, 4);
  const sum = crc32c(table, offset, end);
  return (((sum >>> 15) | (sum << 17)) + MASK_DELTA) >>> 0 === view.getUint32(0, true);
}

/** @throws RangeError when the sum differs or the block does not unpack. */
function unpackBlock(table: Uint8Array, handle: BlockHandle): Uint8Array {
  if (!isIntactBlock(table, handle)) throw new RangeError("a block has another sum than was written");
  const end = handle.offset + handle.sizeBytes;
  const bytes = table.subarray(handle.offset, end);
  return table[end] === SNAPPY ? unpackSnappy(bytes) : bytes;
}

/** The handles that an index block holds as the values of its rows. */
function readIndex(block: Uint8Array): readonly BlockHandle[] {
  if (block.length < 4) throw new RangeError("an index is too short");
  const restarts = new DataView(block.buffer, block.byteOffset).getUint32(block.length - 4, true);
  const end = block.length - 4 - restarts * 4;
  if (end < 0) throw new RangeError("an index has too many restarts");
  const reader = new ByteReader(block.subarray(0, end));
  const handles: BlockHandle[] = [];
  while (!reader.isAtEnd) {
    reader.varint(); // bytes shared with the key before
    const [keyBytes, valueBytes] = [reader.varint(), reader.varint()];
    reader.take(keyBytes);
    handles.push(readHandle(new ByteReader(reader.take(valueBytes))));
  }
  return handles;
}

/** Blocks lie one after the other without a gap. */
function coversAll(blocks: readonly BlockHandle[], length: number): boolean {
  let at = 0;
  for (const { offset, sizeBytes } of [...blocks].sort((a, b) => a.offset - b.offset)) {
    if (offset !== at) return false;
    at += sizeBytes + TRAILER_BYTES;
  }
  return at === length;
}
