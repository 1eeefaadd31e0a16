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
import { envelopeIdOf } from "@kith/protocol";
import { afterEach, expect, test, vi } from "vitest";
import { Processes } from "../demo/processes.ts";
import { openQueue, type RelayQueue, WORK_BITS } from "./relay-queue.ts";

const DOSE = process.env.SIEGE_DOSE ?? "0.1";
const PROGRAM = fileURLToPath(new URL("../../packages/node/dist/main.js", import.meta.url));
const FLOODER = fileURLToPath(new URL("./flooder.ts", import.meta.url));

/** The ways in: TCP, WebSocket, webrtc-direct. */
const TRANSPORTS = [/\/tcp\/\d+\/p2p\//, /\/tcp\/\d+\/ws\/p2p\//, /\/webrtc-direct\//] as const;

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
  const honest = await openQueue(network, relay.address, "send");
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
  /** Its TCP address, with its PeerId as all of them. */
  readonly address: string;
  /** One address of each transport. */
  readonly addresses: readonly string[];
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
  const addresses = TRANSPORTS.map((transport) => listening.find((each) => transport.test(each)) ?? "");
  const [address = ""] = addresses;
  const port = /metrics\.listening port=(\d+)/.exec(processes.logOf("relay"))?.[1];
  return {
    address,
    addresses,
    async metric(name) {
      const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      return Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1]);
    },
  };
}

function startFlood({ addresses }: SiegedRelay) {
  const child = spawn(process.execPath, ["--conditions=source", FLOODER, DOSE, ...addresses], {
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

/** One PUT after the other while the flood runs. @returns how long each took in ms, what was sent, and the peak memory. */
async function sendWhile(isRunning: () => boolean, honest: RelayQueue, relay: SiegedRelay) {
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
