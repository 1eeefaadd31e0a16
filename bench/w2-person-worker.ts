/** A person of W2: a node that uses the relays it is given, driven through its `Client`. */
import { fileURLToPath } from "node:url";
import type { Client, ClientEvent } from "@kith/client";
import { startNode } from "@kith/node";
import { STORED_WORK } from "./stored-figures.ts";
import { serveWork, tellWork, type WorkerMessage } from "./worker-process.ts";

/** Told once it runs. */
export interface PersonReady extends WorkerMessage {
  readonly account: string;
  readonly invite: string;
}

/** Asked: become a contact of whoever made the invite. Answered with the account once both accepted. */
export interface PersonMet extends WorkerMessage {
  readonly account: string;
}

/** Told when every message is shown as sent. */
export interface Deposited extends WorkerMessage {
  readonly messagesPerSecond: number;
}

/** Told when everything has come: numbers in order of arrival, and how long it took from the start of the node. */
export interface Drained extends WorkerMessage {
  readonly received: readonly number[];
  readonly ms: number;
}

const NETWORK_FILE = new URL("./local-network.json", import.meta.url);
const KIND = "stored";

/** A text of exactly the work's size that begins with its number. */
function makeText(number: number): string {
  return `${KIND} ${number} `.padEnd(STORED_WORK.sizeBytes, "x");
}

const received: number[] = [];
let lastReceivedMs = 0;
let onDelivered: () => void = () => undefined;
let onSent: () => void = () => undefined;
let onAccepted: (account: string) => void = () => undefined;
let onReceived: () => void = () => undefined;

function handleEvent(event: ClientEvent): void {
  if (event.type === "contact.changed" && event.contact.relation === "accepted") onAccepted(event.contact.account);
  if (event.type === "message.changed" && event.message.state === "sent") onSent();
  if (event.type === "message.changed" && event.message.state === "delivered") onDelivered();
  if (event.type !== "message.received" || !event.message.text.startsWith(KIND)) return;
  received.push(Number(event.message.text.split(" ")[1]));
  lastReceivedMs = performance.now();
  onReceived();
}

async function listen(client: Client): Promise<void> {
  for await (const event of client.events(0, new AbortController().signal)) handleEvent(event);
}

/** @returns messages a second from the first send to the last one shown as sent. */
async function deposit(client: Client, who: string): Promise<number> {
  const { messages, maxUnacknowledged } = STORED_WORK;
  let started = 0;
  let sent = 0;
  const startedMs = performance.now();
  await new Promise<void>((resolve, reject) => {
    const pump = (): void => {
      if (sent >= messages) resolve();
      while (started < messages && started - sent < maxUnacknowledged) {
        started += 1;
        client.call("message.send", { who, text: makeText(started) }).catch(reject);
      }
    };
    onSent = () => {
      sent += 1;
      pump();
    };
    pump();
  });
  return (messages * 1000) / (performance.now() - startedMs);
}

const [, , dataFolder = "", ...relays] = process.argv;
const startedMs = performance.now();
const node = await startNode({
  dataFolder,
  networkFile: fileURLToPath(NETWORK_FILE),
  host: "127.0.0.1",
  port: 0,
  wsPort: 0,
  isMdnsOn: false,
  isRelayOn: false,
  relays,
});
const { client } = node;
const status = await client.call("account.status", {});
const account = status.account ?? (await client.call("account.create", {})).account;
void listen(client);
serveWork(
  {
    async meet({ invite }: PersonReady) {
      const accepted = new Promise<string>((resolve) => {
        onAccepted = resolve;
      });
      const joined = await client.call("invite.join", { invite });
      const met: PersonMet = {
        type: "met",
        account: joined.relation === "accepted" ? joined.account : await accepted,
      };
      tellWork(met);
    },
    /** One message there, while both are online: whatever was under way between them has come before it. */
    async greet({ account }: PersonMet) {
      const delivered = new Promise<void>((resolve) => {
        onDelivered = resolve;
      });
      await client.call("message.send", { who: account, text: "hello" });
      await delivered;
      tellWork({ type: "greeted" });
    },
    async deposit({ account }: PersonMet) {
      const done: Deposited = { type: "deposited", messagesPerSecond: await deposit(client, account) };
      tellWork(done);
    },
    drain() {
      onReceived = () => {
        if (new Set(received).size < STORED_WORK.messages) return;
        onReceived = () => undefined;
        const drained: Drained = { type: "drained", received, ms: lastReceivedMs - startedMs };
        tellWork(drained);
      };
      onReceived();
    },
  },
  () => node.stop(),
);
const { text: invite } = await client.call("invite.create", {});
const ready: PersonReady = { type: "ready", account, invite };
tellWork(ready);
