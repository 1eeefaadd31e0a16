import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DEFAULT_NETWORK_PARAMETERS } from "@kith/client";
import type { RelayId } from "@kith/protocol";
import { describe, expect, onTestFinished, test } from "vitest";
import { askPage, dialPage, refusalStatus } from "../testing/page-client.ts";
import { makeTemporaryFolder } from "../testing/temporary-folder.ts";
import type { PeerNetwork } from "./page-origin.ts";
import { createPeerPage, servePeerPage } from "./peer-page.ts";

const RELAY = "12D3KooWGQmdpbHvtgmiHcmRq4JPpYBmhJdCjWqG1Yh5sC5iCqvA";

async function makeApp(): Promise<string> {
  const folder = join(await makeTemporaryFolder(), "web");
  await mkdir(folder);
  await writeFile(join(folder, "index.html"), "<title>the app</title>");
  await writeFile(join(folder, "network.json"), '{"netId":"of the build"}');
  return folder;
}

async function serve(readNetwork: () => PeerNetwork): Promise<number> {
  const page = await servePeerPage({ port: 0, webFolder: await makeApp(), readNetwork });
  onTestFinished(() => page.close());
  return Number(new URL(page.url).port);
}

const network: PeerNetwork = {
  parameters: {
    ...DEFAULT_NETWORK_PARAMETERS,
    seedRelays: [{ relay: RELAY as RelayId, addresses: ["/dns4/a.example/tcp/443/wss", "/ip4/192.0.2.1/tcp/5484"] }],
  },
  relays: [`/ip4/127.0.0.1/tcp/5485/ws/p2p/${RELAY}`, `/ip4/127.0.0.1/tcp/5484/p2p/${RELAY}`],
};

describe("the page for peers in the browser", () => {
  test("is the app, which may dial relays and nothing else", async () => {
    const { status, headers, body } = await askPage(await serve(() => network));
    expect([status, body]).toEqual([200, "<title>the app</title>"]);
    expect(headers["content-security-policy"]).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data: blob:; media-src blob:; " +
        "connect-src 'self' ws: wss:; manifest-src 'self'; base-uri 'none'; form-action 'none'; " +
        "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types kith",
    );
  });

  test("tells the network as it is now, with the addresses that a browser can dial", async () => {
    let current = network;
    const port = await serve(() => current);
    const ask = async () => JSON.parse((await askPage(port, { path: "/network.json" })).body) as unknown;
    const { netId, seedRelays: _, ...parameters } = DEFAULT_NETWORK_PARAMETERS;
    expect(await ask()).toEqual({
      format: 1,
      mode: "peer",
      netId,
      parameters,
      relays: [`/ip4/127.0.0.1/tcp/5485/ws/p2p/${RELAY}`, `/dns4/a.example/tcp/443/wss/p2p/${RELAY}`],
    });
    current = { parameters: DEFAULT_NETWORK_PARAMETERS, relays: [] };
    expect(await ask()).toMatchObject({ relays: [] });
  });

  test("has no door to a node: a request for a connection is one for a file that is not there", async () => {
    const port = await serve(() => network);
    await expect(refusalStatus(dialPage(port, { token: "any" }))).resolves.toBe(404);
  });

  test.each(["evil.example", "127.0.0.1", "localhost:1"])("the host %s gets nothing", async (host) => {
    const port = await serve(() => network);
    for (const path of ["/", "/network.json"]) expect((await askPage(port, { host, path })).status).toBe(421);
  });

  test("can only be read, and shows no inner text when something fails", async () => {
    const port = await serve(() => {
      throw new Error("inner text");
    });
    expect((await askPage(port, { method: "POST" })).status).toBe(405);
    const { status, body } = await askPage(port, { path: "/network.json" });
    expect([status, body.includes("inner text")]).toEqual([503, false]);
    expect((await askPage(port, { path: "/missing.js" })).status).toBe(404);
  });

  test("under TLS dials nothing in the clear and asks to be visited under TLS only", async () => {
    const { createLocalServer, listenLocally, portOf } = await import("./local-server.ts");
    const server = createLocalServer();
    onTestFinished(() => void server.close());
    const webFolder = await makeApp();
    const isOwnHost = (host: string): boolean => host === "relay.example";
    server.on("request", createPeerPage({ webFolder, isOwnHost, readNetwork: () => network, isSecure: true }));
    await listenLocally(server, 0);
    const { headers } = await askPage(portOf(server), { host: "relay.example" });
    expect(headers["content-security-policy"]).toContain("connect-src 'self' wss:;");
    expect(headers["strict-transport-security"]).toBe("max-age=31536000");
  });
});
