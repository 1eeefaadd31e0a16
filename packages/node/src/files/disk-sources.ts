/** The `FileSources` port on disk: files that are sent from where they lie. */
import { constants, type FileHandle, open } from "node:fs/promises";
import type { FileSource, FileSources } from "@kith/client";
import { isSystemError } from "../config/node-error.ts";
import { readFully } from "./read-fully.ts";

/** Files of this machine. Only regular files can be sent: a pipe or a device has no end. */
export const DISK_SOURCES: FileSources = Object.freeze({ open: openSource });

async function openSource(path: string): Promise<FileSource | null> {
  let handle: FileHandle;
  try {
    // Without O_NONBLOCK the opening of a pipe would wait for somebody who writes to it.
    handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    if (error instanceof Error && "code" in error) return null;
    throw error;
  }
  const stats = await handle.stat();
  if (!stats.isFile()) {
    await handle.close();
    return null;
  }
  return {
    sizeBytes: stats.size,
    modifiedMs: Math.floor(stats.mtimeMs),
    read: (offset, into) => readQuietly(handle, into, offset),
    close: () => handle.close(),
  };
}

/** What cannot be read is told by its length: the disk it lay on may have been taken away. */
async function readQuietly(handle: FileHandle, into: Uint8Array, offset: number): Promise<number> {
  try {
    return await readFully(handle, into, offset);
  } catch (error) {
    if (isSystemError(error, "EIO", "EBADF", "ENXIO", "ESTALE", "ENODEV")) return 0;
    throw error;
  }
}
