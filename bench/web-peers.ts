/** Two pages as full peers over a relay: one of them is loaded anew, connects, and writes at once to the other. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DEFAULT_NETWORK_PARAMETERS } from "@kith/client";
import { parseRelayAddress } from "@kith/client/browser";
import { startRelay } from "@kith/node";
import type { NetId } from "@kith/protocol";
import type { Browser } from "playwright-core";
import { BrowserPeer, type PeerOptions } from "../test/e2e/support/browser-peer.ts";
import { bundlePage } from "../test/e2e/support/bundle-page.ts";
import { servePeerPage } from "../test/e2e/support/page-origin.ts";

const PAGE = fileURLToPath(new URL("../test/e2e/support/peer-page.ts", import.meta.url));
const DOCUMENT = `<!doctype html><html lang="en"><head><title>peer</title></head>
<body><script type="module" src="/peer-page.js"></script></body></html>`;
const NETWORK_FILE = fileURLToPath(new URL("./local-network.json", import.meta.url));
const PARAMETERS = { ...DEFAULT_NETWORK_PARAMETERS, netId: "bench" as NetId };

/** Longest wait for what another page does, in ms, and how often it is looked at. */
const WAIT_MS = 60_000;
const LOOK_MS = 2;

/** What one cold start showed, both from the start of the page's navigation. */
export interface PeerFigures {
  readonly relayMs: number;
  readonly messageMs: number;
}

/** Takes as many cold starts as there are rounds, of one page that has an account and a contact. */
export async function takePeers(browser: Browser, rounds: number): Promise<readonly PeerFigures[]> {
  const folder = await mkdtemp(join(tmpdir(), "kith-bench-web-"));
  const ports = { host: "127.0.0.1", port: 0, wsPort: 0 };
  const relay = await startRelay({
    dataFolder: join(folder, "relay"),
    ...ports,
    isMdnsOn: false,
    networkFile: NETWORK_FILE,
  });
  const pages = join(folder, "pages");
  await mkdir(pages);
  await writeFile(join(pages, "peer-page.js"), await bundlePage(PAGE));
  await writeFile(join(pages, "peer-page.html"), DOCUMENT);
  const origin = await servePeerPage(pages);
  try {
    const { listening } = await relay.status();
    const address = listening.find((each) => each.includes("/ws/p2p/"));
    if (address === undefined) throw new Error("the relay takes no WebSocket connections");
    const options: PeerOptions = { parameters: PARAMETERS, relays: [parseRelayAddress(address)] };
    const sender = await openPeer(browser, origin.url, options);
    const reader = await openPeer(browser, origin.url, options);
    const who = await meet(sender, reader);
    const figures: PeerFigures[] = [];
    for (let round = 0; round < rounds; round++) figures.push(await startCold(sender, reader, options, who, round));
    return figures;
  } finally {
    await origin.stop();
    await relay.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function openPeer(browser: Browser, url: string, options: PeerOptions): Promise<BrowserPeer> {
  const peer = await BrowserPeer.visit(await browser.newContext(), url);
  await peer.open(options);
  await peer.call("account.create", {});
  await untilRelay(peer);
  return peer;
}

/** Makes contacts of both. @returns the account of the reader. */
async function meet(sender: BrowserPeer, reader: BrowserPeer): Promise<string> {
  const { text: invite } = await reader.call("invite.create", {});
  await sender.call("invite.join", { invite });
  const { account } = await reader.call("account.status", {});
  if (account === undefined || account === null) throw new Error("the reader has no account");
  const areFriends = async (): Promise<boolean> => {
    const lists = await Promise.all([sender.call("contact.list", {}), reader.call("contact.list", {})]);
    return lists.every((list) => list.some(({ relation }) => relation === "accepted"));
  };
  const endMs = performance.now() + WAIT_MS;
  while (!(await areFriends())) if (performance.now() > endMs) throw new Error("the pages did not become contacts");
  return account;
}

async function startCold(
  sender: BrowserPeer,
  reader: BrowserPeer,
  options: PeerOptions,
  who: string,
  round: number,
): Promise<PeerFigures> {
  const text = `cold start ${round}`;
  const arrived = whenArrived(reader, text);
  await sender.reload();
  const relayMs = await openAndWrite(sender, options, who, text);
  const startedAtMs = await sender.page.evaluate(() => performance.timeOrigin);
  return { relayMs, messageMs: (await arrived) - startedAtMs };
}

/** Opens the messenger of a page and writes at once. @returns when its relay was connected, in ms of the page. */
async function openAndWrite(peer: BrowserPeer, options: PeerOptions, who: string, text: string): Promise<number> {
  await peer.open(options);
  const [relayMs] = await Promise.all([untilRelay(peer), peer.call("message.send", { who, text })]);
  return relayMs;
}

async function untilRelay(peer: BrowserPeer): Promise<number> {
  return await peer.page.evaluate(
    async ([waitMs, lookMs]) => {
      const isConnected = async () =>
        (await window.kith.messenger?.call("relay.list", {}))?.some(({ state }) => state === "connected") ?? false;
      const endMs = performance.now() + waitMs;
      while (!(await isConnected())) {
        if (performance.now() > endMs) throw new Error("no relay is connected");
        await new Promise((resolve) => setTimeout(resolve, lookMs));
      }
      return performance.now();
    },
    [WAIT_MS, LOOK_MS] as const,
  );
}

/** When a text reached a page's messenger, in ms of the Unix clock. */
async function whenArrived(peer: BrowserPeer, text: string): Promise<number> {
  return await peer.page.evaluate(async (wanted) => {
    for await (const event of window.kith.messenger?.events(0, new AbortController().signal) ?? []) {
      if (event.type === "message.received" && event.message.text === wanted) {
        return performance.timeOrigin + performance.now();
      }
    }
    throw new Error("the messenger stopped");
  }, text);
}
