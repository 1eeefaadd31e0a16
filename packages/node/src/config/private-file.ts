/** Small files that only their owner may read, written so that a power cut leaves the old or the new one whole. */
import { type FileHandle, open, readFile, rename, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { isSystemError } from "./node-error.ts";

/** The bytes of a file, or null when there is none. */
export async function readFileIfAny(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return null;
    throw error;
  }
}

/** Whether anyone but the owner may read the file; always false on Windows, where folders decide. */
export async function isOpenToOthers(path: string): Promise<boolean> {
  return process.platform !== "win32" && ((await stat(path)).mode & 0o077) !== 0;
}

async function writeSynced(file: FileHandle, data: Uint8Array): Promise<void> {
  try {
    await file.writeFile(data);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Replaces a file; resolves after both the file and its name are on disk. */
export async function writePrivateFile(path: string, data: Uint8Array): Promise<void> {
  const draft = `${path}.new`;
  await writeSynced(await open(draft, "w", 0o600), data);
  await rename(draft, path);
  await syncFolder(dirname(path));
}

/** Makes the names in a folder durable. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder to sync it, and keeps names by itself.
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
