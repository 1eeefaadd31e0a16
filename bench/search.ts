/** Search in 100,000 messages on disk: sealed segments of ours beside MiniSearch, which keeps its index in memory, unsealed. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cryptoSuite, openLevelStore, randomBytes } from "@kith/client";
import { createMemoryTableKey, FakeClock } from "@kith/client/testing";
import { type AccountId, type ContentId, textContent, toHex, utf8Length } from "@kith/protocol";
import MiniSearch from "minisearch";
import type { Core } from "../packages/client/src/core.ts";
import { EventLog } from "../packages/client/src/event-log.ts";
import { MessageLog } from "../packages/client/src/message/message-log.ts";
import { People } from "../packages/client/src/people/people.ts";
import { SearchIndex } from "../packages/client/src/search/search-index.ts";
import { wordsOf } from "../packages/client/src/search/words.ts";
import { createSealedStore, type SealedStore } from "../packages/client/src/store/sealed-store.ts";
import { openVanishParts } from "../packages/client/src/vanish/vanish-parts.ts";
import { compare, percentile, type Report } from "./report.ts";
import { makeCorpus } from "./search-corpus.ts";
import { SMOKE_VARIABLE } from "./smoke.ts";

const MESSAGES = 100_000;
const SMOKE_MESSAGES = 2_000;
const CHATS = 40;
const FOUND = 50;
const ROWS_PER_COMMIT = 1000;

/** Runs the work. */
export async function takeSearch(): Promise<Report> {
  const count = process.env[SMOKE_VARIABLE] === undefined ? MESSAGES : SMOKE_MESSAGES;
  const { texts, queries } = makeCorpus(count);
  const textBytes = texts.reduce((sum, text) => sum + utf8Length(text), 0);
  const ours = await takeOurs(texts, queries);
  const theirs = takeMiniSearch(texts, queries);
  const less = { better: "less" } as const;
  return {
    messages: count,
    textBytes,
    indexShareOfText: ours.bytes / textBytes,
    rows: [
      compare({ name: "query p50", unit: "ms", ...less }, [percentile(ours.queryMs, 0.5)], "MiniSearch", [
        percentile(theirs.queryMs, 0.5),
      ]),
      compare({ name: "query p95", unit: "ms", ...less }, [percentile(ours.queryMs, 0.95)], "MiniSearch", [
        percentile(theirs.queryMs, 0.95),
      ]),
      compare({ name: "index", unit: "bytes", ...less }, [ours.bytes], "MiniSearch as JSON", [theirs.bytes]),
      compare({ name: "made from all messages", unit: "ms", ...less }, [ours.buildMs], "MiniSearch", [theirs.buildMs]),
    ],
  };
}

interface Figures {
  readonly queryMs: readonly number[];
  readonly bytes: number;
  readonly buildMs: number;
}

async function takeOurs(texts: readonly string[], queries: readonly string[]): Promise<Figures> {
  const folder = await mkdtemp(join(tmpdir(), "kith-bench-search-"));
  const level = await openLevelStore({ location: join(folder, "store") });
  try {
    const store = createSealedStore(level, { key: randomBytes(32), suite: cryptoSuite, random: randomBytes });
    const core = await fillStore(store, texts);
    const index = new SearchIndex(core);
    const started = performance.now();
    index.start();
    while (index.isBuilding) await new Promise((resolve) => setImmediate(resolve));
    const buildMs = performance.now() - started;
    const queryMs: number[] = [];
    for (const text of queries) {
      const from = performance.now();
      await index.find({ text, limit: FOUND });
      queryMs.push(performance.now() - from);
    }
    index.stop();
    const segments = await level.entries({ gte: "search/", lt: "search0" });
    return { queryMs, buildMs, bytes: segments.reduce((sum, [, value]) => sum + value.length, 0) };
  } finally {
    await level.close();
    await rm(folder, { recursive: true });
  }
}

async function fillStore(store: SealedStore, texts: readonly string[]): Promise<Core> {
  const tableKey = createMemoryTableKey(randomBytes);
  const vanish = await openVanishParts({
    store,
    tableKey,
    suite: cryptoSuite,
    random: randomBytes,
    clock: new FakeClock(),
  });
  const people = new People(store, cryptoSuite, vanish.state);
  const messages = new MessageLog(store, people, vanish);
  const events = new EventLog(store, Date.now, { message: async () => undefined, contact: () => undefined });
  const chats = Array.from({ length: CHATS }, (_, index) => index.toString(16).padStart(64, "0") as AccountId);
  // The index asks for nothing but who there is.
  for (const account of chats) people.setContact({ account, relation: "accepted" } as never);
  for (let from = 0; from < texts.length; from += ROWS_PER_COMMIT) {
    const rows = texts.slice(from, from + ROWS_PER_COMMIT).map((text, index) => {
      const orderMs = 1_700_000_000_000 + (from + index) * 60_000;
      const content = textContent({ id: toHex(randomBytes(16)) as ContentId, sentAtMs: orderMs }, text);
      const chat = chats[(from + index) % CHATS] as AccountId;
      return messages.put({ chat, isOwn: index % 2 === 0, content, orderMs, deliveries: [], isRead: true });
    });
    await store.commit(rows.flat());
  }
  return { store, people, messages, events, vanish, others: {} } as unknown as Core;
}

function takeMiniSearch(texts: readonly string[], queries: readonly string[]): Figures {
  const started = performance.now();
  const index = new MiniSearch({ fields: ["text"], tokenize: (text) => wordsOf(text).map(({ term }) => term) });
  index.addAll(texts.map((text, id) => ({ id, text })));
  const buildMs = performance.now() - started;
  const queryMs = queries.map((text) => {
    const from = performance.now();
    index.search(text, { prefix: true, combineWith: "AND" }).slice(0, FOUND);
    return performance.now() - from;
  });
  return { queryMs, buildMs, bytes: utf8Length(JSON.stringify(index)) };
}
