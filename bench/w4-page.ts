/** A file from a page in a real browser, as a full peer, to a node: from the node's acceptance until all of it is synced. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DEFAULT_NETWORK_PARAMETERS } from "@kith/client";
import { parseRelayAddress } from "@kith/client/browser";
import type { NetId } from "@kith/protocol";
import type { Browser } from "playwright-core";
import { BrowserPeer } from "../test/e2e/support/browser-peer.ts";
import { bundlePage } from "../test/e2e/support/bundle-page.ts";
import { servePeerPage } from "../test/e2e/support/page-origin.ts";
import { MIB } from "./w4-files.ts";
import type { FileNodeReady, FileTake, FileTaken } from "./w4-worker.ts";
import { startWorker } from "./worker-process.ts";

const NODE = new URL("./w4-worker.ts", import.meta.url);
const PAGE = fileURLToPath(new URL("../test/e2e/support/peer-page.ts", import.meta.url));
const DOCUMENT = `<!doctype html><html lang="en"><head><title>peer</title></head>
<body><script type="module" src="/peer-page.js"></script></body></html>`;
const PARAMETERS = { ...DEFAULT_NETWORK_PARAMETERS, netId: "bench" as NetId };

/** Longest wait for the node to let the page in, in ms. */
const WAIT_MS = 60_000;

/** What a page handing over a file showed. */
export interface PageFigures {
  readonly fetchMbPerSecond: number;
  /** Pieces taken, sealed and kept by the page. */
  readonly offerMbPerSecond: number;
}

/** One file of random bytes. */
export async function takeFromPage(browser: Browser, folder: string, sizeMiB: number): Promise<PageFigures> {
  const node = startWorker(NODE, [join(folder, "node")]);
  const pages = join(folder, "pages");
  await mkdir(pages);
  await writeFile(join(pages, "peer-page.js"), await bundlePage(PAGE));
  await writeFile(join(pages, "peer-page.html"), DOCUMENT);
  const origin = await servePeerPage(pages);
  const context = await browser.newContext();
  try {
    const { invite, wsAddress } = await node.next<FileNodeReady>("ready");
    const peer = await BrowserPeer.visit(context, origin.url);
    await peer.open({ parameters: PARAMETERS, relays: [parseRelayAddress(wsAddress)] });
    await peer.call("account.create", {});
    const { account } = await peer.call("invite.join", { invite });
    const offerSeconds = await offer(peer, account, sizeMiB);
    const saveTo = join(folder, "saved");
    await mkdir(saveTo);
    const take: FileTake = { type: "take", folder: saveTo };
    const { fetchSeconds } = await node.ask<FileTaken>(take, "taken");
    const megabytes = (sizeMiB * MIB) / 1e6;
    return { fetchMbPerSecond: megabytes / fetchSeconds, offerMbPerSecond: megabytes / offerSeconds };
  } finally {
    await context.close();
    await origin.stop();
    await node.stop();
  }
}

/** Waits until the node has let the page in, then gives the page's messenger a file in pieces. @returns seconds. */
async function offer(peer: BrowserPeer, who: string, sizeMiB: number): Promise<number> {
  return await peer.page.evaluate(
    async ([account, size, waitMs]) => {
      const { messenger } = window.kith;
      if (messenger === undefined) throw new Error("no messenger is open");
      const endMs = performance.now() + waitMs;
      const isIn = async () => (await messenger.call("contact.get", { who: account })).relation === "accepted";
      while (!(await isIn())) {
        if (performance.now() > endMs) throw new Error("the node did not let the page in");
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      const piece = crypto.getRandomValues(new Uint8Array(64 * 1024));
      const data = btoa(String.fromCharCode(...piece));
      const sizeBytes = size * 1024 * 1024;
      const startedMs = performance.now();
      const { id } = await messenger.call("file.begin", { who: account, name: "page.bin", sizeBytes });
      for (let offset = 0; offset < sizeBytes; offset += piece.length)
        await messenger.call("file.append", { id, offset, data });
      await messenger.call("file.finish", { id });
      return (performance.now() - startedMs) / 1000;
    },
    [who, sizeMiB, WAIT_MS] as const,
  );
}
