/**
 * W2 as the work grows: the relay alone with more and more queues, and with a store that holds a lot already, beside an
 * empty relay in the same run; and how long the full store takes to open.
 */
import { join } from "node:path";
import { inFreshFolder } from "./fresh-folder.ts";
import { compare, type Report, rounded } from "./report.ts";
import { STORED_WORK } from "./stored-figures.ts";
import type { RelayReady } from "./w2-relay-worker.ts";
import type { SendersDone } from "./w2-senders-worker.ts";
import { startWorker, type Worker } from "./worker-process.ts";

const RELAY = new URL("./w2-relay-worker.ts", import.meta.url);
const SENDERS = new URL("./w2-senders-worker.ts", import.meta.url);
const FILLER = new URL("./w2-filler-worker.ts", import.meta.url);

/** A full store must serve again after so long, in ms. */
const OPEN_TARGET_MS = 2000;

/** The part of the empty relay's rate that a grown one must reach. */
const RATE_TARGET = 0.8;

/** Takes the figures: an empty relay before and after each grown one, so that both see the same machine. */
export async function takeW2Growth(): Promise<Report> {
  const empty = [await inFreshFolder((folder) => takePuts(folder, STORED_WORK.senders))];
  const grown: { name: string; putsPerSecond: number }[] = [];
  const note = async (name: string, putsPerSecond: number): Promise<void> => {
    grown.push({ name, putsPerSecond });
    empty.push(await inFreshFolder((folder) => takePuts(folder, STORED_WORK.senders)));
    process.stderr.write(`${name}: ${rounded(putsPerSecond)}/s, empty ${rounded(empty.at(-1) ?? 0)}/s\n`);
  };
  for (const queues of STORED_WORK.grownQueues) {
    await note(`${queues} queues`, await inFreshFolder((folder) => takePuts(folder, queues)));
  }
  const full = await inFreshFolder(takeFull);
  const stored = `${STORED_WORK.grownBytes / 2 ** 20} MiB stored`;
  await note(stored, full.putsPerSecond);
  const rows = grown.flatMap(({ name, putsPerSecond }) => {
    const row = { name: `puts, ${name}`, unit: "puts/s", better: "more" } as const;
    const floor = empty.map((each) => each * RATE_TARGET);
    return [
      compare(row, [putsPerSecond], "empty relay", empty),
      compare(row, [putsPerSecond], `target: ${RATE_TARGET} of it`, floor),
    ];
  });
  const open = { name: `${stored}, from start to serving`, unit: "ms", better: "less" } as const;
  return {
    rows: [...rows, compare(open, [full.openedMs], "target", [OPEN_TARGET_MS])],
    durability: "S: synced by the relay before its receipt",
    roundFigures: { empty, grown, openedMs: full.openedMs },
    ...STORED_WORK,
  };
}

async function takePuts(folder: string, queues: number): Promise<number> {
  const relay = startWorker(RELAY, [join(folder, "relay")]);
  try {
    const { address } = await relay.next<RelayReady>("ready");
    return await sendTo(address, queues);
  } finally {
    await relay.stop();
  }
}

async function takeFull(folder: string): Promise<{ readonly putsPerSecond: number; readonly openedMs: number }> {
  const place = join(folder, "relay");
  let relay: Worker = startWorker(RELAY, [place]);
  try {
    const { address } = await relay.next<RelayReady>("ready");
    const filler = startWorker(FILLER, [address, String(STORED_WORK.grownBytes)]);
    await filler.next("filled");
    await filler.stop();
    await relay.stop();
    relay = startWorker(RELAY, [place]);
    const ready = await relay.next<RelayReady>("ready");
    return { openedMs: ready.openedMs, putsPerSecond: await sendTo(ready.address, STORED_WORK.senders) };
  } finally {
    await relay.stop();
  }
}

async function sendTo(address: string, queues: number): Promise<number> {
  const senders = startWorker(SENDERS, [address, String(queues)]);
  try {
    await senders.next("ready");
    return (await senders.ask<SendersDone>({ type: "run" }, "done")).putsPerSecond;
  } finally {
    await senders.stop();
  }
}
