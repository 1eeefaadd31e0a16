/** Every screen in every language: accessible by rule, nothing wider than the window, nothing against the policy. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { launchBrowser } from "./support/browser.ts";
import { measureOverflow, runAxe } from "./support/measure-screen.ts";
import { type View, withScreen } from "./support/open-screen.ts";
import { SCREENS } from "./support/screens.ts";

const found = inject("browser");
const folder = inject("pageFolder");

const VIEWS: readonly View[] = [
  { language: "en", theme: "light", width: 1280, height: 800 },
  { language: "ar", theme: "dark", width: 360, height: 720 },
  { language: "hi", theme: "dark", width: 768, height: 900 },
];

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
      expect((await runAxe(page)).violations).toEqual([]);
      expect(await measureOverflow(page)).toBe(0);
      expect(faults).toEqual([]);
    });
  });
});
