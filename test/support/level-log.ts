/**
 * Reads the log files of a LevelDB: every change that was written since the last compaction, those that were deleted or
 * written over included. It is what somebody finds who reads the disk and not the database.
 * @see https://github.com/google/leveldb/blob/main/doc/log_format.md
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** A value as it once stood under a key. */
export interface OldValue {
  readonly name: string;
  readonly value: Uint8Array;
}

const BLOCK_BYTES = 32 * 1024;
const RECORD_HEADER_BYTES = 7;
const BATCH_HEADER_BYTES = 12;

const PART = { full: 1, first: 2, middle: 3, last: 4 } as const;

/** Every value in the logs of a folder, oldest first. */
export async function readOldValues(folder: string): Promise<readonly OldValue[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".log")).sort();
  const files = await Promise.all(names.map((name) => readFile(join(folder, name))));
  return files.flatMap((file) => readBatches(file).flatMap(readBatch));
}

/** The batches of one file: records, of which a long one stands in several parts. */
function readBatches(file: Buffer): readonly Buffer[] {
  const batches: Buffer[] = [];
  let parts: Buffer[] = [];
  for (let at = 0; at + RECORD_HEADER_BYTES <= file.length; ) {
    const leftInBlock = BLOCK_BYTES - (at % BLOCK_BYTES);
    if (leftInBlock < RECORD_HEADER_BYTES) {
      at += leftInBlock;
      continue;
    }
    const length = file.readUInt16LE(at + 4);
    const part: number = file.readUInt8(at + 6);
    if (part < PART.full || part > PART.last) break; // room that was kept free
    if (at + RECORD_HEADER_BYTES + length > file.length) break; // being written at this moment
    const data = file.subarray(at + RECORD_HEADER_BYTES, at + RECORD_HEADER_BYTES + length);
    at += RECORD_HEADER_BYTES + length;
    parts = part === PART.full || part === PART.first ? [data] : [...parts, data];
    if (part === PART.full || part === PART.last) batches.push(Buffer.concat(parts));
  }
  return batches;
}

function readBatch(batch: Buffer): readonly OldValue[] {
  const values: OldValue[] = [];
  let at = BATCH_HEADER_BYTES;
  const readBytes = (): Buffer => {
    let length = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = batch.readUInt8(at++);
      length |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    at += length;
    return batch.subarray(at - length, at);
  };
  while (at < batch.length) {
    const isPut = batch.readUInt8(at++) === 1;
    const name = readBytes().toString("utf8");
    if (isPut) values.push({ name, value: new Uint8Array(readBytes()) });
  }
  return values;
}
