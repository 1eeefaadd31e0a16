/** The CPU time of the processes that this one started, and of theirs: the browsers of a work. Linux only. */
import { readdir, readFile } from "node:fs/promises";

/** What the kernel counts in, of a second. */
const TICKS = 100;

/** User and system time together, in ms. @throws Error elsewhere than on Linux. */
export async function cpuOfBrowsersMs(): Promise<number> {
  const all = (await Promise.all((await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(readStat))).filter(
    (each) => each !== null,
  );
  const own = new Set([process.pid]);
  let before = 0;
  while (own.size !== before) {
    before = own.size;
    for (const { pid, parent } of all) if (own.has(parent)) own.add(pid);
  }
  own.delete(process.pid);
  return all.reduce((sum, { pid, ticks }) => sum + (own.has(pid) ? (ticks * 1000) / TICKS : 0), 0);
}

interface Stat {
  readonly pid: number;
  readonly parent: number;
  readonly ticks: number;
}

/** Null for a process that has ended meanwhile. */
async function readStat(name: string): Promise<Stat | null> {
  const text = await readFile(`/proc/${name}/stat`, "utf8").catch(() => null);
  if (text === null) return null;
  // The name of the program stands in brackets and may hold anything.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return { pid: Number(name), parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) };
}
