/**
 * Writes a picture of every screen in every view, measures it, and writes what was measured to `docs/screens.md`:
 * `npm run screens [FOLDER [NAME…]]`. With names only those are pictured, and the document stays as it is.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { findBrowser, launchBrowser } from "./support/browser.ts";
import { findForeignColours, measureOverflow, runAxe, setTextSize } from "./support/measure-screen.ts";
import { type OpenPage, withScreen } from "./support/open-screen.ts";
import type { SceneLanguage } from "./support/scene.ts";
import { SCREENS, type ScreenCase } from "./support/screens.ts";
import { type Measured, writeTable } from "./support/screens-table.ts";
import { buildPage } from "./support/set-up.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const THEMES = ["light", "dark"] as const;
const SIZES = [
  [360, 720],
  [390, 844],
  [768, 1024],
  [1280, 840],
] as const;
const LANGUAGES: readonly SceneLanguage[] = ["en", "ar", "hi"];
/** Hindi differs from English by its letters only: its longest words are looked at where there is least room and most. */
const HINDI_WIDTHS: readonly number[] = [360, 1280];
/** Screens that are looked at at the same time. */
const AT_ONCE = 4;
/** Where contrast and large text are measured: the narrow and the wide form of every screen. */
const MEASURED_WIDTHS: readonly number[] = [390, 1280];

/** Where pictures are taken and go. */
interface Studio {
  readonly browser: Browser;
  /** The folder of the built page. */
  readonly pages: string;
  readonly folder: string;
}

/** One drawing after another, so that a change of size or theme is on show. */
async function settle({ page }: OpenPage): Promise<void> {
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

async function measureColours({ page }: OpenPage, found: Measured): Promise<void> {
  const { violations, lowestContrast } = await runAxe(page, ["color-contrast"]);
  found.problems.push(...violations, ...(await findForeignColours(page)));
  found.lowestContrast = Math.min(found.lowestContrast, lowestContrast ?? Number.POSITIVE_INFINITY);
}

async function measureLargeText(open: OpenPage, found: Measured): Promise<void> {
  await setTextSize(open.page, 2);
  await settle(open);
  found.largeOverflowPx = Math.max(found.largeOverflowPx, await measureOverflow(open.page));
  await setTextSize(open.page, 1);
}

/** The pictures of a screen in one language. */
async function lookIn(
  { browser, pages, folder }: Studio,
  screen: ScreenCase,
  language: SceneLanguage,
  found: Measured,
): Promise<void> {
  const view = { language, theme: "light", width: 1280, height: 840 } as const;
  await withScreen(browser, pages, screen, view, async (open) => {
    for (const [width, height] of SIZES) {
      if (language === "hi" && !HINDI_WIDTHS.includes(width)) continue;
      await open.page.setViewportSize({ width, height });
      for (const theme of THEMES) {
        await open.page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
        await settle(open);
        const file = `${screen.name}-${language}-${theme}-${width}.png`;
        await open.page.screenshot({ path: join(folder, file) });
        found.views += 1;
        found.overflowPx = Math.max(found.overflowPx, await measureOverflow(open.page));
        if (!MEASURED_WIDTHS.includes(width)) continue;
        // Colours do not depend on the language, nor the room that text takes on the theme.
        if (language === "en") await measureColours(open, found);
        if (theme === "light") await measureLargeText(open, found);
      }
    }
    found.problems.push(...open.faults);
  });
}

async function lookAt(studio: Studio, screen: ScreenCase): Promise<Measured> {
  const found: Measured = {
    name: screen.name,
    views: 0,
    overflowPx: 0,
    largeOverflowPx: 0,
    lowestContrast: Number.POSITIVE_INFINITY,
    problems: [],
  };
  for (const language of LANGUAGES) {
    // A screen that cannot be reached is a finding of its own, and the others are still looked at.
    await lookIn(studio, screen, language, found).catch((error: unknown) => {
      found.problems.push(`${language}: ${error}`);
    });
  }
  found.problems = [...new Set(found.problems)];
  return found;
}

async function main(): Promise<void> {
  const [given = join(ROOT, "node_modules/.cache/kith-screens"), ...names] = process.argv.slice(2);
  const folder = resolve(given);
  const browserFound = await findBrowser();
  if (browserFound === null) throw new Error("no Chromium starts");
  const pages = join(folder, "page");
  await mkdir(folder, { recursive: true });
  await buildPage(pages);
  const browser = await launchBrowser(browserFound);
  const wanted = SCREENS.filter(({ name }) => names.length === 0 || names.includes(name));
  const waiting = [...wanted];
  const measuredByName = new Map<string, Measured>();
  const work = async (): Promise<void> => {
    for (let screen = waiting.shift(); screen !== undefined; screen = waiting.shift()) {
      const found = await lookAt({ browser, pages, folder }, screen);
      measuredByName.set(screen.name, found);
      const { name, views, overflowPx, largeOverflowPx, lowestContrast, problems } = found;
      console.log(`${name}: ${views} views, overflow ${overflowPx}/${largeOverflowPx} px, contrast ${lowestContrast}`);
      for (const problem of problems) console.log(`  ${problem}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  await browser.close();
  const measured = wanted.flatMap(({ name }) => measuredByName.get(name) ?? []);
  if (names.length === 0) await writeFile(join(ROOT, "docs/screens.md"), writeTable(measured));
  console.log(`pictures are in ${folder}`);
}

await main();
