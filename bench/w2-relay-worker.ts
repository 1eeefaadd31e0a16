/** A relay of W2 and W4, on loopback: what `kith relay` serves, with rates that let one machine send all of it. */
import { fileURLToPath } from "node:url";
import { startRelay } from "@kith/node";
import { serveWork, settledRssBytes, tellWork, type WorkerMessage } from "./worker-process.ts";

/** Told once it serves. */
export interface RelayReady extends WorkerMessage {
  /** A TCP address with its PeerId. */
  readonly address: string;
  readonly port: number;
  /** From the call to the relay that serves: its stores are open and checked. */
  readonly openedMs: number;
}

/** CPU seconds and memory so far. */
export interface RelayReport extends WorkerMessage {
  readonly cpuSeconds: number;
  readonly rssBytes: number;
  readonly envelopesStored: number;
  readonly queues: number;
}

const NETWORK_FILE = new URL("./local-network.json", import.meta.url);

/** One sender's rate and one address's rate are for strangers far away; here all are one machine. */
const LIMITS = {
  requestsPerSecond: 1_000_000,
  requestBurst: 1_000_000,
  putBytesPerSecond: 2 ** 30,
  putBurstBytes: 2 ** 30,
  blobBytesPerSecond: 2 ** 30,
  blobBurstBytes: 2 ** 30,
};

const [, , dataFolder = "", port = "0"] = process.argv;
const startedMs = performance.now();
const relay = await startRelay({
  dataFolder,
  networkFile: fileURLToPath(NETWORK_FILE),
  host: "127.0.0.1",
  port: Number(port),
  wsPort: 0,
  isMdnsOn: false,
  limits: LIMITS,
});
const openedMs = performance.now() - startedMs;
serveWork(
  {
    report() {
      const { user, system } = process.cpuUsage();
      const report: RelayReport = {
        type: "report",
        cpuSeconds: (user + system) / 1e6,
        rssBytes: settledRssBytes(),
        envelopesStored: relay.metrics().envelopesStored,
        queues: relay.metrics().queues,
      };
      tellWork(report);
    },
  },
  () => relay.stop(),
);
const { listening } = await relay.status();
const address = listening.find((each) => /\/tcp\/\d+\/p2p\//.test(each)) ?? "";
const ready: RelayReady = { type: "ready", address, port: Number(/\/tcp\/(\d+)\//.exec(address)?.[1]), openedMs };
tellWork(ready);
