/** The `FileVault` port on disk: one file a name, its units one after the other, opened only by their keys elsewhere. */
import { type FileHandle, mkdir, open, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { type FileVault, VaultError, type VaultFile } from "@kith/client";
import { isSystemError } from "../config/node-error.ts";
import { readFully } from "./read-fully.ts";

/** A whole sealed unit, in bytes (docs/spec/07-file.md). */
const UNIT_BYTES = 1_049_600;

const NAME = /^[0-9a-f]{32}$/;

/** Opens the vault in a folder, made when missing; only its owner can read it. @throws VaultError. */
export async function openDiskVault(folder: string): Promise<FileVault> {
  await failing(() => mkdir(folder, { recursive: true, mode: 0o700 }));
  const pathOf = (name: string): string => {
    if (!NAME.test(name)) throw new RangeError("a name in the vault has 32 hex digits");
    return join(folder, name);
  };
  return {
    open: async (name) => openFile(folder, pathOf(name)),
    remove: (name) => failing(() => rm(pathOf(name), { force: true })),
    list: () => failing(async () => (await readdir(folder)).filter((name) => NAME.test(name))),
  };
}

async function openFile(folder: string, path: string): Promise<VaultFile> {
  const handle = await failing(() => openOrMake(path));
  return {
    read: (unit, into) => failing(() => readFully(handle, into, unit * UNIT_BYTES)),
    write: (unit, sealed) => failing(() => writeFully(handle, sealed, unit * UNIT_BYTES)),
    sync: () =>
      failing(async () => {
        await handle.sync();
        await syncFolder(folder);
      }),
    close: () => failing(() => handle.close()),
  };
}

async function openOrMake(path: string): Promise<FileHandle> {
  try {
    return await open(path, "r+");
  } catch (error) {
    if (!isSystemError(error, "ENOENT")) throw error;
    return await open(path, "w+", 0o600);
  }
}

async function writeFully(handle: FileHandle, bytes: Uint8Array, at: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, at + done);
    done += bytesWritten;
  }
}

/** Makes a new name in a folder durable; Windows has no such thing, and does it by itself. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function failing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new VaultError(cause);
  }
}
