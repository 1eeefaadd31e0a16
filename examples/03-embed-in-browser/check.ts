/** Builds the page, opens it in Chromium and talks to it from a node; then loads the module that needs no bundler. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Message } from "@kith/client";
import { startNode } from "@kith/node";
import { chromium, type Page } from "playwright-core";
import { build } from "vite";

const TYPES: Readonly<Record<string, string>> = { ".html": "text/html; charset=utf-8", ".js": "text/javascript" };
const POLICY = "default-src 'none'; script-src 'self'; connect-src ws: wss:; require-trusted-types-for 'script'";
const STANDALONE = fileURLToPath(import.meta.resolve("@kith/client/standalone"));

const folder = await mkdtemp(join(tmpdir(), "kith-embed-"));
await build({
  root: import.meta.dirname,
  configFile: false,
  logLevel: "error",
  build: { outDir: join(folder, "page"), target: "es2023", modulePreload: false, chunkSizeWarningLimit: 2000 },
});
const server = createServer(async ({ url = "/" }, response) => {
  const path = url === "/kith.js" ? STANDALONE : join(folder, "page", url === "/" ? "index.html" : url);
  const body = await readFile(path).catch(() => null);
  const type = TYPES[extname(path)] ?? "application/octet-stream";
  response.writeHead(body === null ? 404 : 200, { "content-type": type, "content-security-policy": POLICY }).end(body);
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;

const { client, stop } = await startNode({ dataFolder: join(folder, "node"), port: 0, wsPort: 0, isMdnsOn: false });
await client.call("account.create", {});
const { text: invite } = await client.call("invite.create", {});
async function waitFor(isWanted: (message: Message) => boolean): Promise<Message> {
  for await (const event of client.events(0, AbortSignal.timeout(60_000))) {
    if ("message" in event && isWanted(event.message)) return event.message;
  }
  throw new Error("the message did not come within a minute");
}

const executablePath = process.env.CHROME_PATH;
const browser = await chromium.launch(executablePath === undefined ? {} : { executablePath, chromiumSandbox: false });
const problems: string[] = [];
async function openPage(path: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  page.setDefaultTimeout(60_000);
  page.on("pageerror", ({ message }) => problems.push(message));
  page.on("console", (line) => {
    if (/Content Security Policy|Trusted/.test(line.text())) problems.push(line.text());
  });
  await page.goto(`${address}${path}`);
  return page;
}

const page = await openPage(`#${invite}`);
await page.getByLabel("Message").fill("Hello from a page");
await page.getByRole("button").click();
const { chat } = await waitFor(({ text }) => text === "Hello from a page");
await client.call("message.send", { who: chat, text: "Hello page" });
await page.getByText("Hello page").waitFor();
await waitFor(({ text, state }) => text === "Hello page" && state === "delivered");
await page.reload();
await page.getByText("Hello page").waitFor();
console.log(`the page after a reload: ${(await page.getByRole("listitem").allTextContents()).join(" | ")}`);

const plain = await openPage("kith.js");
const state = await plain.evaluate(async (module) => {
  const { createMessenger } = (await import(module)) as typeof import("@kith/client/standalone");
  const messenger = await createMessenger({ name: "plain" });
  await messenger.call("account.create", {});
  return (await messenger.call("account.status", {})).state;
}, `${address}kith.js`);
console.log(`one module without a bundler: ${state}`);

for (const problem of problems) console.log(`problem: ${problem}`);
await browser.close();
server.close();
await stop();
await rm(folder, { recursive: true });
process.exit(state === "ready" && problems.length === 0 ? 0 : 1);
