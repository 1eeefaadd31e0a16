/**
 * Every screen from right to left, and in one of the two languages from left to right: nothing wider than the window, nothing
 * against the policy, accessible by rule. `npm run screens` holds all of them in every language to the rules.
 */
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
    SCREENS.filter((_, index) => view.language === "ar" || (view.language === "en") === (index % 2 === 0)).map(
      (screen) => ({ view, screen, title: `${screen.name} ${view.language}` }),
    ),
  );

  test.concurrent.each(cases)("$title is clean", async ({ view, screen }) => {
    await withScreen(browser, folder, screen, view, async ({ page, faults }) => {
      expect((await runAxe(page)).violations.join("\n")).toBe("");
      expect(await measureOverflow(page)).toBe(0);
      expect(faults.join("\n")).toBe("");
    });
  });
});
