/**
 * A relay under everything a stranger can throw at it: its memory keeps its bound, honest people are served, and it
 * recovers. `SIEGE_DOSE=1` is the full dose; the relay's rate for one address is lifted, since all comes from one.
 */
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cryptoSuite, randomBytes } from "@kith/client";
import { createLibp2pNetwork, type Libp2pNetwork } from "@kith/client/net";
import {
  type Access,
  decodeAs,
  encodeAs,
  envelopeIdOf,
  findProof,
  LABELS,
  MAX_FRAME_BYTES,
  type NewQueue,
  openingMac,
  type QueueId,
  type RelayId,
  type RelayRequest,
  type RelayResponse,
  relayRequest,
  relayResponse,
  toHex,
  uint64ToBytes,
  workTarget,
} from "@kith/protocol";
import { afterEach, expect, test, vi } from "vitest";
import { Processes } from "../demo/processes.ts";

const DOSE = process.env.SIEGE_DOSE ?? "0.1";
const PROGRAM = fileURLToPath(new URL("../../packages/node/dist/main.js", import.meta.url));
const FLOODER = fileURLToPath(new URL("./flooder.ts", import.meta.url));

const WORK_BITS = 12;
const MAX_GROWTH_BYTES = 256 * 2 ** 20;
const MAX_P99_MS = 500;
const RECOVERY_MS = 60_000;

/** Between two PUTs of the honest sender, in ms. */
const HONEST_PAUSE_MS = 25;

const processes = new Processes(PROGRAM);
let folder = "";
let network: Libp2pNetwork | null = null;

afterEach(async () => {
  await network?.stop();
  await processes.endAll();
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
});

test(`floods of dose ${DOSE} leave memory bounded, honest mail quick and complete, and pass without a trace`, async () => {
  folder = await mkdtemp(join(tmpdir(), "kith-siege-"));
  const relay = await startRelay();
  network = await createLibp2pNetwork({ listen: [], mdns: false, dht: "off" });
  const honest = await openHonest(network, relay.address);
  const idle = await relay.metric("process_resident_memory_bytes");
  const flood = startFlood(relay);
  const [waits, envelopes, peak] = await sendWhile(flood.isRunning, honest, relay);
  const answers = await flood.answers;
  const p99 = waits.toSorted((a, b) => a - b)[Math.floor(waits.length * 0.99)] ?? 0;
  const recovered = await recovery(relay);
  process.stdout.write(
    `idle ${mib(idle)}, peak ${mib(peak)}, after ${mib(recovered.bytes)} MiB; ${waits.length} honest PUTs, p99 ${Math.round(p99)} ms; ${JSON.stringify(answers)}\n`,
  );
  expect(answers.stored, "envelopes of strangers that were stored").toBeUndefined();
  expect(answers["not-open"], "PUTs refused").toBeGreaterThan(0);
  expect(answers["work-needed"], "CREATEs refused").toBeGreaterThan(0);
  expect(peak - idle).toBeLessThan(MAX_GROWTH_BYTES);
  expect(p99).toBeLessThan(MAX_P99_MS);
  expect(recovered.peers, "connections left of the flood").toBeLessThanOrEqual(1);
  expect(await honest.heldIds()).toEqual(envelopes.map((each) => envelopeIdOf(cryptoSuite, each)));
});

interface SiegedRelay {
  readonly address: string;
  readonly wsPort: string;
  metric(name: string): Promise<number>;
}

async function startRelay(): Promise<SiegedRelay> {
  const config = join(folder, "relay.json");
  const networkFile = join(folder, "network.json");
  await writeFile(
    networkFile,
    JSON.stringify({
      netId: "siege",
      parameters: { relayWork: { create: WORK_BITS, bundleGet: WORK_BITS, boxPut: WORK_BITS } },
    }),
  );
  await writeFile(
    config,
    JSON.stringify({
      dataFolder: join(folder, "relay"),
      network: networkFile,
      listen: { host: "127.0.0.1", port: 0, wsPort: 0 },
      mdns: false,
      metrics: { port: 0 },
      limits: { requestsPerSecond: 100_000, requestBurst: 100_000 },
    }),
  );
  const { ready } = await processes.start("relay", ["relay", "--config", config]);
  const { listening } = ready.status as { listening: readonly string[] };
  const [address = ""] = listening.filter((each) => /\/tcp\/\d+\/p2p\//.test(each));
  const wsPort = /\/tcp\/(\d+)\/ws/.exec(listening.join(" "))?.[1] ?? "";
  const port = /metrics\.listening port=(\d+)/.exec(processes.logOf("relay"))?.[1];
  return {
    address,
    wsPort,
    async metric(name) {
      const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      return Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1]);
    },
  };
}

