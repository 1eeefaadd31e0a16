/** A person's node that imports an X archive from a file, as `kith import-x` and its node do together. */
import { open } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { importXArchive } from "@kith/client/x-archive";
import { startNode } from "@kith/node";
import { serveWork, settledRssBytes, tellWork, type WorkerMessage } from "./worker-process.ts";

/** Which file. */
export interface ArchiveTake extends WorkerMessage {
  readonly path: string;
}

/** Told when all of it is kept. */
export interface ArchiveTaken extends WorkerMessage {
  readonly seconds: number;
  readonly messages: number;
  readonly people: number;
  readonly idleRssBytes: number;
  readonly maxRssBytes: number;
}

/** How often memory is looked at, in ms. */
const LOOK_MS = 20;

const place = { host: "127.0.0.1", port: 0, wsPort: 0, isMdnsOn: false };
const networkFile = fileURLToPath(new URL("./local-network.json", import.meta.url));
const node = await startNode({ dataFolder: process.argv[2] ?? "", networkFile, ...place });
await node.client.call("account.create", {});

async function take(path: string): Promise<ArchiveTaken> {
  const idleRssBytes = settledRssBytes();
  let maxRssBytes = idleRssBytes;
  const timer = setInterval(() => {
    maxRssBytes = Math.max(maxRssBytes, process.memoryUsage.rss());
  }, LOOK_MS);
  const file = await open(path, "r");
  const sizeBytes = (await file.stat()).size;
  const read = async (offset: number, length: number): Promise<Uint8Array> => {
    const { bytesRead, buffer } = await file.read(new Uint8Array(length), 0, length, offset);
    return buffer.subarray(0, bytesRead);
  };
  const watch = { signal: new AbortController().signal, onProgress: () => undefined };
  const started = performance.now();
  const info = await importXArchive(node.client, { sizeBytes, read }, watch);
  const seconds = (performance.now() - started) / 1000;
  clearInterval(timer);
  await file.close();
  const { messages = 0, following = 0 } = info?.counts ?? {};
  return { type: "taken", seconds, messages, people: following, idleRssBytes, maxRssBytes };
}

serveWork({ take: async ({ path }: ArchiveTake) => tellWork(await take(path)) }, () => node.stop());
tellWork({ type: "ready" });
