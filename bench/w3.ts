/**
 * W3: what one idle client costs a relay. 2,000 clients, each authenticated, subscribed to a queue and silent; the memory
 * of the relay before and after, beside a libp2p host of the same kind with one open stream a client, in the same run.
 * Then as many clients as a relay promises to hold, all of which must still be served.
 */

import { inFreshFolder } from "./fresh-folder.ts";
import { IDLE_WORK, type IdleMemory, type IdleServer } from "./idle-figures.ts";
import { compare, type Report } from "./report.ts";
import type { ClientsIdle } from "./w3-clients-worker.ts";
import { startWorker, type Worker } from "./worker-process.ts";

const RELAY = new URL("./w2-relay-worker.ts", import.meta.url);
const BARE = new URL("./floors/bare-libp2p-worker.ts", import.meta.url);
const CLIENTS = new URL("./w3-clients-worker.ts", import.meta.url);

type Mode = "relay" | "bare";

/** The most that a client may cost, as a multiple of the bare host's, and how many must be held. */
const TARGETS = { ratio: 1.3 } as const;

/** Takes the figures of one run: memory of thousands of connections hardly differs between runs. */
export async function takeW3(): Promise<Report> {
  const bare = await takeMode("bare", IDLE_WORK.clients);
  const ours = await takeMode("relay", IDLE_WORK.held);
  const bytes = { name: "memory of an idle client", unit: "bytes", better: "less" } as const;
  const allowed = bare.bytesEach * TARGETS.ratio;
  return {
    rows: [
      compare(bytes, [ours.bytesEach], "bare libp2p", [bare.bytesEach]),
      compare(bytes, [ours.bytesEach], `target: ${TARGETS.ratio} of bare libp2p`, [allowed]),
      compare({ name: "clients held and served", unit: "", better: "more" }, [ours.served], "target", [IDLE_WORK.held]),
    ],
    ...IDLE_WORK,
    rssBytes: { bare: bare.rss, relay: ours.rss },
  };
}

interface ModeFigures {
  readonly bytesEach: number;
  readonly served: number;
  /** Empty, with the counted clients, and with all. */
  readonly rss: readonly number[];
}

async function takeMode(mode: Mode, held: number): Promise<ModeFigures> {
  return await inFreshFolder(async (folder) => {
    const server = startWorker(mode === "relay" ? RELAY : BARE, [folder], ["--expose-gc"]);
    const clients: Worker[] = [];
    try {
      const { address } = await server.next<IdleServer>("ready");
      const rss = [await settledMemory(server)];
      clients.push(...(await addClients(mode, address, IDLE_WORK.clients)));
      rss.push(await settledMemory(server));
      clients.push(...(await addClients(mode, address, held - IDLE_WORK.clients)));
      rss.push(await settledMemory(server));
      const counts = await Promise.all(clients.map((each) => each.ask<ClientsIdle>({ type: "check" }, "served")));
      const served = counts.reduce((sum, each) => sum + each.clients, 0);
      const [empty = 0, full = 0] = rss;
      process.stderr.write(
        `${mode}: ${served} served, resident ${rss.map((each) => Math.round(each / 2 ** 20))} MiB\n`,
      );
      return { bytesEach: (full - empty) / IDLE_WORK.clients, served, rss };
    } finally {
      await Promise.all([...clients, server].map((each) => each.kill()));
    }
  });
}

/** More clients, in as many processes as they need; resolves once all are idle. */
async function addClients(mode: Mode, address: string, count: number): Promise<readonly Worker[]> {
  const workers: Worker[] = [];
  for (let left = count; left > 0; left -= IDLE_WORK.clientsAProcess) {
    workers.push(startWorker(CLIENTS, [mode, address, String(Math.min(left, IDLE_WORK.clientsAProcess))]));
  }
  await Promise.all(workers.map((each) => each.next<ClientsIdle>("idle")));
  return workers;
}

async function settledMemory(server: Worker): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, IDLE_WORK.settleMs));
  return (await server.ask<IdleMemory>({ type: "report" }, "report")).rssBytes;
}