function startFlood({ address, wsPort }: SiegedRelay) {
  const child = spawn(process.execPath, ["--conditions=source", FLOODER, address, wsPort, DOSE], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  let isOver = false;
  child.stdout.on("data", (chunk) => {
    output += chunk;
  });
  const answers = new Promise<Record<string, number>>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      isOver = true;
      if (code === 0) resolve(JSON.parse(output));
      else reject(new Error(`the flooder ended with ${code}`));
    });
  });
  answers.catch(() => undefined);
  return { answers, isRunning: () => !isOver };
}

/** The proof of work that a relay asks of a stranger for a queue. */
function payFor(relay: RelayId, dayValue: Uint8Array, queue: NewQueue): Access {
  const data = workTarget(relay, dayValue, { operation: "create", queues: [queue] });
  const proof = findProof(cryptoSuite, {
    label: LABELS.relayWork,
    data,
    bits: WORK_BITS,
    startNonce: 0,
    maxTries: 1e7,
  });
  if (proof === null) throw new RangeError("no proof found");
  return { type: "work", nonce: uint64ToBytes(proof.nonce) };
}

interface Honest {
  put(envelope: Uint8Array): Promise<void>;
  heldIds(): Promise<readonly string[]>;
}

async function openHonest(over: Libp2pNetwork, target: string): Promise<Honest> {
  const [address = "", relay = ""] = target.split("/p2p/");
  const channel = await over.open({ relay: relay as RelayId, addresses: [address] }, "relay", "send");
  if (!channel.ok) throw new Error(`no channel: ${channel.error.code}`);
  const ask = async <T extends RelayResponse["type"]>(request: RelayRequest, expected: T) => {
    const frame = await channel.value.request(encodeAs(relayRequest, request));
    const answer = frame.ok ? decodeAs(relayResponse, frame.value, MAX_FRAME_BYTES) : frame;
    if (!answer.ok || answer.value.type !== expected)
      throw new Error(`expected ${expected}: ${JSON.stringify(answer)}`);
    return answer.value as Extract<RelayResponse, { type: T }>;
  };
  const { channelNonce, dayValue } = await ask({ type: "info" }, "info");
  const id = (): QueueId => toHex(randomBytes(16)) as QueueId;
  const queue = { receiveId: id(), sendId: id(), ownerMacKey: randomBytes(32), senderMacKey: randomBytes(32) };
  await ask({ type: "create", queues: [queue], access: payFor(relay as RelayId, dayValue, queue) }, "done");
  const binding = { relay: relay as RelayId, channelNonce };
  const opening = (side: "send" | "receive", name: QueueId, key: Uint8Array) => {
    return { side, queue: name, mac: openingMac(cryptoSuite, key, binding, side, name) };
  };
  const openings = [
    opening("send", queue.sendId, queue.senderMacKey),
    opening("receive", queue.receiveId, queue.ownerMacKey),
  ];
  await ask({ type: "open", openings }, "queues");
  return {
    async put(envelope) {
      const { outcomes } = await ask({ type: "put", items: [{ queue: queue.sendId, envelope }] }, "put");
      if (outcomes[0]?.mac === undefined) throw new Error(`an honest PUT was refused: ${outcomes[0]?.error}`);
    },
    async heldIds() {
      const ids: string[] = [];
      for (let isMore = true, afterSeq = 0; isMore; ) {
        const page = await ask({ type: "list", queue: queue.receiveId, afterSeq, max: 1000 }, "list");
        ids.push(...page.items.map((each) => each.id));
        afterSeq = page.items.at(-1)?.seq ?? afterSeq;
        isMore = page.isMore;
      }
      return ids;
    },
  };
}

/** One PUT after the other while the flood runs. @returns how long each took in ms, what was sent, and the peak memory. */
async function sendWhile(isRunning: () => boolean, honest: Honest, relay: SiegedRelay) {
  const waits: number[] = [];
  const envelopes: Uint8Array[] = [];
  let peak = 0;
  while (isRunning()) {
    const envelope = randomBytes(768);
    const startedMs = performance.now();
    await honest.put(envelope);
    waits.push(performance.now() - startedMs);
    envelopes.push(envelope);
    if (waits.length % 20 === 0) peak = Math.max(peak, await relay.metric("process_resident_memory_bytes"));
    await new Promise((resolve) => setTimeout(resolve, HONEST_PAUSE_MS));
  }
  return [waits, envelopes, peak] as const;
}

/** How the relay is once the connections of the flood are gone, or the time for it is over. */
async function recovery(relay: SiegedRelay): Promise<{ readonly peers: number; readonly bytes: number }> {
  let peers = Number.POSITIVE_INFINITY;
  const isAlone = async (): Promise<boolean> => {
    peers = await relay.metric("kith_relay_peers");
    return peers <= 1;
  };
  await vi.waitUntil(isAlone, { timeout: RECOVERY_MS }).catch(() => undefined); // the caller looks at what is left
  return { peers, bytes: await relay.metric("process_resident_memory_bytes") };
}

function mib(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}
