/** The name under which a node is reached on its own machine. */
import { createHash } from "node:crypto";
import { lstat } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join, resolve } from "node:path";
import { isSystemError, NodeError } from "../config/node-error.ts";

/** Longest path a UNIX socket can have everywhere: macOS holds 104 bytes with the closing zero. */
const MAX_SOCKET_PATH_BYTES = 103;

/** Where the control socket of a data folder is, and the folder that must be the owner's alone. */
export interface ControlPath {
  readonly path: string;
  /** Null for a named pipe. */
  readonly folder: string | null;
  /** The folder lies where every user of the machine may make one of that name first. */
  readonly isInSharedPlace: boolean;
}

/** The control socket of a data folder; one whose path is too long for a socket gets a short one by its hash. */
export function controlPath(dataFolder: string): ControlPath {
  const folder = resolve(dataFolder);
  const hash = createHash("sha256").update(folder).digest("hex").slice(0, 24);
  if (process.platform === "win32") return { path: `\\\\.\\pipe\\kith-${hash}`, folder: null, isInSharedPlace: false };
  const path = join(folder, "control.sock");
  if (Buffer.byteLength(path) <= MAX_SOCKET_PATH_BYTES) return { path, folder, isInSharedPlace: false };
  const short = join(tmpdir(), `kith-${userInfo().uid}-${hash}`);
  return { path: join(short, "control.sock"), folder: short, isInSharedPlace: true };
}

/**
 * Refuses a folder that somebody else made under the name of ours: its owner would get what is sent, PINs too.
 * A folder that does not exist is fine. @throws NodeError DATA_FOLDER.
 */
export async function refuseForeignFolder({ folder, isInSharedPlace }: ControlPath): Promise<void> {
  if (folder === null || !isInSharedPlace) return;
  try {
    const found = await lstat(folder);
    if (found.isDirectory() && found.uid === process.getuid?.()) return;
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return;
    throw error;
  }
  throw new NodeError("DATA_FOLDER", `${folder} was made by another user of this machine`);
}
