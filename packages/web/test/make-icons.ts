/**
 * Draws the icons of the installed app from `public/icon.svg`, the jali of Kith:
 * `node scripts/run.mjs --conditions=source packages/web/test/make-icons.ts`. The pictures are committed.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { findBrowser, launchBrowser } from "./support/browser.ts";

/** `inset`: part of the side that stays free around the star; a mask may cut away the outer fifth. */
const ICONS = [
  { name: "icon-192", size: 192, isFull: false, inset: 0 },
  { name: "icon-512", size: 512, isFull: false, inset: 0 },
  { name: "touch-180", size: 180, isFull: true, inset: 0 },
  { name: "maskable-512", size: 512, isFull: true, inset: 0.06 },
] as const;

type Icon = (typeof ICONS)[number];

const PUBLIC = new URL("../public/", import.meta.url);

async function draw(page: Page, svg: string, { size, isFull, inset }: Icon): Promise<Buffer> {
  // A full icon has no corners of its own: the system cuts it.
  const drawing = isFull ? svg.replace(/ rx="\d+"/, "") : svg;
  const border = Math.round(size * inset);
  const ground = /fill="(#[0-9a-f]{6})"/.exec(svg)?.[1] ?? "#000";
  await page.setViewportSize({ width: size, height: size });
  await page.setContent(
    `<style>body{margin:0;background:${isFull ? ground : "transparent"}}svg{display:block;margin:${border}px;` +
      `width:${size - 2 * border}px;height:${size - 2 * border}px}</style>${drawing}`,
  );
  return page.screenshot({ omitBackground: true });
}

const found = await findBrowser();
if (found === null) throw new Error("no Chromium starts");
const browser = await launchBrowser(found);
const page = await browser.newPage();
const svg = await readFile(new URL("icon.svg", PUBLIC), "utf8");
await mkdir(new URL("icons/", PUBLIC), { recursive: true });
for (const icon of ICONS) {
  await writeFile(new URL(`icons/${icon.name}.png`, PUBLIC), await draw(page, svg, icon));
}
console.log(`written: ${fileURLToPath(new URL("icons/", PUBLIC))}`);
await browser.close();
