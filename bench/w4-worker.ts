/**
 * One end of W4: a person's node as `kith start` runs it, on loopback, that sends a file or takes one. Started again in
 * its folder after a kill it goes on with the same file.
 */
import { fileURLToPath } from "node:url";
import type { Client, ClientEvent, Message } from "@kith/client";
import { startNode } from "@kith/node";
import { saveFile } from "../packages/node/src/files/save-file.ts";
import { serveWork, tellWork, type WorkerMessage } from "./worker-process.ts";

/** How an end is started, in JSON as its second argument. */
export interface FileNodePlace {
  /** Relays to use; with any, the node is no relay itself. */
  readonly relays?: readonly string[];
  /** The port it listens on, and the address it tells instead. */
  readonly port?: number;
  readonly announce?: readonly string[];
}

/** Told once it serves. */
export interface FileNodeReady extends WorkerMessage {
  readonly invite: string;
  /** Where pages reach its relay. */
  readonly wsAddress: string;
}

/** Whom to meet, by their invite. */
export interface FileMeet extends WorkerMessage {
  readonly invite: string;
}

/** What to send to the person who was met. */
export interface FileSend extends WorkerMessage {
  readonly path: string;
}

/** Told when the file was read, sealed and offered. */
export interface FileOffered extends WorkerMessage {
  readonly seconds: number;
}

/** Told when relays hold all of the file. */
export interface FileParked extends WorkerMessage {
  readonly seconds: number;
}

/** Where to save. */
export interface FileTake extends WorkerMessage {
  readonly folder: string;
}

/** Told when the file stands under its name, synced. */
export interface FileTaken extends WorkerMessage {
  /** From the acceptance until all of it was verified and synced in the vault. */
  readonly fetchSeconds: number;
  /** From then until it was written, synced and named in the folder. */
  readonly saveSeconds: number;
  readonly path: string;
}

/** CPU seconds so far, memory now and at most. */
export interface FileReport extends WorkerMessage {
  readonly cpuSeconds: number;
  readonly rssBytes: number;
  readonly maxRssBytes: number;
}

/** The main network's parameters without proofs of work, which would run on into the measurement. */
const NETWORK_FILE = new URL("./local-network.json", import.meta.url);

/** How often memory is looked at, in ms. */
const LOOK_MS = 100;

const [, , dataFolder = "", places = "{}"] = process.argv;
const { relays = [], port = 0, announce = [] } = JSON.parse(places) as FileNodePlace;
const node = await startNode({
  dataFolder,
  networkFile: fileURLToPath(NETWORK_FILE),
  host: "127.0.0.1",
  port,
  wsPort: 0,
  isMdnsOn: false,
  relays,
  announce,
  isRelayOn: relays.length === 0,
});
const { client } = node;
if ((await client.call("account.status", {})).state === "none") await client.call("account.create", {});
const { text: ownInvite } = await client.call("invite.create", {});
let maxRssBytes = 0;
setInterval(() => {
  maxRssBytes = Math.max(maxRssBytes, process.memoryUsage.rss());
}, LOOK_MS).unref();

async function waitFor<T>(of: Client, pick: (event: ClientEvent) => T | undefined): Promise<T> {
  for await (const event of of.events(0, new AbortController().signal)) {
    const found = pick(event);
    if (found !== undefined) return found;
  }
  throw new TypeError("the events ended");
}

function fileMessage(isSo: (message: Message) => boolean): (event: ClientEvent) => Message | undefined {
  return (event) =>
    "message" in event && event.message.file !== undefined && isSo(event.message) ? event.message : undefined;
}

async function meet({ invite }: FileMeet): Promise<void> {
  const { relation } = await client.call("invite.join", { invite });
  if (relation !== "accepted") {
    await waitFor(client, (event) =>
      event.type === "contact.changed" && event.contact.relation === "accepted" ? true : undefined,
    );
  }
  tellWork({ type: "met" });
}

async function send({ path }: FileSend): Promise<void> {
  const [{ account = "" } = {}] = await client.call("contact.list", {});
  const startedMs = performance.now();
  await node.files().sendPath({ who: account, path, name: "file.bin" });
  const offered: FileOffered = { type: "offered", seconds: (performance.now() - startedMs) / 1000 };
  tellWork(offered);
}

async function whenParked(): Promise<void> {
  const startedMs = performance.now();
  await waitFor(
    client,
    fileMessage(({ isOwn, file }) => isOwn && file?.parked?.state === "there"),
  );
  const parked: FileParked = { type: "parked", seconds: (performance.now() - startedMs) / 1000 };
  tellWork(parked);
}

async function take({ folder }: FileTake): Promise<void> {
  const { chat, id, file } = await waitFor(
    client,
    fileMessage(({ isOwn }) => !isOwn),
  );
  maxRssBytes = 0;
  const startedMs = performance.now();
  if (file?.state === "offered") await client.call("file.accept", { who: chat, id });
  await waitFor(
    client,
    fileMessage((message) => message.id === id && message.file?.state === "complete"),
  );
  const fetchedMs = performance.now();
  const { name, units } = await node.files().open({ who: chat, id });
  const path = await saveFile(folder, name, units);
  const savedMs = performance.now();
  const taken: FileTaken = {
    type: "taken",
    fetchSeconds: (fetchedMs - startedMs) / 1000,
    saveSeconds: (savedMs - fetchedMs) / 1000,
    path,
  };
  tellWork(taken);
}

serveWork(
  {
    meet,
    send,
    whenParked,
    take,
    report() {
      const { user, system } = process.cpuUsage();
      const rssBytes = process.memoryUsage.rss();
      const report: FileReport = { type: "report", cpuSeconds: (user + system) / 1e6, rssBytes, maxRssBytes };
      tellWork(report);
    },
  },
  () => node.stop(),
);
const { listening } = await node.status();
const ready: FileNodeReady = {
  type: "ready",
  invite: ownInvite,
  wsAddress: listening.find((each) => each.includes("/ws/p2p/")) ?? "",
};
tellWork(ready);
