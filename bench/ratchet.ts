/**
 * The Triple Ratchet beside libsignal-client on Node, in turns in one process. Both encode their state to bytes after
 * each operation. Figures are per second of this process's CPU time, and the sides change every few hundredths of a
 * second, so that others' work on the machine weighs alike on both.
 */
import { createBraidWork } from "./ratchet-braid.ts";
import { type Contest, createContests, PLATFORM, type Side } from "./ratchet-contests.ts";
import { createKithPair } from "./ratchet-kith.ts";
import { compare, median, type Report, type Row, rounded } from "./report.ts";
import { SMOKE_VARIABLE } from "./smoke.ts";

const ROUNDS = 5;
/** Slices of a side in a round, and before the first one. */
const SLICES = 10;
const WARM_UP_SLICES = 40;
const GAP = 2000;
const BRAID_MESSAGES = 2000;

/** Runs the work. */
export async function takeRatchet(): Promise<Report> {
  const { installOracle } = await import("../scripts/verify/oracle.mjs");
  const failure = await installOracle();
  if (failure !== null) throw new Error(failure);
  const isSmoke = process.env[SMOKE_VARIABLE] !== undefined;
  const rounds = isSmoke ? 1 : ROUNDS;
  const rows: Row[] = [];
  for (const contest of await createContests(await import("./ratchet-signal.ts"))) {
    rows.push(...(await hold(contest, rounds, isSmoke ? 1 : SLICES)));
  }
  rows.push(await takeBraid(rounds), await takeGap(rounds));
  return { rows };
}

/** All sides in turns, a slice at a time. */
async function hold({ name, unit, count, ours, theirs }: Contest, rounds: number, slices: number): Promise<Row[]> {
  const sides = [ours, ...Object.values(theirs)].map((side) => ({ side, figures: [] as number[] }));
  for (let i = 0; i < Math.min(WARM_UP_SLICES, slices * 4); i++) for (const { side } of sides) await secondsOf(side);
  for (let round = 0; round < rounds; round++) {
    const seconds = sides.map(() => 0);
    for (let slice = 0; slice < slices; slice++) {
      for (const [index, { side }] of sides.entries()) {
        seconds[index] = (seconds[index] ?? 0) + (await secondsOf(side));
      }
    }
    for (const [index, { figures }] of sides.entries()) figures.push((count * slices) / (seconds[index] as number));
  }
  const [own, ...others] = sides.map(({ figures }) => figures);
  const what = { name, unit, better: "more" } as const;
  return others.map((figures, index) => compare(what, own ?? [], Object.keys(theirs)[index] ?? "", figures));
}

/** The post-quantum half alone: its send and its receive of a message in turns, over whole epochs. */
async function takeBraid(rounds: number): Promise<Row> {
  const figures: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const seconds = await secondsOf({ run: await createBraidWork(PLATFORM, BRAID_MESSAGES) });
    if (round > 0) figures.push((seconds * 1e6) / BRAID_MESSAGES);
  }
  return againstTarget("post-quantum share of a message", "µs", median(figures), 80);
}

/** The message after a gap. */
async function takeGap(rounds: number): Promise<Row> {
  const figures: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const [a, b] = await createKithPair(PLATFORM);
    const text = new Uint8Array(256);
    for (let i = 0; i < GAP; i++) await a.send(text);
    const last = await a.send(text);
    const seconds = await secondsOf({ run: async () => void (await b.receive(last, a)) });
    if (round > 0) figures.push(seconds * 1e3);
  }
  return againstTarget(`a gap of ${GAP} messages caught up`, "ms", median(figures), 80);
}

function againstTarget(name: string, unit: string, ours: number, target: number): Row {
  return { name, unit, ours: rounded(ours), other: target, otherName: "target", ratio: rounded(target / ours) };
}

/** CPU time of one slice. */
async function secondsOf({ prepare, run }: Side): Promise<number> {
  await prepare?.();
  const before = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}
