/**
 * W4: a file from a disk to a disk between two processes on loopback: every unit verified, all of it synced, the result
 * compared by SHA-256. Beside it, in the same run, what the disk alone does: the same bytes copied and synced twice,
 * since a received file is kept sealed and then saved; and the same file through hyperdht.
 */
import { mkdir, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { findBrowser, launchBrowser } from "../packages/web/test/support/browser.ts";
import { inFreshFolder } from "./fresh-folder.ts";
import { compare, type Report, type Row, rounded } from "./report.ts";
import { SMOKE_VARIABLE } from "./smoke.ts";
import { hashOf, MIB, writeRandom } from "./w4-files.ts";
import { type HyperdhtFigures, takeHyperdht } from "./w4-hyperdht.ts";
import { type PageFigures, takeFromPage } from "./w4-page.ts";
import { type KilledFigures, meet, type RelayedFigures, takeKilled, takeRelayed } from "./w4-ways.ts";
import type { FileNodeReady, FileOffered, FileReport, FileSend, FileTake, FileTaken } from "./w4-worker.ts";
import { startWorker, type Worker } from "./worker-process.ts";

const WORKER = new URL("./w4-worker.ts", import.meta.url);
/** Sizes of the files in MiB, the rounds of each, and the size of what goes over a relay, is cut by a kill, or leaves a page. */
const WORK =
  process.env[SMOKE_VARIABLE] === undefined
    ? { sizesMiB: [256, 1024], rounds: 3, waysMiB: 256, pageMiB: 64 }
    : { sizesMiB: [8], rounds: 1, waysMiB: 8, pageMiB: 4 };

/** What a page should hand over a second, in MB, and what a kill may cost, in MiB. */
const TARGETS = { pageMbPerSecond: 25, againMiB: 2 } as const;

interface FileFigures {
  readonly fetchMbPerSecond: number;
  readonly savedMbPerSecond: number;
  readonly offerMbPerSecond: number;
  readonly cpuSecondsPerGb: number;
  readonly receiverMbAboveIdle: number;
  readonly senderMbAboveIdle: number;
  readonly isHashOk: boolean;
}

/** The rounds of one size: ours, the disk alone in MB/s, and hyperdht, empty where it cannot be installed. */
interface Rounds {
  readonly own: readonly FileFigures[];
  readonly disk: readonly number[];
  readonly other: readonly HyperdhtFigures[];
}

/** Takes the figures. */
export async function takeW4(): Promise<Report> {
  const rows: Row[] = [];
  const all: Record<string, Rounds> = {};
  for (const sizeMiB of WORK.sizesMiB) {
    const rounds = await takeRounds(sizeMiB);
    all[`${sizeMiB} MiB`] = rounds;
    rows.push(...sizeRows(sizeMiB, rounds));
  }
  const ways = await takeWays();
  const [first] = Object.values(all);
  const saved = (first?.own ?? []).map((each) => each.savedMbPerSecond);
  rows.push(...wayRows(ways, saved));
  const checked = Object.values(all).flatMap(({ own, other }) => [...own, ...other]);
  return {
    rows,
    ways,
    durability: "S: units synced before the sender is told, the saved file and its name synced",
    files: all,
    isHashOk: [...checked, ...ways.relayed, ...ways.killed].every(({ isHashOk }) => isHashOk),
  };
}

async function takeRounds(sizeMiB: number): Promise<Rounds> {
  const rounds = { own: [] as FileFigures[], disk: [] as number[], other: [] as HyperdhtFigures[] };
  for (let round = 1; round <= WORK.rounds; round++) {
    await inFreshFolder(async (folder) => {
      const path = join(folder, "source.bin");
      await writeRandom(path, sizeMiB);
      rounds.disk.push((sizeMiB * MIB) / 1e6 / (await copyTwice(folder, path)));
      rounds.own.push(await takeOne(folder, path, sizeMiB * MIB));
      const other = await takeHyperdht(folder, path, sizeMiB * MIB);
      if (other !== null) rounds.other.push(other);
    });
    const { fetchMbPerSecond, savedMbPerSecond } = rounds.own.at(-1) as FileFigures;
    process.stderr.write(
      `${sizeMiB} MiB, round ${round}: ${rounded(fetchMbPerSecond)}, saved ${rounded(savedMbPerSecond)} MB/s\n`,
    );
  }
  return rounds;
}

function sizeRows(sizeMiB: number, { own, disk, other }: Rounds): readonly Row[] {
  const speed = { name: `${sizeMiB} MiB, accepted to saved`, unit: "MB/s", better: "more" } as const;
  const work = { name: `${sizeMiB} MiB, CPU of both ends a GB`, unit: "s", better: "less" } as const;
  const saved = own.map((each) => each.savedMbPerSecond);
  const besideDisk = compare(speed, saved, "copied and synced twice, no network", disk);
  if (other.length === 0) return [besideDisk];
  const rates = other.map((each) => each.mbPerSecond);
  const costs = other.map((each) => each.cpuSecondsPerGb);
  return [
    besideDisk,
    compare(speed, saved, "hyperdht, written and synced", rates),
    compare(
      work,
      own.map((each) => each.cpuSecondsPerGb),
      "hyperdht",
      costs,
    ),
  ];
}

interface Ways {
  readonly relayed: readonly RelayedFigures[];
  readonly killed: readonly KilledFigures[];
  /** Empty where no browser starts. */
  readonly page: readonly PageFigures[];
}

async function takeWays(): Promise<Ways> {
  const relayed: RelayedFigures[] = [];
  const killed: KilledFigures[] = [];
  const page: PageFigures[] = [];
  const found = await findBrowser();
  if (found === null) process.stderr.write("no Chromium starts here: nothing is handed over by a page\n");
  const browser = found === null ? null : await launchBrowser(found);
  try {
    for (let round = 1; round <= WORK.rounds; round++) {
      await inFreshFolder(async (folder) => {
        const path = join(folder, "source.bin");
        await writeRandom(path, WORK.waysMiB);
        relayed.push(await takeRelayed(folder, path, WORK.waysMiB * MIB));
        killed.push(await takeKilled(folder, path, WORK.waysMiB * MIB));
      });
      if (browser !== null) {
        page.push(await inFreshFolder((folder) => takeFromPage(browser, folder, WORK.pageMiB)));
      }
      process.stderr.write(
        `other ways, round ${round}: ${JSON.stringify([relayed.at(-1), killed.at(-1), page.at(-1)])}\n`,
      );
    }
  } finally {
    await browser?.close();
  }
  return { relayed, killed, page };
}

function wayRows({ relayed, killed, page }: Ways, direct: readonly number[]): readonly Row[] {
  const size = `${WORK.waysMiB} MiB`;
  const rows = [
    compare(
      { name: `${size} over a relay, accepted to saved`, unit: "MB/s", better: "more" },
      relayed.map((each) => each.savedMbPerSecond),
      "directly",
      direct,
    ),
    compare(
      { name: `${size}, sent again after a kill at half`, unit: "MiB", better: "less" },
      killed.map((each) => Math.max(each.againMiB, 0.001)),
      "target",
      [TARGETS.againMiB],
    ),
  ];
  const handed = page.map((each) => each.fetchMbPerSecond);
  if (handed.length > 0) {
    const name = `${WORK.pageMiB} MiB from a page to a node, accepted to synced`;
    rows.push(compare({ name, unit: "MB/s", better: "more" }, handed, "target", [TARGETS.pageMbPerSecond]));
  }
  return rows;
}

async function takeOne(folder: string, path: string, sizeBytes: number): Promise<FileFigures> {
  const a = startWorker(WORKER, [join(folder, "a")]);
  const b = startWorker(WORKER, [join(folder, "b")]);
  try {
    const [{ invite }] = await Promise.all([b.next<FileNodeReady>("ready"), a.next<FileNodeReady>("ready")]);
    await meet(a, invite);
    const send: FileSend = { type: "send", path };
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
