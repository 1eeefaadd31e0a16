/** Once per run: finds the browser and builds the page. */
import { fileURLToPath } from "node:url";
import { build } from "vite";
import type { TestProject } from "vitest/node";
import { type FoundBrowser, findBrowser } from "./browser.ts";

declare module "vitest" {
  interface ProvidedContext {
    browser: FoundBrowser | null;
    pageFolder: string;
  }
}

/** What the tests serve: the page as it is shipped, built apart from the one a node may be serving. */
const PAGE_FOLDER = fileURLToPath(new URL("../../../../node_modules/.cache/kith-web-test/", import.meta.url));

export default async function setUp(project: TestProject): Promise<void> {
  const browser = await findBrowser();
  if (browser === null) {
    console.warn("web: browser tests are skipped. Set CHROME_PATH, or install chromium or @sparticuz/chromium.");
  }
  project.provide("browser", browser);
  project.provide("pageFolder", PAGE_FOLDER);
  await buildPage(PAGE_FOLDER);
}

/** Builds the page into a folder, as it is shipped: the test runner's environment would add code for developers. */
export async function buildPage(outDir: string): Promise<void> {
  const configFile = fileURLToPath(new URL("../../vite.config.ts", import.meta.url));
  const before = process.env.NODE_ENV;
  process.env.NODE_ENV = "production";
  try {
    await build({ configFile, logLevel: "error", build: { outDir } });
  } finally {
    if (before === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = before;
  }
}
