/** One end of W1: a person's node as `kith start` runs it, on loopback, driven through its `Client`. */
import { fileURLToPath } from "node:url";
import type { Client, ClientEvent, Message } from "@kith/client";
import { type PersonalNode, startNode } from "@kith/node";
import { ONLINE_WORK, type OnlineFigures } from "./online-figures.ts";
import { percentile } from "./report.ts";
import { serveWork, tellWork, type WorkerMessage } from "./worker-process.ts";

/** Told by both ends once they serve. */
export interface NodeReady extends WorkerMessage {
  readonly invite: string;
}

/** Told by the sending end. */
export interface NodeDone extends WorkerMessage {
  readonly figures: OnlineFigures;
}

/** Told by either end: CPU seconds and memory so far, and the pipelined messages it received. */
export interface NodeReport extends WorkerMessage {
  readonly cpuSeconds: number;
  readonly rssBytes: number;
  /** Numbers of the pipelined messages in order of arrival. */
  readonly received: readonly number[];
}

/** The main network's parameters without proofs of work, which would run on into the first messages. */
const NETWORK_FILE = new URL("./local-network.json", import.meta.url);

const PING = "ping";
const DATA = "data";

/** A text of exactly the work's size that begins with its kind and number. */
function makeText(kind: string, number: number): string {
  return `${kind} ${number} `.padEnd(ONLINE_WORK.sizeBytes, "x");
}

function readText(text: string): { readonly kind: string; readonly number: number } {
  const [kind = "", number] = text.split(" ", 2);
  return { kind, number: Number(number) };
}

const received: number[] = [];
let onPong: (message: Message) => void = () => undefined;
let onChange: (message: Message) => void = () => undefined;
let onAccepted: (account: string) => void = () => undefined;

function handleEvent(client: Client, event: ClientEvent): void {
  if (event.type === "contact.changed" && event.contact.relation === "accepted") onAccepted(event.contact.account);
  if (event.type === "message.changed") onChange(event.message);
  if (event.type !== "message.received") return;
  const { chat, text } = event.message;
  const { kind, number } = readText(text);
  if (kind === DATA) received.push(number);
  else if (kind === PING) void client.call("message.send", { who: chat, text: makeText("pong", number) });
  else onPong(event.message);
}

async function listenToEvents(client: Client): Promise<void> {
  for await (const event of client.events(-1, new AbortController().signal)) handleEvent(client, event);
}

/** Joins by an invite and waits until the other side has let us in. */
async function meet(client: Client, invite: string): Promise<string> {
  const accepted = new Promise<string>((resolve) => {
    onAccepted = resolve;
  });
  const { account, relation } = await client.call("invite.join", { invite });
  return relation === "accepted" ? account : await accepted;
}

async function pingPong(client: Client, who: string): Promise<readonly number[]> {
  const roundTripsMs: number[] = [];
  const { warmUps, pingPongs } = ONLINE_WORK;
  for (let i = 0; i < warmUps + pingPongs; i++) {
    const answered = new Promise<Message>((resolve) => {
      onPong = resolve;
    });
    const startedMs = performance.now();
    await client.call("message.send", { who, text: makeText(PING, i) });
    await answered;
    if (i >= warmUps) roundTripsMs.push(performance.now() - startedMs);
  }
  return roundTripsMs;
}

/** @returns messages a second from the first send to the last one known as delivered. */
async function pipeline(client: Client, who: string): Promise<number> {
  const { pipelined, maxUnconfirmed } = ONLINE_WORK;
  let sent = 0;
  let delivered = 0;
  const startedMs = performance.now();
  await new Promise<void>((resolve, reject) => {
    const pump = (): void => {
      if (delivered >= pipelined) resolve();
      while (sent < pipelined && sent - delivered < maxUnconfirmed) {
        sent += 1;
        client.call("message.send", { who, text: makeText(DATA, sent) }).catch(reject);
      }
    };
    onChange = (message) => {
      if (message.state !== "delivered" || readText(message.text).kind !== DATA) return;
      delivered += 1;
      pump();
    };
    pump();
  });
  return (pipelined * 1000) / (performance.now() - startedMs);
}

async function run(client: Client, invite: string): Promise<OnlineFigures> {
  const who = await meet(client, invite);
  const roundTripsMs = await pingPong(client, who);
  const messagesPerSecond = await pipeline(client, who);
  return { rttP50Ms: percentile(roundTripsMs, 0.5), rttP99Ms: percentile(roundTripsMs, 0.99), messagesPerSecond };
}

async function start(dataFolder: string): Promise<{ readonly node: PersonalNode; readonly invite: string }> {
  const place = { host: "127.0.0.1", port: 0, wsPort: 0, isMdnsOn: false };
  const node = await startNode({ dataFolder, networkFile: fileURLToPath(NETWORK_FILE), ...place });
  await node.client.call("account.create", {});
  const { text } = await node.client.call("invite.create", {});
  return { node, invite: text };
}

const { node, invite } = await start(process.argv[2] ?? "");
void listenToEvents(node.client);
serveWork(
  {
    async run(message: NodeReady) {
      const done: NodeDone = { type: "done", figures: await run(node.client, message.invite) };
      tellWork(done);
    },
    report() {
      const { user, system } = process.cpuUsage();
      const report: NodeReport = {
        type: "report",
        cpuSeconds: (user + system) / 1e6,
        rssBytes: process.memoryUsage.rss(),
        received,
      };
      tellWork(report);
    },
  },
  () => node.stop(),
);
const ready: NodeReady = { type: "ready", invite };
tellWork(ready);
