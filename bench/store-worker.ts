/** One process of the work `store`: fills the store of a person's node, or opens it as `kith start` does and looks at a chat. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cryptoSuite, LocalSecret, randomBytes } from "@kith/client";
import { FakeClock } from "@kith/client/testing";
import { startNode } from "@kith/node";
import { type AccountId, type ContentId, parseAccount, textContent, toHex } from "@kith/protocol";
import { messageIndexKey, messageIndexShape, messageRowKey } from "../packages/client/src/message/message-log.ts";
import { messageRowShape } from "../packages/client/src/message/message-row.ts";
import { createSealedStore } from "../packages/client/src/store/sealed-store.ts";
import { createTable } from "../packages/client/src/store/table.ts";
import { createDeviceSecretFile } from "../packages/node/src/config/device-secret.ts";
import { openAccountStore } from "../packages/node/src/store/node-stores.ts";
import { makeCorpus } from "./search-corpus.ts";
import { serveWork, settledRssBytes, tellWork, type WorkerMessage } from "./worker-process.ts";

/** Told when the store is full. */
export interface StoreFilled extends WorkerMessage {
  readonly chat: string;
}

/** How long what took, and the memory that is left in use. */
export interface StoreOpened extends WorkerMessage {
  /** From the call that starts the node until it answers. */
  readonly startSeconds: number;
  readonly listMs: number;
  /** The newest page of the large chat, at first and again. */
  readonly firstPageMs: number;
  readonly pageMs: readonly number[];
  /** Measuring what the large chat takes, all slices, and the longest of them. */
  readonly measureMs: number;
  readonly longestSliceMs: number;
  readonly rssBytes: number;
}

const MESSAGES_PER_COMMIT = 1000;
const PAGE = 50;
const PAGES = 20;

const place = { host: "127.0.0.1", port: 0, wsPort: 0, isMdnsOn: false };
const networkFile = fileURLToPath(new URL("./local-network.json", import.meta.url));
const folder = process.argv[2] ?? "";
const start = (dataFolder: string) => startNode({ dataFolder, networkFile, ...place });

/** Two people who met; the rows are written beside their engines, as an engine writes them. */
async function fill(messages: number): Promise<StoreFilled> {
  const [one, two] = [await start(folder), await start(join(folder, "..", "other"))];
  await one.client.call("account.create", {});
  const { account } = await two.client.call("account.create", {});
  const { text } = await one.client.call("invite.create", {});
  await two.client.call("invite.join", { invite: text, text: "hello" });
  const hasMet = async (): Promise<boolean> => (await one.client.call("chat.list", {})).length > 0;
  while (!(await hasMet())) await new Promise((resolve) => setTimeout(resolve, 20));
  await one.stop();
  await two.stop();
  await writeRows(account, messages);
  return { type: "filled", chat: account };
}

async function writeRows(written: string, messages: number): Promise<void> {
  const account = parseAccount(written);
  if (!account.ok) throw new TypeError("no account");
  const chat: AccountId = account.value;
  const level = await openAccountStore(folder);
  const common = { store: level, suite: cryptoSuite, random: randomBytes, clock: new FakeClock() };
  const argon2id = (): never => {
    throw new TypeError("there is no PIN");
  };
  const key = await new LocalSecret({ ...common, argon2id, deviceSecret: createDeviceSecretFile(folder) }).unlock(null);
  if (!key.ok) throw new TypeError("the store is locked");
  const store = createSealedStore(level, { key: key.value, suite: cryptoSuite, random: randomBytes });
  const rows = createTable(store, "message", messageRowShape);
  const index = createTable(store, "message-index", messageIndexShape);
  const chatKey = store.hideKey(chat);
  const { texts } = makeCorpus(messages);
  for (let from = 0; from < texts.length; from += MESSAGES_PER_COMMIT) {
    const some = texts.slice(from, from + MESSAGES_PER_COMMIT).flatMap((text, at) => {
      const orderMs = 1_600_000_000_000 + (from + at) * 60_000;
      const id = toHex(randomBytes(16)) as ContentId;
      const row = {
        chat,
        isOwn: false,
        content: textContent({ id, sentAtMs: orderMs }, text),
        orderMs,
        deliveries: [],
        isRead: true,
      };
      return [
        rows.put(messageRowKey(chatKey, orderMs, id), row),
        index.put(messageIndexKey(chatKey, "their", id), { orderMs, id }),
      ];
    });
    await store.commit(some);
  }
  await store.close();
}

async function timed(task: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await task();
  return performance.now() - from;
}

async function look(who: string): Promise<{ opened: StoreOpened; stop: () => Promise<void> }> {
  const from = performance.now();
  const node = await start(folder);
  await node.client.call("account.status", {});
  const startSeconds = (performance.now() - from) / 1000;
  const { client } = node;
  const listMs = await timed(() => client.call("chat.list", {}));
  const page = () => timed(() => client.call("message.list", { who, limit: PAGE }));
  const firstPageMs = await page();
  const pageMs: number[] = [];
  for (let at = 0; at < PAGES; at++) pageMs.push(await page());
  const isFound = async (): Promise<boolean> =>
    (await client.call("message.search", { text: "a", limit: 1 })).isComplete;
  while (!(await isFound())) await new Promise((resolve) => setTimeout(resolve, 50));
  const slicesMs: number[] = [];
  for (let after: string | undefined, isDone = false; !isDone; ) {
    slicesMs.push(
      await timed(async () => {
        after = (await client.call("storage.measure", { who, ...(after === undefined ? {} : { after }) })).next;
        isDone = after === undefined;
      }),
    );
  }
  const measureMs = slicesMs.reduce((sum, ms) => sum + ms, 0);
  const longestSliceMs = Math.max(...slicesMs);
  const times = { startSeconds, listMs, firstPageMs, pageMs, measureMs, longestSliceMs };
  return { opened: { type: "opened", ...times, rssBytes: settledRssBytes() }, stop: () => node.stop() };
}

let stop = (): Promise<void> => Promise.resolve();
serveWork(
  {
    fill: async ({ messages }: WorkerMessage & { messages: number }) => tellWork(await fill(messages)),
    open: async ({ who }: WorkerMessage & { who: string }) => {
      const looked = await look(who);
      stop = looked.stop;
      tellWork(looked.opened);
    },
  },
  () => stop(),
);
tellWork({ type: "ready" });
