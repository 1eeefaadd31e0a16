/** Writes a file into a folder under its own name: it appears whole, synced and verified, or not at all. */
import { randomBytes } from "node:crypto";
import { type FileHandle, link, open, rename, unlink } from "node:fs/promises";
import { join } from "node:path";
import { numberedFileName } from "@kith/protocol";
import { isSystemError, NodeError } from "../config/node-error.ts";
import { syncFolder } from "./disk-vault.ts";

/** Names tried in a folder that has one of this name already. */
const MAX_NAMES = 1000;

/**
 * @param name its own safe form. @param units the bytes in order; an error of theirs leaves nothing behind.
 * @returns the path it got: nothing is overwritten, a second one is called `name (2)`.
 * @throws NodeError FILE_FOLDER when the folder cannot be written.
 */
export async function saveFile(folder: string, name: string, units: AsyncIterable<Uint8Array>): Promise<string> {
  const part = join(folder, `.kith-${randomBytes(8).toString("hex")}.part`);
  const handle = await inFolder(folder, () => open(part, "wx", 0o600));
  try {
    await writeAll(folder, handle, units);
    const path = await inFolder(folder, () => giveName(folder, part, name));
    await inFolder(folder, () => syncFolder(folder));
    return path;
  } catch (error) {
    await unlinkIfThere(part);
    throw error;
  }
}

async function writeAll(folder: string, handle: FileHandle, units: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    for await (const bytes of units) await inFolder(folder, () => handle.writeFile(bytes));
    await inFolder(folder, () => handle.sync());
  } finally {
    await handle.close();
  }
}

/** Gives the part its name, which must be free. */
async function giveName(folder: string, part: string, name: string): Promise<string> {
  for (let number = 1; number <= MAX_NAMES; number++) {
    const path = join(folder, number === 1 ? name : numberedFileName(name, number));
    if (await moveIfFree(part, path)) return path;
  }
  throw new NodeError("FILE_FOLDER", `the folder ${folder} has ${MAX_NAMES} files of this name`);
}

async function moveIfFree(part: string, path: string): Promise<boolean> {
  try {
    await link(part, path);
  } catch (error) {
    if (isSystemError(error, "EEXIST")) return false;
    // File systems without hard links: a name that is free now is taken; the moment between is the best there is.
    if (!isSystemError(error, "EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS")) throw error;
    return await renameIfFree(part, path);
  }
  await unlink(part);
  return true;
}

async function renameIfFree(part: string, path: string): Promise<boolean> {
  let taken: FileHandle;
  try {
    taken = await open(path, "wx");
  } catch (error) {
    if (isSystemError(error, "EEXIST")) return false;
    throw error;
  }
  await taken.close();
  await rename(part, path);
  return true;
}

async function unlinkIfThere(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (!isSystemError(error, "ENOENT")) throw error;
  }
}

async function inFolder<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof Error && "code" in cause) || cause instanceof NodeError) throw cause;
    throw new NodeError("FILE_FOLDER", `the folder ${folder} cannot be written (${cause.code})`, { cause });
  }
}
