import { execFile } from "node:child_process";
import { get } from "node:https";
import { type AddressInfo, createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { announcedAddresses, parseRelayConfig } from "../../packages/node/src/config/relay-config.ts";
import { startRelay } from "../../packages/node/src/daemon/relay-node.ts";
import { hostRelay } from "../../packages/node/src/relay-host/host-relay.ts";
import { SourceAddresses } from "../../packages/node/src/relay-host/source-addresses.ts";
import { makeFolder, nodeOptions } from "./nodes.ts";

const DIAL = fileURLToPath(new URL("./dial-relay.ts", import.meta.url));
const PEM = fileURLToPath(new URL("../../packages/node/src/relay-host/testing/", import.meta.url));

async function dial(address: string, env: Record<string, string>): Promise<string> {
  const options = { env: { ...process.env, ...env } };
  const { stdout } = await promisify(execFile)(process.execPath, ["--conditions=source", DIAL, address], options);
  return stdout;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

function ask(port: number, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { host: "localhost", port, path, rejectUnauthorized: false, agent: false as const };
    get(options, (response) => {
      let body = "";
      response.on("data", (chunk) => {
        body += chunk;
      });
      response.on("end", () => resolve(body));
    }).on("error", reject);
  });
}

test("a relay with a certificate answers over wss under its announced name, and nobody who distrusts it", async () => {
  const web = { port: 0, certificate: `${PEM}first.cert.pem`, key: `${PEM}first.key.pem` };
  const config = parseRelayConfig(JSON.stringify({ publicName: "localhost", web, metrics: { port: 0 } }), "/");
  const dataFolder = await makeFolder();
  const sources = new SourceAddresses();
  const relay = await startRelay({
    ...nodeOptions(dataFolder, []),
    listen: { host: "127.0.0.1", wsHost: "127.0.0.1", peerPort: 0, wsPort: await freePort() },
    announce: ["/dns/localhost/tcp/443/tls/ws"],
    findSource: (port) => sources.find(port),
  });
  const lines: string[] = [];
  const log = (level: string, event: string): number => lines.push(`${level} ${event}`);
  const { signal } = new AbortController();
  const hosted = await hostRelay({ relay, dataFolder, config, sources, log, turn: null, signal });
  onTestFinished(() => hosted.close());
  const [, address = ""] = announcedAddresses(config, { peer: 0, ws: 0 });
  const { relayId } = await relay.status();
  const target = `${address.replace("/tcp/0/", `/tcp/${hosted.webPort}/`)}/p2p/${relayId}`;
  expect(target).toMatch(/^\/dns\/localhost\/tcp\/\d+\/tls\/ws\/p2p\//);
  expect(await dial(target, { NODE_EXTRA_CA_CERTS: `${PEM}first.cert.pem` })).toBe("info");
  expect(await dial(target, {})).toBe("unreachable");
  const page = await ask(hosted.webPort ?? 0, "/network.json");
  expect(JSON.parse(page)).toMatchObject({
    mode: "peer",
    netId: "test",
    relays: [`/dns/localhost/tcp/443/tls/ws/p2p/${relayId}`],
  });
  const metrics = await (await fetch(`http://127.0.0.1:${hosted.metricsPort}/metrics`)).text();
  expect(metrics).toMatch(/^kith_relay_requests_total 1$/m);
  expect(lines).toEqual(["info metrics.listening", "info web.listening"]);
});
