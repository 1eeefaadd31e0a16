/** The name under which a node is reached on its own machine. */
import { createHash } from "node:crypto";
import { tmpdir, userInfo } from "node:os";
import { join, resolve } from "node:path";

/** Longest path a UNIX socket can have everywhere: macOS holds 104 bytes with the closing zero. */
const MAX_SOCKET_PATH_BYTES = 103;

/** Where the control socket of a data folder is, and the folder that must be the owner's alone. */
export interface ControlPath {
  readonly path: string;
  /** Null for a named pipe. */
  readonly folder: string | null;
}

/** The control socket of a data folder; one whose path is too long for a socket gets a short one by its hash. */
export function controlPath(dataFolder: string): ControlPath {
  const folder = resolve(dataFolder);
  const hash = createHash("sha256").update(folder).digest("hex").slice(0, 24);
  if (process.platform === "win32") return { path: `\\\\.\\pipe\\kith-${hash}`, folder: null };
  const path = join(folder, "control.sock");
  if (Buffer.byteLength(path) <= MAX_SOCKET_PATH_BYTES) return { path, folder };
  const short = join(tmpdir(), `kith-${userInfo().uid}-${hash}`);
  return { path: join(short, "control.sock"), folder: short };
}
