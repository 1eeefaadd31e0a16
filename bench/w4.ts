/**
 * W4: a file from a disk to a disk between two processes on loopback: every unit verified, all of it synced, the result
 * compared by SHA-256. Beside it, in the same run, what the disk alone does: the same bytes copied and synced twice,
 * since a received file is kept sealed and then saved.
 */
import { createHash, randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { compare, type Report, rounded } from "./report.ts";
import { SMOKE_VARIABLE } from "./smoke.ts";
import type { FileNodeReady, FileOffered, FileReport, FileSend, FileTake, FileTaken } from "./w4-worker.ts";
import { startWorker, type Worker } from "./worker-process.ts";

const WORKER = new URL("./w4-worker.ts", import.meta.url);
const MIB = 1024 * 1024;

/** Sizes of the files in MiB, and the rounds of each. */
const WORK =
  process.env[SMOKE_VARIABLE] === undefined ? { sizesMiB: [256, 1024], rounds: 3 } : { sizesMiB: [8], rounds: 1 };

interface FileFigures {
  readonly fetchMbPerSecond: number;
  readonly savedMbPerSecond: number;
  readonly offerMbPerSecond: number;
  readonly cpuSecondsPerGb: number;
  readonly receiverMbAboveIdle: number;
  readonly senderMbAboveIdle: number;
  readonly isHashOk: boolean;
}

/** Takes the figures. */
export async function takeW4(): Promise<Report> {
  const rows: Report["rows"][number][] = [];
  const all: Record<string, readonly FileFigures[]> = {};
  for (const sizeMiB of WORK.sizesMiB) {
    const own: FileFigures[] = [];
    const disk: number[] = [];
    for (let round = 1; round <= WORK.rounds; round++) {
      await inFreshFolder(async (folder) => {
        const path = join(folder, "source.bin");
        await writeRandom(path, sizeMiB);
        disk.push((sizeMiB * MIB) / 1e6 / (await copyTwice(folder, path)));
        own.push(await takeOne(folder, path, sizeMiB * MIB));
      });
      const { fetchMbPerSecond, savedMbPerSecond } = own.at(-1) as FileFigures;
      process.stderr.write(
        `${sizeMiB} MiB, round ${round}: ${rounded(fetchMbPerSecond)}, saved ${rounded(savedMbPerSecond)} MB/s\n`,
      );
    }
    all[`${sizeMiB} MiB`] = own;
    rows.push(
      compare(
        { name: `${sizeMiB} MiB, accepted to saved`, unit: "MB/s", better: "more" },
        own.map((each) => each.savedMbPerSecond),
        "copied and synced twice, no network",
        disk,
      ),
    );
  }
  const rounds = Object.values(all).flat();
  return {
    rows,
    durability: "S: units synced before the sender is told, the saved file and its name synced",
    files: all,
    isHashOk: rounds.every(({ isHashOk }) => isHashOk),
  };
}

async function takeOne(folder: string, path: string, sizeBytes: number): Promise<FileFigures> {
  const a = startWorker(WORKER, [join(folder, "a")]);
  const b = startWorker(WORKER, [join(folder, "b")]);
  try {
    const [{ invite }] = await Promise.all([b.next<FileNodeReady>("ready"), a.next<FileNodeReady>("ready")]);
    const send: FileSend = { type: "send", invite, path };
    const { seconds } = await a.ask<FileOffered>(send, "offered");
    const saveTo = join(folder, "saved");
    await mkdir(saveTo);
    const before = await Promise.all([report(a), report(b)]);
    const take: FileTake = { type: "take", folder: saveTo };
    const taken = await b.ask<FileTaken>(take, "taken");
    const after = await Promise.all([report(a), report(b)]);
    const megabytes = sizeBytes / 1e6;
    const cpu = (reports: readonly FileReport[]): number => reports.reduce((sum, each) => sum + each.cpuSeconds, 0);
    const [sender, receiver] = after.map((each, at) => (each.maxRssBytes - (before[at]?.rssBytes ?? 0)) / MIB);
    return {
      fetchMbPerSecond: megabytes / taken.fetchSeconds,
      savedMbPerSecond: megabytes / (taken.fetchSeconds + taken.saveSeconds),
      offerMbPerSecond: megabytes / seconds,
      cpuSecondsPerGb: (cpu(after) - cpu(before)) / (sizeBytes / 1e9),
      senderMbAboveIdle: sender ?? 0,
      receiverMbAboveIdle: receiver ?? 0,
      isHashOk: (await hashOf(path)) === (await hashOf(taken.path)),
    };
  } finally {
    await Promise.all([a.stop(), b.stop()]);
  }
}

function report(worker: Worker): Promise<FileReport> {
  return worker.ask<FileReport>({ type: "report" }, "report");
}

async function writeRandom(path: string, sizeMiB: number): Promise<void> {
  const handle = await open(path, "w");
  for (let at = 0; at < sizeMiB; at++) await handle.write(randomBytes(MIB));
  await handle.sync();
  await handle.close();
}

/** @returns seconds for two copies, each read, written and synced in pieces of 1 MiB. */
async function copyTwice(folder: string, from: string): Promise<number> {
  const startedMs = performance.now();
  const names = ["copy-1", "copy-2"].map((name) => join(folder, name));
  let source = from;
  for (const name of names) {
    const [read, write] = [await open(source, "r"), await open(name, "w")];
    const piece = new Uint8Array(MIB);
    for (;;) {
      const { bytesRead } = await read.read(piece, 0, MIB, null);
      if (bytesRead === 0) break;
      await write.write(piece, 0, bytesRead);
    }
    await write.sync();
    await Promise.all([read.close(), write.close()]);
    source = name;
  }
  const seconds = (performance.now() - startedMs) / 1000;
  await Promise.all(names.map((name) => rm(name)));
  return seconds;
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path, { highWaterMark: MIB }), hash);
  return hash.digest("hex");
}

async function inFreshFolder(task: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "kith-bench-"));
  try {
    await task(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
