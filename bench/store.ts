/** A node with 200,000 messages in one chat: start, newest page, memory; beside the same node with next to none. */
import { join } from "node:path";
import { inFreshFolder } from "./fresh-folder.ts";
import { compare, type Report, rounded } from "./report.ts";
import { SMOKE_VARIABLE } from "./smoke.ts";
import type { StoreFilled, StoreOpened } from "./store-worker.ts";
import { startWorker } from "./worker-process.ts";

const WORKER = new URL("./store-worker.ts", import.meta.url);
const isSmoke = process.env[SMOKE_VARIABLE] !== undefined;
const MESSAGES = isSmoke ? 2_000 : 200_000;
const ROUNDS = isSmoke ? 1 : 3;

interface Opened {
  /** The first start: the index for the search is made. */
  readonly building: StoreOpened;
  readonly rounds: readonly StoreOpened[];
}

async function fillAndOpen(folder: string, messages: number): Promise<Opened> {
  const filler = startWorker(WORKER, [folder]);
  await filler.next("ready");
  const { chat } = await filler.ask<StoreFilled>({ type: "fill", messages } as never, "filled");
  await filler.stop();
  const rounds: StoreOpened[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const worker = startWorker(WORKER, [folder], ["--expose-gc"]);
    await worker.next("ready");
    rounds.push(await worker.ask<StoreOpened>({ type: "open", who: chat } as never, "opened"));
    await worker.stop();
  }
  const [building, ...others] = rounds;
  if (building === undefined) throw new RangeError("there is no round");
  return { building, rounds: others };
}

/** Runs the work. */
export async function takeStore(): Promise<Report> {
  return await inFreshFolder(async (folder) => {
    const large = await fillAndOpen(join(folder, "large", "node"), MESSAGES);
    const small = await fillAndOpen(join(folder, "small", "node"), 1);
    const row = (name: string, unit: string, pick: (opened: StoreOpened) => number) =>
      compare({ name, unit, better: "less" }, large.rounds.map(pick), "next to empty", small.rounds.map(pick));
    return {
      messages: MESSAGES,
      firstStart: { seconds: rounded(large.building.startSeconds), rssMb: rounded(large.building.rssBytes / 1e6) },
      rows: [
        row("start", "s", ({ startSeconds }) => startSeconds),
        row("list of chats", "ms", ({ listMs }) => listMs),
        row("newest page, first", "ms", ({ firstPageMs }) => firstPageMs),
        row("newest page, slowest of 20", "ms", ({ pageMs }) => Math.max(...pageMs)),
        row("storage of the chat", "ms", ({ measureMs }) => measureMs),
        row("longest slice of it", "ms", ({ longestSliceMs }) => longestSliceMs),
        row("memory", "MB", ({ rssBytes }) => rssBytes / 1e6),
      ],
    };
  });
}
