/**
 * The witness of a store: 16 bytes beside it that say which batch was synced last. It is written after each batch and
 * not synced itself, so it is never ahead of the disk, and damage that cuts off the end of the store's log shows.
 */
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { crc32 } from "node:zlib";
import type { StoreWitness } from "@kith/client";
import { isSystemError } from "../config/node-error.ts";

/** Its name inside the folder of a store; LevelDB leaves names alone that it does not know. */
export const WITNESS_FILE = "newest-batch";

const FORMAT = 1;
const SIZE_BYTES = 16;

/**
 * Opens or makes the witness at a path; its folder must be there.
 * @param absence what it means that there is no file beside a store: `lost` that the store may have lost its end,
 *   `new` that nobody has noted anything yet. A file that cannot be read means `lost` in any case.
 */
export function openWitnessFile(path: string, absence: "lost" | "new"): StoreWitness {
  const before = absence === "new" && !existsSync(path) ? undefined : readNumber(path);
  if (!existsSync(path)) makeWitness(path);
  const file = openSync(path, "r+");
  let isOpen = true;
  return {
    read: async () => before,
    note(number) {
      if (isOpen) writeSync(file, encodeNumber(number), 0, SIZE_BYTES, 0);
    },
    close() {
      if (isOpen) closeSync(file);
      isOpen = false;
    },
  };
}

/** Nothing is noted in it yet; written whole, so that a power cut leaves no empty one, which would count as damage. */
function makeWitness(path: string): void {
  const draft = `${path}.new`;
  const file = openSync(draft, "w", 0o600);
  writeSync(file, encodeNumber(-1), 0, SIZE_BYTES, 0);
  fsyncSync(file);
  closeSync(file);
  renameSync(draft, path);
}

function encodeNumber(number: number): Uint8Array {
  const bytes = new Uint8Array(SIZE_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, FORMAT);
  view.setFloat64(4, number);
  view.setUint32(12, crc32(bytes.subarray(0, 12)));
  return bytes;
}

function readNumber(path: string): number | null {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return null;
    throw error;
  }
  if (bytes.length !== SIZE_BYTES) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, SIZE_BYTES);
  if (view.getUint32(0) !== FORMAT || view.getUint32(12) !== crc32(bytes.subarray(0, 12))) return null;
  const number = view.getFloat64(4);
  return Number.isSafeInteger(number) ? number : null;
}
