/**
 * Idle clients of W3, each on a connection and under an identity of its own. At a relay they make a queue, open it and
 * subscribe; at a bare host they open a stream and send one byte. Then they do nothing.
 */
import { cryptoSuite } from "@kith/client";
import { openingMac, type RelayId } from "@kith/protocol";
import { openChannel } from "../packages/client/src/net/channel.ts";
import { dialAddresses } from "../packages/client/src/net/dial-addresses.ts";
import { startClientHost } from "../packages/client/src/net/host-options.ts";
import { PROTOCOL_IDS } from "../packages/client/src/net/protocol-ids.ts";
import { askOver, newQueue } from "../test/support/relay-asker.ts";
import { BARE_PROTOCOL } from "./floors/bare-protocol.ts";
import { IDLE_WORK } from "./idle-figures.ts";
import { serveWork, tellWork, type WorkerMessage } from "./worker-process.ts";

/** Told once all are idle, and asked again for those that still get an answer. */
export interface ClientsIdle extends WorkerMessage {
  readonly clients: number;
}

/** Whether a client is still served. */
type IsServed = () => Promise<boolean>;

const [, , mode = "", target = "", countText = "0"] = process.argv;
const [address = "", relay = ""] = target.split("/p2p/");

async function openRelayClient(): Promise<IsServed> {
  const channel = openChannel(await openStream(PROTOCOL_IDS.relay), relay as RelayId);
  const ask = askOver(channel);
  const { channelNonce } = await ask({ type: "info" }, "info");
  const queue = newQueue();
  await ask({ type: "create", queues: [queue], access: { type: "work", nonce: new Uint8Array(8) } }, "done");
  const binding = { relay: relay as RelayId, channelNonce };
  const mac = openingMac(cryptoSuite, queue.ownerMacKey, binding, "receive", queue.receiveId);
  await ask({ type: "open", openings: [{ side: "receive", queue: queue.receiveId, mac }] }, "queues");
  const subscribe = async (): Promise<boolean> => {
    const { outcomes } = await ask({ type: "subscribe", queues: [queue.receiveId] }, "queues");
    return outcomes.every(({ error }) => error === undefined);
  };
  if (!(await subscribe())) throw new Error("a client could not subscribe");
  return subscribe;
}

/** A stream on a connection of its own, under an identity of its own: a host without WebRTC, of which a thousand fit one process. */
async function openStream(protocol: string): Promise<Parameters<typeof openChannel>[0]> {
  const host = await startClientHost(false);
  const addresses = dialAddresses({ relay: relay as RelayId, addresses: [address] });
  const connection = await host.dial(addresses, { signal: AbortSignal.timeout(60_000) });
  return await connection.newStream(protocol);
}

async function openBareClient(): Promise<IsServed> {
  const stream = await openStream(BARE_PROTOCOL);
  const echo = (): Promise<boolean> =>
    new Promise((resolve) => {
      stream.addEventListener("message", () => resolve(true), { once: true });
      stream.addEventListener("close", () => resolve(false), { once: true });
      stream.send(Uint8Array.of(1));
    });
  await echo();
  return echo;
}

const open = mode === "relay" ? openRelayClient : openBareClient;
const clients: IsServed[] = [];
const wanted = Number(countText);
const startedMs = performance.now();
let begun = 0;

async function openSome(): Promise<void> {
  while (begun < wanted) {
    const dueMs = startedMs + (begun * 1000) / IDLE_WORK.connectsPerSecond;
    begun += 1;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, dueMs - performance.now())));
    clients.push(await open());
  }
}

async function countServed(): Promise<number> {
  const served = await Promise.all(clients.map((each) => each().catch(() => false)));
  return served.filter((each) => each).length;
}

serveWork(
  { check: async () => tellWork({ type: "served", clients: await countServed() } as ClientsIdle) },
  // Their hosts end with the process: to stop a thousand in good order takes longer than the work.
  async () => undefined,
);
await Promise.all(Array.from({ length: IDLE_WORK.connecting }, openSome));
tellWork({ type: "idle", clients: clients.length } as ClientsIdle);
