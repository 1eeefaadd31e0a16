/** Where a node keeps everything it has: one folder that only its owner can read. */
import { chmod, mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { isSystemError, NodeError } from "./node-error.ts";

/** The parts of a system that decide where data lives. */
export interface SystemPlace {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The system this process runs on. */
export function currentPlace(): SystemPlace {
  return { platform: process.platform, home: homedir(), env: process.env };
}

/** The folder for applications' data on this kind of system. */
function dataHome({ platform, home, env }: SystemPlace): string {
  if (platform === "win32") return env.APPDATA || join(home, "AppData", "Roaming");
  if (platform === "darwin") return join(home, "Library", "Application Support");
  const { XDG_DATA_HOME } = env;
  return XDG_DATA_HOME?.startsWith("/") ? XDG_DATA_HOME : join(home, ".local", "share");
}

/** What a data folder belongs to. */
export type NodeKind = "personal" | "relay" | "echo";

const FOLDER_NAMES: { readonly [K in NodeKind]: string } = { personal: "kith", relay: "kith-relay", echo: "kith-echo" };

/**
 * The data folder of a node: the given one, else `KITH_DATA`, else the system's place for data. A relay and Echo have
 * folders of their own beside the personal node's.
 * @param given the value of `--data`.
 */
export function findDataFolder(kind: NodeKind, given: string | undefined, place: SystemPlace = currentPlace()): string {
  if (given !== undefined && given !== "") return resolve(given);
  const personal = resolve(place.env.KITH_DATA || join(dataHome(place), FOLDER_NAMES.personal));
  return kind === "personal" ? personal : join(dirname(personal), FOLDER_NAMES[kind]);
}

/** Makes the folder if needed and lets nobody but its owner in. @throws NodeError DATA_FOLDER. */
export async function prepareDataFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    if (process.platform !== "win32") await chmod(folder, 0o700);
  } catch (cause) {
    if (!isSystemError(cause, "EACCES", "EPERM", "EROFS", "ENOTDIR", "EEXIST", "ENOSPC", "ENOENT")) throw cause;
    throw new NodeError("DATA_FOLDER", `the data folder ${folder} cannot be used (${cause.code})`, { cause });
  }
}
