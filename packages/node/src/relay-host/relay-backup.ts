/**
 * Back-up and restore of a relay that is not running: its identity and its stores, copied file by file with a list of
 * their hashes. A restored relay says `degraded` for every queue, since what came after the back-up is missing: that is
 * what makes senders fill it up again.
 */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { copyFile, mkdir, open, readdir, readFile, rm, stat } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { array, integer, minValue, number, object, pipe, regex, safeParse, string } from "valibot";
import { prepareDataFolder } from "../config/data-folder.ts";
import { isSystemError, NodeError } from "../config/node-error.ts";
import { writePrivateFile } from "../config/private-file.ts";
import { refuseSecondNode } from "../daemon/host-node.ts";
import { WITNESS_FILE } from "./witness-file.ts";

/** What a relay is: its key, its ports, and its stores; senders bring sealed units of files again by themselves. */
const FILES = ["node.seed", "config.json"] as const;
const STORES = ["queues", "boxes", "directory"] as const;

const LIST_FILE = "backup.json";

/** A file of a back-up: its place below the folder, with forward slashes. */
interface BackedUpFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

const PLACE = /^(?!.*\.\.)[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+){0,2}$/;
const list = object({
  version: pipe(number(), integer(), minValue(1)),
  files: array(
    object({
      path: pipe(string(), regex(PLACE)),
      sizeBytes: pipe(number(), integer(), minValue(0)),
      sha256: pipe(string(), regex(/^[0-9a-f]{64}$/)),
    }),
  ),
});

/** How much was copied. */
export interface CopyResult {
  readonly files: number;
  readonly sizeBytes: number;
}

/** Copies a relay that is not running into an empty or new folder. @throws NodeError NODE_RUNNING, BACKUP. */
export async function backUpRelay(dataFolder: string, to: string): Promise<CopyResult> {
  await refuseSecondNode(dataFolder);
  const paths = await findPaths(dataFolder);
  if (!paths.includes("node.seed")) throw new NodeError("BACKUP", `there is no relay in ${dataFolder}`);
  await prepareEmpty(to);
  const files: BackedUpFile[] = [];
  for (const path of paths) files.push(await copySynced(dataFolder, to, path));
  await writePrivateFile(join(to, LIST_FILE), Buffer.from(`${JSON.stringify({ version: 1, files }, null, 2)}\n`));
  return toResult(files);
}

/** Puts a back-up into an empty or new data folder, after its hashes were checked. @throws NodeError BACKUP. */
export async function restoreRelay(from: string, dataFolder: string): Promise<CopyResult> {
  const files = await readList(from);
  for (const file of files) await checkFile(from, file);
  await prepareEmpty(dataFolder);
  for (const { path } of files) await copySynced(from, dataFolder, path);
  // Without its witness a store is taken for one that lost its end, which a restored one did.
  for (const store of STORES) await rm(join(dataFolder, store, WITNESS_FILE), { force: true });
  return toResult(files);
}

function toResult(files: readonly BackedUpFile[]): CopyResult {
  return { files: files.length, sizeBytes: files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) };
}

async function findPaths(folder: string): Promise<readonly string[]> {
  const paths: string[] = [];
  for (const name of FILES) if (await exists(join(folder, name))) paths.push(name);
  for (const store of STORES) {
    if (!(await exists(join(folder, store)))) continue;
    const entries = await readdir(join(folder, store), { recursive: true, withFileTypes: true });
    for (const entry of entries) {
      if (!entry.isFile() || entry.name === "LOCK") continue;
      paths.push(relative(folder, join(entry.parentPath, entry.name)).split("\\").join("/"));
    }
  }
  return paths.sort();
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return false;
    throw error;
  }
}

async function prepareEmpty(folder: string): Promise<void> {
  await prepareDataFolder(folder);
  if ((await readdir(folder)).length > 0) throw new NodeError("BACKUP", `${folder} is not empty`);
}

async function copySynced(from: string, to: string, path: string): Promise<BackedUpFile> {
  const target = join(to, path);
  await mkdir(dirname(target), { recursive: true, mode: 0o700 });
  await copyFile(join(from, path), target);
  const handle = await open(target, "r+");
  try {
    await handle.chmod(0o600);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return { path, sizeBytes: (await stat(target)).size, sha256: await hashOf(target) };
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

async function readList(folder: string): Promise<readonly BackedUpFile[]> {
  try {
    const outcome = safeParse(list, JSON.parse(await readFile(join(folder, LIST_FILE), "utf8")));
    if (outcome.success && outcome.output.version === 1) return outcome.output.files;
  } catch (cause) {
    if (!(cause instanceof SyntaxError) && !isSystemError(cause, "ENOENT", "ENOTDIR", "EACCES", "EISDIR")) throw cause;
  }
  throw new NodeError("BACKUP", `${folder} is not a back-up of a relay: its ${LIST_FILE} is missing or wrong`);
}

async function checkFile(folder: string, { path, sizeBytes, sha256 }: BackedUpFile): Promise<void> {
  const place = join(folder, path);
  const isWhole = (await exists(place)) && (await stat(place)).size === sizeBytes && (await hashOf(place)) === sha256;
  if (!isWhole) throw new NodeError("BACKUP", `${path} of the back-up is missing or damaged; nothing was restored`);
}
