/** W6: `kith start`: from the start of its process to "ready", what it keeps in memory idle, and what installing it takes. */
import { spawn } from "node:child_process";
import { lstat, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compare, type Report, type Row } from "./report.ts";
import { SMOKE_VARIABLE } from "./smoke.ts";

const STARTS = 7;

/** How long a node that is ready is left alone before its memory is looked at, in ms. */
const IDLE_MS = 10_000;

const TARGETS = { readyMs: 1000, residentMb: 120, installedMb: 120 };

const PROGRAM = fileURLToPath(new URL("../packages/node/dist/program/kith.js", import.meta.url));
const CONSUMER = new URL("../scripts/verify/consumer.mjs", import.meta.url);

interface Start {
  readonly readyMs: number;
  readonly cpuMs: number;
  readonly residentMb: number | null;
}

/** Runs the work. */
export async function takeW6(): Promise<Report> {
  const isSmoke = process.env[SMOKE_VARIABLE] !== undefined;
  const folder = await mkdtemp(join(tmpdir(), "kith-bench-w6-"));
  try {
    const starts: Start[] = [];
    // The first start makes an identity and fills the caches of the system; the others find both.
    for (let count = 0; count < (isSmoke ? 1 : STARTS + 1); count++) {
      starts.push(await startOnce(join(folder, "data"), isSmoke ? 0 : IDLE_MS));
    }
    const counted = isSmoke ? starts : starts.slice(1);
    const rows: Row[] = [
      row(
        "ready",
        "ms",
        counted.map(({ readyMs }) => readyMs),
        TARGETS.readyMs,
      ),
    ];
    const residentMb = counted.flatMap((each) => each.residentMb ?? []);
    if (residentMb.length > 0) rows.push(row("resident", "MB", residentMb, TARGETS.residentMb));
    if (!isSmoke) rows.push(row("installed", "MB", [await installedMb(folder)], TARGETS.installedMb));
    return { rows, starts };
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

function row(name: string, unit: string, values: readonly number[], target: number): Row {
  return compare({ name, unit, better: "less" }, values, "target", [target]);
}

/** One start as a person makes it, with its page and its relay; only the ports are any that are free. */
async function startOnce(dataFolder: string, idleMs: number): Promise<Start> {
  const ports = ["--port", "--ws-port", "--page-port", "--peer-page-port"].flatMap((name) => [name, "0"]);
  const startedMs = performance.now();
  const args = [PROGRAM, "start", "--json", "--data", dataFolder, ...ports];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  try {
    await new Promise<void>((resolve, reject) => {
      child.stdout.once("data", () => resolve());
      child.once("exit", (code) => reject(new Error(`kith start ended with ${code}`)));
    });
    const readyMs = performance.now() - startedMs;
    const cpuMs = await cpuMsOf(child.pid ?? 0);
    await new Promise((resolve) => setTimeout(resolve, idleMs));
    return { readyMs, cpuMs, residentMb: await residentMbOf(child.pid ?? 0) };
  } finally {
    child.kill("SIGTERM");
    await ended;
  }
}

/** Resident memory from the system's own account; null where there is no /proc. */
async function residentMbOf(pid: number): Promise<number | null> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  return kib === undefined ? null : (Number(kib) * 1024) / 1e6;
}

/** User and system time in ms, in steps of 10; 0 where there is no /proc. Says on a busy machine what a clock cannot. */
async function cpuMsOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  const [user = 0, system = 0] = stat.split(") ").at(-1)?.split(" ").slice(11, 13).map(Number) ?? [];
  return (user + system) * 10;
}

/** Everything that `npm install` puts beside a program that depends on the packed packages. */
async function installedMb(folder: string): Promise<number> {
  const { installConsumer } = (await import(CONSUMER.href)) as {
    installConsumer(context: { readonly folder: string }): Promise<string>;
  };
  return (await sizeOf(join(await installConsumer({ folder }), "node_modules"))) / 1e6;
}

async function sizeOf(path: string): Promise<number> {
  const about = await lstat(path);
  if (!about.isDirectory()) return about.isSymbolicLink() ? 0 : about.size;
  const sizes = await Promise.all((await readdir(path)).map((name) => sizeOf(join(path, name))));
  return sizes.reduce((sum, size) => sum + size, 0);
}
