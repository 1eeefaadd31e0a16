/** Every screen in every language: accessible by rule, nothing wider than the window, nothing against the policy. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { launchBrowser } from "./support/browser.ts";
import { type View, withScreen } from "./support/open-screen.ts";
import { SCREENS } from "./support/screens.ts";

const found = inject("browser");
const folder = inject("pageFolder");
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const VIEWS: readonly View[] = [
  { language: "en", theme: "light", width: 1280, height: 800 },
  { language: "ar", theme: "dark", width: 360, height: 720 },
  { language: "hi", theme: "dark", width: 768, height: 900 },
];

interface AxeOutcome {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[];
}

describe.skipIf(found === null)("a screen", () => {
  let browser: Browser;
  beforeAll(async () => {
    if (found !== null) browser = await launchBrowser(found);
  });
  afterAll(() => browser.close());

  const cases = VIEWS.flatMap((view) =>
    SCREENS.map((screen) => ({ view, screen, title: `${screen.name} ${view.language}` })),
  );

  test.concurrent.each(cases)("$title is clean", async ({ view, screen }) => {
    await withScreen(browser, folder, screen, view, async ({ page, faults }) => {
      // The policy forbids scripts of the page's own making; the debugger may still run one.
      const session = await page.context().newCDPSession(page);
      await session.send("Runtime.evaluate", { expression: axe });
      const outcome = (await page.evaluate("axe.run()")) as AxeOutcome;
      const found = outcome.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
      expect(found).toEqual([]);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(overflow).toBeLessThanOrEqual(0);
      expect(faults).toEqual([]);
    });
  });
});
