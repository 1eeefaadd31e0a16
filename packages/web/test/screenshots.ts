/**
 * Writes a picture of every screen: `node --conditions=source packages/web/test/screenshots.ts FOLDER [NAME…]`.
 * Each is taken at 390 and 1280 px, light in English and Hindi, dark in Arabic, and the other way round for `list`.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { findBrowser, launchBrowser } from "./support/browser.ts";
import { type View, withScreen } from "./support/open-screen.ts";
import { SCREENS } from "./support/screens.ts";
import { buildPage } from "./support/set-up.ts";

const VIEWS: readonly View[] = [
  { language: "en", theme: "light", width: 1280, height: 840 },
  { language: "en", theme: "dark", width: 1280, height: 840 },
  { language: "ar", theme: "light", width: 1280, height: 840 },
  { language: "en", theme: "light", width: 390, height: 844 },
  { language: "ar", theme: "dark", width: 390, height: 844 },
  { language: "hi", theme: "light", width: 390, height: 844 },
];

const [folder, ...names] = process.argv.slice(2);
if (folder === undefined) throw new RangeError("name the folder to write to");
const found = await findBrowser();
if (found === null) throw new Error("no Chromium starts");
const pageFolder = join(folder, "page");
await mkdir(folder, { recursive: true });
await buildPage(pageFolder);
const browser = await launchBrowser(found);
for (const screen of SCREENS.filter(({ name }) => names.length === 0 || names.includes(name))) {
  for (const view of VIEWS) {
    const file = join(folder, `${screen.name}-${view.language}-${view.theme}-${view.width}.png`);
    await withScreen(browser, pageFolder, screen, view, async ({ page, faults }) => {
      await page.screenshot({ path: file });
      for (const fault of faults) console.error(`${file}: ${fault}`);
    });
  }
}
await browser.close();
