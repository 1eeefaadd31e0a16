/** W7: a call between two pages, from the answer to the first picture, beside two bare connections in the same pages. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DEFAULT_NETWORK_PARAMETERS } from "@kith/client";
import { parseRelayAddress } from "@kith/client/browser";
import { startRelay } from "@kith/node";
import type { NetId } from "@kith/protocol";
import type { BrowserContext, Page } from "playwright-core";
import { findBrowser, launchBrowser } from "../packages/web/test/support/browser.ts";
import { bundlePage } from "../test/e2e/support/bundle-page.ts";
import { servePeerPage } from "../test/e2e/support/page-origin.ts";
import { cpuOfBrowsersMs } from "./browser-cpu.ts";
import { compare, percentile, type Report, type Row, rounded } from "./report.ts";
import { SMOKE_VARIABLE } from "./smoke.ts";
import type {} from "./w7-page.ts";

const ROUNDS = 15;
const PAGE = fileURLToPath(new URL("./w7-page.ts", import.meta.url));
const NETWORK_FILE = fileURLToPath(new URL("./local-network.json", import.meta.url));
const DOCUMENT = `<!doctype html><html lang="en"><head><title>call</title></head>
<body><script type="module" src="/peer-page.js"></script></body></html>`;

/** As the outside harness starts its browser. */
const DEVICES = [
  "--use-fake-device-for-media-stream",
  "--use-fake-ui-for-media-stream",
  "--autoplay-policy=no-user-gesture-required",
];

/** How long a running call's CPU is counted, in ms, after as long a start. */
const CPU_MS = 8000;
const WAIT_MS = 60_000;
const LOOK_MS = 20;

/** Targets: the harness's PeerJS with a server of its own on loopback, p50; the longest wait; the ring. */
const PEERJS_MS = 215;
const LONGEST_MS = 1000;
const RING_MS = 300;

interface Figures {
  readonly pictureMs: number[];
  readonly ringMs: number[];
  readonly bareMs: number[];
  readonly bareOpenMs: number[];
  readonly cpu: number[];
  readonly bareCpu: number[];
}

