/**
 * The Triple Ratchet beside libsignal-client on Node, in turns in one process. Both encode their state to bytes after
 * each operation. Figures are per second of this process's CPU time, so that others' work weighs less.
 */
import { cryptoSuite, randomBytes } from "@kith/client";
import { createBraidWork } from "./ratchet-braid.ts";
import { createKithGroup, createKithPair, KithEnd } from "./ratchet-kith.ts";
import { compare, median, type Report, type Row, rounded } from "./report.ts";
import { SMOKE_VARIABLE } from "./smoke.ts";

const ROUNDS = 5;
/** Messages of one round of a row; set-ups take a tenth. */
const MESSAGES = 1000;
const GAP = 2000;

const platform = { suite: cryptoSuite, random: randomBytes };

/** Something done `count` times; made anew for each round, outside of what is timed. */
type Prepare = (count: number) => Promise<() => Promise<void>>;

interface Contest {
  readonly name: string;
  readonly unit: string;
  readonly count: number;
  readonly ours: Prepare;
  /** By the name of what is compared. */
  readonly theirs: Readonly<Record<string, Prepare>>;
}

/** As its stores are meant, and with the objects kept in memory beside the bytes, as ours are. */
const FROM_BYTES = "libsignal-client";
const HELD = "libsignal-client, objects held";

/** Runs the work. */
export async function takeRatchet(): Promise<Report> {
  const { installOracle } = await import("../scripts/verify/oracle.mjs");
  const failure = await installOracle();
  if (failure !== null) throw new Error(failure);
  const isSmoke = process.env[SMOKE_VARIABLE] !== undefined;
  const rounds = isSmoke ? 1 : ROUNDS;
  const rows: Row[] = [];
  for (const contest of await createContests(isSmoke ? MESSAGES / 50 : MESSAGES)) {
    rows.push(...(await hold(contest, rounds)));
  }
  rows.push(await takeBraid(isSmoke ? 1 : rounds), await takeGap(rounds));
  return { rows };
}

async function createContests(messages: number): Promise<readonly Contest[]> {
  const signal = await import("./ratchet-signal.ts");
  const contests: Contest[] = [];
  for (const [size, label] of [
    [256, "256 B"],
    [4096, "4 KiB"],
  ] as const) {
    const text = new Uint8Array(size).fill(0x61);
    const signalPair = async (isHeld: boolean) => {
      const pair = signal.createSignalPair(isHeld);
      await signal.startSignalPair(pair);
      return pair;
    };
    contests.push({
      name: `ping-pong ${label}`,
      unit: "messages/s",
      count: messages,
      ours: async (count) => {
        const [a, b] = await createKithPair(platform);
        return async () => {
          for (let i = 0; i < count; i += 2) {
            await b.receive(await a.send(text), a);
            await a.receive(await b.send(text), b);
          }
        };
      },
      theirs: bothWays((isHeld) => async (count) => {
        const [a, b] = await signalPair(isHeld);
        return async () => {
          for (let i = 0; i < count; i += 2) {
            await b.receive(await a.send(text));
            await a.receive(await b.send(text));
          }
        };
      }),
    });
    contests.push({
      name: `one-way ${label}`,
      unit: "messages/s",
      count: messages,
      ours: async (count) => {
        const [a, b] = await createKithPair(platform);
        return async () => {
          for (let i = 0; i < count; i++) await b.receive(await a.send(text), a);
        };
      },
      theirs: bothWays((isHeld) => async (count) => {
        const [a, b] = await signalPair(isHeld);
        return async () => {
          for (let i = 0; i < count; i++) await b.receive(await a.send(text));
        };
      }),
    });
  }
  contests.push({
    name: "PQXDH with first message",
    unit: "sessions/s",
    count: Math.max(2, messages / 10),
    ours: async (count) => {
      const pairs: (readonly [KithEnd, KithEnd])[] = [];
      for (let i = 0; i < count; i++) pairs.push([await KithEnd.create(platform), await KithEnd.create(platform)]);
      return async () => {
        for (const [a, b] of pairs) {
          await a.start(b);
          await b.receive(await a.send(new Uint8Array(256)), a);
        }
      };
    },
    theirs: bothWays((isHeld) => async (count) => {
      const pairs = await Promise.all(
        Array.from({ length: count }, async () => {
          const [a, b] = signal.createSignalPair(isHeld);
          return { a, b, bundle: await b.createBundle(true) };
        }),
      );
      return async () => {
        for (const { a, b, bundle } of pairs) {
          await a.start(bundle);
          await b.receive(await a.send(new Uint8Array(256)));
        }
      };
    }),
  });
  const groupText = new Uint8Array(256).fill(0x61);
  const group =
    (create: () => Promise<(text: Uint8Array) => Promise<Uint8Array>>): Prepare =>
    async (count) => {
      const pass = await create();
      return async () => {
        for (let i = 0; i < count; i++) await pass(groupText);
      };
    };
  contests.push({
    name: "sender key 256 B, encrypt and one decrypt",
    unit: "messages/s",
    count: messages,
    ours: group(() => createKithGroup(platform)),
    theirs: { [FROM_BYTES]: group(signal.createSignalGroup) },
  });
  return contests;
}

function bothWays(prepare: (isHeld: boolean) => Prepare): Readonly<Record<string, Prepare>> {
  return { [FROM_BYTES]: prepare(false), [HELD]: prepare(true) };
}

/** All sides in turns, after a round of each that does not count. */
async function hold({ name, unit, count, ours, theirs }: Contest, rounds: number): Promise<readonly Row[]> {
  const sides = [{ name: "ours", prepare: ours, figures: [] as number[] }].concat(
    Object.entries(theirs).map(([other, prepare]) => ({ name: other, prepare, figures: [] as number[] })),
  );
  for (let round = 0; round <= rounds; round++) {
    for (const { prepare, figures } of sides) {
      const work = await prepare(count);
      const perSecond = count / (await cpuSecondsOf(work));
      if (round > 0) figures.push(perSecond);
    }
  }
  const [own, ...others] = sides;
  const what = { name, unit, better: "more" } as const;
  return others.map((other) => compare(what, own?.figures ?? [], other.name, other.figures));
}

/** The post-quantum half alone: its send and its receive of a message in turns, over whole epochs. */
async function takeBraid(rounds: number): Promise<Row> {
  const figures: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const messages = 2000;
    const work = await createBraidWork(platform, messages);
    const seconds = await cpuSecondsOf(work);
    if (round > 0) figures.push((seconds * 1e6) / messages);
  }
  return againstTarget("post-quantum share of a message", "µs", median(figures), 80);
}

/** The message after a gap. */
async function takeGap(rounds: number): Promise<Row> {
  const figures: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const [a, b] = await createKithPair(platform);
    const text = new Uint8Array(256);
    let last = await a.send(text);
    for (let i = 0; i < GAP; i++) last = await a.send(text);
    const seconds = await cpuSecondsOf(async () => void (await b.receive(last, a)));
    if (round > 0) figures.push(seconds * 1e3);
  }
  return againstTarget(`a gap of ${GAP} messages caught up`, "ms", median(figures), 80);
}

function againstTarget(name: string, unit: string, ours: number, target: number): Row {
  return { name, unit, ours: rounded(ours), other: target, otherName: "target", ratio: rounded(target / ours) };
}

async function cpuSecondsOf(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}
