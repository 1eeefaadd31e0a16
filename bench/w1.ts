/**
 * W1: 256 bytes one to one between two processes, both online. Beside it, in the same run: the same exchange over bare
 * TLS 1.3 (the floor of the wire) and LevelDB's own synced batches (the floor of the disk).
 */
import { join } from "node:path";
import { type SyncedRate, takeSyncedRate } from "./floors/synced-batch.ts";
import { type TlsFigures, takeTls } from "./floors/tls.ts";
import { inFreshFolder } from "./fresh-folder.ts";
import { ONLINE_MESSAGES, ONLINE_WORK, type OnlineFigures } from "./online-figures.ts";
import { compare, type Report, rounded } from "./report.ts";
import type { NodeDone, NodeReady, NodeReport } from "./w1-worker.ts";
import { startWorker, type Worker } from "./worker-process.ts";

const WORKER = new URL("./w1-worker.ts", import.meta.url);

/** Synced commits that must follow one another in a round trip: each side's outbox and each side's inbox. */
const COMMITS_PER_ROUND_TRIP = 4;

interface OwnFigures extends OnlineFigures {
  readonly cpuMicrosPerMessage: number;
  readonly rssMb: number;
  readonly lost: number;
  readonly dup: number;
  readonly isInOrder: boolean;
}

/** Takes the figures: medians of the rounds, each with both floors. */
export async function takeW1(): Promise<Report> {
  const own: OwnFigures[] = [];
  const tls: TlsFigures[] = [];
  const disk: SyncedRate[] = [];
  for (let round = 1; round <= ONLINE_WORK.rounds; round++) {
    disk.push(await inFreshFolder(takeSyncedRate));
    tls.push(await takeTls());
    own.push(await inFreshFolder(takeOwn));
    const { messagesPerSecond, rttP50Ms } = own.at(-1) as OwnFigures;
    process.stderr.write(`round ${round}: ${rounded(messagesPerSecond)}/s, ${rounded(rttP50Ms)} ms\n`);
  }
  const wire = "TLS 1.3, no session, nothing stored";
  const more = { unit: "messages/s", better: "more" } as const;
  const less = { unit: "ms", better: "less" } as const;
  const pick = <T, K extends keyof T>(all: readonly T[], key: K): readonly T[K][] => all.map((each) => each[key]);
  return {
    rows: [
      compare({ name: "round trip, p50", ...less }, pick(own, "rttP50Ms"), wire, pick(tls, "rttP50Ms")),
      compare({ name: "round trip, p99", ...less }, pick(own, "rttP99Ms"), wire, pick(tls, "rttP99Ms")),
      compare(
        { name: "round trip, p50", ...less },
        pick(own, "rttP50Ms"),
        `${COMMITS_PER_ROUND_TRIP} lone synced LevelDB writes`,
        disk.map(({ lonePutMs }) => lonePutMs * COMMITS_PER_ROUND_TRIP),
      ),
      compare({ name: "delivered", ...more }, pick(own, "messagesPerSecond"), wire, pick(tls, "messagesPerSecond")),
      compare(
        { name: "delivered", ...more },
        pick(own, "messagesPerSecond"),
        "LevelDB alone, 1 KiB puts in synced batches of 32",
        pick(disk, "putsPerSecond"),
      ),
      compare(
        { name: "CPU of both ends", unit: "µs/message", better: "less" },
        pick(own, "cpuMicrosPerMessage"),
        wire,
        pick(tls, "cpuMicrosPerMessage"),
      ),
    ],
    durability: "S: committed and synced by the sender before it leaves, by the recipient before it is acknowledged",
    ...ONLINE_WORK,
    roundFigures: own,
    lost: sum(pick(own, "lost")),
    dup: sum(pick(own, "dup")),
    inOrder: own.every(({ isInOrder }) => isInOrder),
  };
}

async function takeOwn(folder: string): Promise<OwnFigures> {
  const a = startWorker(WORKER, [join(folder, "a")]);
  const b = startWorker(WORKER, [join(folder, "b")]);
  try {
    const [ready] = await Promise.all([b, a].map((each) => each.next<NodeReady>("ready")));
    if (ready === undefined) throw new TypeError("a worker did not start");
    const before = await report(a, b);
    const { figures } = await a.ask<NodeDone>({ ...ready, type: "run" }, "done");
    const after = await report(a, b);
    return {
      ...figures,
      cpuMicrosPerMessage: ((after.cpuSeconds - before.cpuSeconds) * 1e6) / ONLINE_MESSAGES,
      rssMb: Math.round(after.rssBytes / 1e6),
      ...judge(after.received),
    };
  } finally {
    await Promise.all([a.stop(), b.stop()]);
  }
}

/** Both ends together; the larger memory; what b received. */
async function report(a: Worker, b: Worker): Promise<Omit<NodeReport, "type">> {
  const [one, two] = await Promise.all([a, b].map((each) => each.ask<NodeReport>({ type: "report" }, "report")));
  if (one === undefined || two === undefined) throw new TypeError("a worker did not report");
  return {
    cpuSeconds: one.cpuSeconds + two.cpuSeconds,
    rssBytes: Math.max(one.rssBytes, two.rssBytes),
    received: two.received,
  };
}

function judge(received: readonly number[]): Pick<OwnFigures, "lost" | "dup" | "isInOrder"> {
  const distinct = new Set(received).size;
  return {
    lost: ONLINE_WORK.pipelined - distinct,
    dup: received.length - distinct,
    isInOrder: received.every((number, index) => index === 0 || number > (received[index - 1] as number)),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
