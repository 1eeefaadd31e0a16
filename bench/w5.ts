/**
 * W5: finding somebody. Directory nodes on loopback, as relays serve them; a claim is looked up cold by a node that has
 * just joined, and through a relay of one's own, asked for the first time and again. A relay of "another process" is
 * dialled under an identity for this once, as devices do; all nodes run in one process here, so that one core does the
 * work of the asker, of its relay and of all who are asked. Beside it, in the same run and in
 * turns, hyperdht, which does less: its record is one signed value and its requests are datagrams.
 */
import type { DirectoryFigures, RivalFigures } from "./directory-figures.ts";
import { compare, median, percentile, type Report, type Row, rounded } from "./report.ts";
import { SMOKE_VARIABLE } from "./smoke.ts";
import { startWorker, type WorkerMessage } from "./worker-process.ts";

const NODES = new URL("./w5-nodes-worker.ts", import.meta.url);
const RIVAL = new URL("./hyperdht/nodes-worker.mjs", import.meta.url);

const WORK =
  process.env[SMOKE_VARIABLE] === undefined ? { sizes: [20, 50, 100], lookups: 30 } : { sizes: [5], lookups: 2 };

/** The most requests of a cold walk, as a multiple of hyperdht's. */
const MAX_REQUEST_RATIO = 2;

/** Takes the figures. */
export async function takeW5(): Promise<Report> {
  const { installHyperdht } = await import("../scripts/verify/hyperdht.mjs");
  const failure = await installHyperdht();
  if (failure !== null) throw new Error(failure);
  const rows: Row[] = [];
  const details: Record<string, unknown> = {};
  for (const size of WORK.sizes) {
    const rival = await takeFrom<RivalFigures>(RIVAL, size);
    const own = await takeFrom<DirectoryFigures>(NODES, size);
    rows.push(...rowsOf(size, own, rival));
    details[`${size} nodes`] = detailsOf(own, rival);
    process.stderr.write(`${size} nodes: ${JSON.stringify(details[`${size} nodes`])}\n`);
  }
  return { rows, lookups: WORK.lookups, ...details };
}

async function takeFrom<T extends WorkerMessage>(worker: URL, size: number): Promise<T> {
  const process = startWorker(worker, [String(size), String(WORK.lookups)], ["--expose-gc"]);
  try {
    return await process.ask<T>({ type: "take" }, "figures" as T["type"]);
  } finally {
    await process.stop();
  }
}

function rowsOf(size: number, own: DirectoryFigures, rival: RivalFigures): readonly Row[] {
  const time = (name: string) => ({ name: `${size} nodes, ${name}`, unit: "ms", better: "less" }) as const;
  const requests = (name: string) => ({ name: `${size} nodes, ${name}`, unit: "requests", better: "less" }) as const;
  const allowed = rival.coldRequests.map((count) => count * MAX_REQUEST_RATIO);
  return [
    compare(time("a node's own relay, asked before"), own.ownMs, "hyperdht", rival.coldMs),
    compare(time("relay of another process, asked before"), own.warmMs, "hyperdht", rival.coldMs),
    compare(time("relay of another process, first time"), own.firstMs, "hyperdht", rival.coldMs),
    compare(time("cold walk"), own.coldMs, "hyperdht", rival.coldMs),
    compare(requests("cold walk"), own.coldRequests, `target: ${MAX_REQUEST_RATIO} of hyperdht`, allowed),
  ];
}

function detailsOf(own: DirectoryFigures, rival: RivalFigures): Record<string, unknown> {
  const spread = (values: readonly number[]) => [median(values), percentile(values, 0.99)].map(rounded);
  return {
    published: own.published,
    found: { cold: own.coldFound, relay: own.warmFound, hyperdht: rival.coldFound },
    hops: spread(own.hops),
    requests: {
      cold: spread(own.coldRequests),
      first: spread(own.firstRequests),
      warm: spread(own.warmRequests),
      hyperdht: spread(rival.coldRequests),
    },
    ms: {
      cold: spread(own.coldMs),
      first: spread(own.firstMs),
      warm: spread(own.warmMs),
      own: spread(own.ownMs),
      join: spread(own.joinMs),
      hyperdht: spread(rival.coldMs),
      hyperdhtJoin: spread(rival.joinMs),
    },
    buildSeconds: { own: rounded(own.buildMs / 1000), hyperdht: rounded(rival.buildMs / 1000) },
    mibPerNode: { own: rounded(own.rssBytesPerNode / 2 ** 20), hyperdht: rounded(rival.rssBytesPerNode / 2 ** 20) },
  };
}