/** Runs the work. @throws Error when no browser starts here. */
export async function takeW7(): Promise<Report> {
  const found = await findBrowser();
  if (found === null) throw new Error("no Chromium starts here: set CHROME_PATH, or install chromium");
  const isSmoke = process.env[SMOKE_VARIABLE] !== undefined;
  const browser = await launchBrowser(found, DEVICES);
  const folder = await mkdtemp(join(tmpdir(), "kith-bench-w7-"));
  const relay = await startRelay({
    dataFolder: join(folder, "relay"),
    host: "127.0.0.1",
    port: 0,
    wsPort: 0,
    isMdnsOn: false,
    networkFile: NETWORK_FILE,
  });
  const pages = join(folder, "pages");
  await mkdir(pages);
  await writeFile(join(pages, "peer-page.js"), await bundlePage(PAGE));
  await writeFile(join(pages, "peer-page.html"), DOCUMENT);
  const origin = await servePeerPage(pages);
  try {
    const address = (await relay.status()).listening.find((each) => each.includes("/ws/p2p/"));
    if (address === undefined) throw new Error("the relay takes no WebSocket connections");
    const context = await browser.newContext({ permissions: ["camera", "microphone"] });
    const [caller, callee, who] = await meet(context, origin.url, address);
    const figures = await takeRounds(caller, callee, who, isSmoke ? 1 : ROUNDS);
    if (!isSmoke) await takeCpu(caller, callee, who, figures);
    return describe(figures);
  } finally {
    await browser.close();
    await origin.stop();
    await relay.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function meet(context: BrowserContext, url: string, address: string): Promise<readonly [Page, Page, string]> {
  const open = async (name: string): Promise<Page> => {
    const page = await context.newPage();
    await page.goto(url);
    await page.waitForFunction(() => "callPage" in window);
    const parameters = { ...DEFAULT_NETWORK_PARAMETERS, netId: "bench" as NetId };
    await page.evaluate((options) => window.callPage.open(options), {
      name,
      parameters,
      relays: [parseRelayAddress(address)],
    });
    await page.evaluate(() => window.callPage.call("account.create", {}));
    await until(page, () =>
      window.callPage.call("relay.list", {}).then((all) => all.some((r) => r.state === "connected")),
    );
    return page;
  };
  const caller = await open("caller");
  const callee = await open("callee");
  const { text: invite } = await callee.evaluate(() => window.callPage.call("invite.create", {}));
  await caller.evaluate((given) => window.callPage.call("invite.join", { invite: given, text: "hello" }), invite);
  for (const page of [caller, callee]) {
    await until(page, () =>
      window.callPage.call("contact.list", {}).then((all) => all.some((each) => each.relation === "accepted")),
    );
  }
  const { account } = await callee.evaluate(() => window.callPage.call("account.status", {}));
  return [caller, callee, account ?? ""];
}

/** Looks until something is so in a page. */
async function until(page: Page, look: () => Promise<boolean>): Promise<void> {
  const endMs = performance.now() + WAIT_MS;
  while (!(await page.evaluate(look))) {
    if (performance.now() > endMs) throw new Error("the pages did not become contacts");
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

async function takeRounds(caller: Page, callee: Page, who: string, rounds: number): Promise<Figures> {
  const figures: Figures = { pictureMs: [], ringMs: [], bareMs: [], bareOpenMs: [], cpu: [], bareCpu: [] };
  // One round of each comes before and does not count.
  for (let round = -1; round < rounds; round++) {
    const call = await takeCall(caller, callee, who);
    await endCall(caller, callee);
    const bareMs = await takeBare(caller, callee, { name: `late ${round}`, isOpen: false });
    await endBare(caller, callee);
    const bareOpenMs = await takeBare(caller, callee, { name: `early ${round}`, isOpen: true });
    await endBare(caller, callee);
    if (round < 0) continue;
    figures.pictureMs.push(call.pictureMs);
    figures.ringMs.push(call.ringMs);
    figures.bareMs.push(bareMs);
    figures.bareOpenMs.push(bareOpenMs);
  }
  return figures;
}

async function takeCall(caller: Page, callee: Page, who: string): Promise<{ pictureMs: number; ringMs: number }> {
  const rings = callee.evaluate(() => window.callPage.ring());
  const pressedAtMs = await caller.evaluate((given) => window.callPage.press(given), who);
  const ringMs = (await rings) - pressedAtMs;
  return { ringMs, pictureMs: await callee.evaluate(() => window.callPage.accept()) };
}

async function endCall(caller: Page, callee: Page): Promise<void> {
  await caller.evaluate(() => window.callPage.end());
  const isOver = () => window.callPage.call("call.get", {}).then(({ call }) => call?.phase === "ended");
  for (const page of [caller, callee]) await until(page, isOver);
  await callee.evaluate(() => window.callPage.end());
}

async function takeBare(
  caller: Page,
  callee: Page,
  { name, isOpen }: { readonly name: string; readonly isOpen: boolean },
): Promise<number> {
  await callee.evaluate(([given, open]) => window.callPage.bareListen(given, open), [name, isOpen] as const);
  await caller.evaluate((given) => window.callPage.bareCall(given), name);
  return await callee.evaluate(() => window.callPage.bareAccept());
}

async function endBare(caller: Page, callee: Page): Promise<void> {
  for (const page of [caller, callee]) await page.evaluate(() => window.callPage.bareEnd());
}

/** Of all processes of the browser, in parts of one core, while a picture of 640×480 goes each way: bare, ours, ours, bare. */
async function takeCpu(caller: Page, callee: Page, who: string, figures: Figures): Promise<void> {
  const bare = async (): Promise<void> => {
    await takeBare(caller, callee, { name: `cpu ${figures.bareCpu.length}`, isOpen: true });
    figures.bareCpu.push(await countCpu());
    await endBare(caller, callee);
  };
  const ours = async (): Promise<void> => {
    await takeCall(caller, callee, who);
    figures.cpu.push(await countCpu());
    await endCall(caller, callee);
  };
  for (const take of [bare, ours, ours, bare, bare, ours]) await take();
}

async function countCpu(): Promise<number> {
  const wait = () => new Promise((resolve) => setTimeout(resolve, CPU_MS));
  await wait();
  const [beforeMs, startedAtMs] = [await cpuOfBrowsersMs(), performance.now()];
  await wait();
  return ((await cpuOfBrowsersMs()) - beforeMs) / (performance.now() - startedAtMs);
}

function describe(figures: Figures): Report {
  const { pictureMs, ringMs, bareMs, bareOpenMs, cpu, bareCpu } = figures;
  const row = (name: string, values: readonly number[], otherName: string, others: readonly number[]): Row =>
    compare({ name, unit: "ms", better: "less" }, values, otherName, others);
  const rows = [
    row("answer to first picture, p50", pictureMs, "bare, devices opened at the answer", bareMs),
    row("answer to first picture, p50", pictureMs, "bare, devices open before", bareOpenMs),
    row("answer to first picture, p50", pictureMs, "PeerJS, elsewhere", [PEERJS_MS]),
    row("answer to first picture, p95", [percentile(pictureMs, 0.95)], "target", [LONGEST_MS]),
    row("press to ring, p50", ringMs, "target", [RING_MS]),
    ...(cpu.length === 0
      ? []
      : [compare({ name: "CPU of both pages", unit: "cores", better: "less" }, cpu, "bare", bareCpu)]),
  ];
  const of = (values: readonly number[]): readonly number[] => values.map(rounded);
  return {
    rows,
    pictureMs: of(pictureMs),
    ringMs: of(ringMs),
    bareMs: of(bareMs),
    bareOpenMs: of(bareOpenMs),
    cpu: of(cpu),
    bareCpu: of(bareCpu),
  };
}
