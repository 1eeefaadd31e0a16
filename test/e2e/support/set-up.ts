/** Once per run: finds the browser and bundles the page of the tests. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TestProject } from "vitest/node";
import { type FoundBrowser, findBrowser } from "../../../packages/web/test/support/browser.ts";
import { bundlePage } from "./bundle-page.ts";

declare module "vitest" {
  interface ProvidedContext {
    peerBrowser: FoundBrowser | null;
    peerFolder: string;
  }
}

/** What the tests serve. */
const PAGE_FOLDER = fileURLToPath(new URL("../../../node_modules/.cache/kith-e2e/", import.meta.url));

/** Pages of one script each. */
const PAGES = ["peer-page", "store-page", "protocol-page"];

function documentOf(page: string): string {
  return `<!doctype html><html lang="en"><head><title>${page}</title></head>
<body><script type="module" src="/${page}.js"></script></body></html>`;
}

export default async function setUp(project: TestProject): Promise<void> {
  const browser = await findBrowser();
  if (browser === null) {
    console.warn("e2e: browser tests are skipped. Set CHROME_PATH, or install chromium or @sparticuz/chromium.");
  }
  await mkdir(PAGE_FOLDER, { recursive: true });
  for (const page of PAGES) {
    const script = await bundlePage(fileURLToPath(new URL(`${page}.ts`, import.meta.url)));
    await writeFile(join(PAGE_FOLDER, `${page}.js`), script);
    await writeFile(join(PAGE_FOLDER, `${page}.html`), documentOf(page));
  }
  project.provide("peerBrowser", browser);
  project.provide("peerFolder", PAGE_FOLDER);
}
