/**
 * Erases what a node keeps, when its person asked for it: keys first, so that whatever stops it, what is left does not
 * open. A mark in the folder says that an erasure has begun; the next start finishes it.
 */
import { open, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { isSystemError } from "./node-error.ts";
import { readFileIfAny, syncFolder, writePrivateFile } from "./private-file.ts";

const MARK = "erasing";

/** Without the first nothing in the store opens, without the second nothing that vanishes. */
const KEYS = ["device.secret", "table.key"] as const;

/** Everything else that Kith ever wrote into a data folder; what somebody else put there stays. */
const REST = [
  "account",
  "files",
  "queues",
  "boxes",
  "blobs",
  "directory",
  "node.seed",
  "page.token",
  "config.json",
  "echo.json",
  "turn",
] as const;

/** Whether a folder is one that Kith made: nobody else's is erased. */
export async function isDataFolder(folder: string): Promise<boolean> {
  const found = await Promise.all([...KEYS, MARK, "node.seed"].map((name) => isFile(join(folder, name))));
  return found.includes(true);
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch (error) {
    if (isSystemError(error, "ENOENT", "ENOTDIR")) return false;
    throw error;
  }
}

/** Marks the folder and erases its keys. */
export async function eraseKeys(folder: string): Promise<void> {
  await writePrivateFile(join(folder, MARK), new Uint8Array(0));
  for (const name of KEYS) await shred(join(folder, name));
  await syncFolder(folder);
}

/** Erases the account's store and files, which nobody has open any more. */
export async function eraseAccount(folder: string): Promise<void> {
  for (const name of ["account", "files"]) await rm(join(folder, name), { recursive: true, force: true });
}

/** Ends an erasure that was begun, if there was one. Nothing in the folder is open. */
export async function finishErasure(folder: string): Promise<void> {
  if ((await readFileIfAny(join(folder, MARK))) === null) return;
  for (const name of KEYS) await shred(join(folder, name));
  for (const name of REST) await rm(join(folder, name), { recursive: true, force: true });
  await syncFolder(folder);
  await rm(join(folder, MARK), { force: true });
}

/** Writes over a small file before its name goes: on many disks, though not on all, the bytes are gone then. */
async function shred(path: string): Promise<void> {
  for (const each of [path, `${path}.new`]) {
    await overwrite(each);
    await rm(each, { force: true });
  }
}

async function overwrite(path: string): Promise<void> {
  try {
    const { size } = await stat(path);
    const file = await open(path, "r+");
    try {
      await file.write(Buffer.alloc(size), 0, size, 0);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    if (!isSystemError(error, "ENOENT")) throw error;
  }
}
