/** The floor of W3: the host of a relay without the relay, on which each client holds one open stream. */
import { randomBytes } from "@kith/client";
import { startMainHost } from "../../packages/client/src/net/host.ts";
import type { IdleMemory, IdleServer } from "../idle-figures.ts";
import { serveWork, settledRssBytes, tellWork } from "../worker-process.ts";
import { BARE_PROTOCOL } from "./bare-protocol.ts";

const { host } = await startMainHost({
  seed: randomBytes(32),
  listen: ["/ip4/127.0.0.1/tcp/0"],
  announce: [],
  dht: "off",
  relayCircuits: false,
  gossips: false,
  discovery: [],
  prepare: (made) =>
    made.handle(BARE_PROTOCOL, (stream) => {
      stream.addEventListener("message", ({ data }) => {
        stream.send(data);
      });
    }),
});
const memory = (): IdleMemory => ({ type: "report", rssBytes: settledRssBytes() });
serveWork({ report: () => tellWork(memory()) }, async () => host.stop());
const ready: IdleServer = { type: "ready", address: String(host.getMultiaddrs()[0]) };
tellWork(ready);
