/** Content that somebody sends to do harm, and more of it than anybody writes: nothing runs, nothing leaves its place. */
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from "vitest";
import { launchBrowser } from "./support/browser.ts";
import type { FakeClient } from "./support/fake-client.ts";
import { HOSTILE_TEXTS, hostileAccount, makeHostileScene, makeLargeScene } from "./support/hostile.ts";
import { measureOverflow } from "./support/measure-screen.ts";
import { type OpenPage, openPage, type View } from "./support/open-screen.ts";
import { type PageServer, servePage } from "./support/page-server.ts";

const found = inject("browser");
const folder = inject("pageFolder");

const VIEWS: readonly View[] = [
  { language: "en", theme: "light", width: 1280, height: 800 },
  { language: "ar", theme: "dark", width: 360, height: 720 },
];

/** More rows than a window shows, with those that are kept ready above and below it. */
const MAX_ROWS = 40;

/** Elements that a text must never become. */
const FOREIGN = "img, script, iframe, object, embed, form, style, link, base, foreignObject";

describe.skipIf(found === null)("hostile content", () => {
  let browser: Browser;
  let server: PageServer;
  let open: OpenPage;

  beforeAll(async () => {
    if (found !== null) browser = await launchBrowser(found);
  });
  afterEach(async () => {
    await open.close();
    await server.stop();
  });
  afterAll(() => browser.close());

  async function visit(client: FakeClient, view: View, path: string): Promise<Page> {
    server = await servePage(folder, client);
    open = await openPage(browser, server, view, "");
    await open.page.goto(`${server.origin}/#${path}`);
    return open.page;
  }

  /** What ran, what became markup, where links lead, and how far anything sticks out. */
  async function expectHarmless(page: Page): Promise<void> {
    const seen = await page.evaluate((foreign) => {
      const texts = [...document.querySelectorAll("[role=log] article, [role=list], nav, main")];
      return {
        hasRun: "hostileRan" in globalThis,
        foreign: texts.flatMap((each) => [...each.querySelectorAll(foreign)].map(({ tagName }) => tagName)),
        handlers: [...document.querySelectorAll("#app *")].filter((each) =>
          [...each.attributes].some(({ name }) => name.startsWith("on")),
        ).length,
        links: [...document.querySelectorAll<HTMLAnchorElement>("a[href]")].map(({ protocol }) => protocol),
      };
    }, FOREIGN);
    expect(seen.hasRun).toBe(false);
    expect(seen.foreign).toEqual([]);
    expect(seen.handlers).toBe(0);
    expect(seen.links.filter((protocol) => !["http:", "https:"].includes(protocol))).toEqual([]);
    expect(await measureOverflow(page)).toBe(0);
    expect(open.faults).toEqual([]);
  }

  test.each(VIEWS)("does nothing as a name in the list of chats ($language)", async (view) => {
    const page = await visit(makeHostileScene(), view, "/");
    await page.getByRole("link", { name: "onerror" }).first().waitFor();
    await expectHarmless(page);
    // A name that turns letters around does not move what stands beside it.
    const links = page.locator(`a[href*="/chat/"]`);
    const edges = await links.evaluateAll((all) => all.map((each) => Math.round(each.getBoundingClientRect().left)));
    expect(edges.length).toBeGreaterThan(3);
    expect(new Set(edges).size).toBe(1);
  });

  const cases = VIEWS.flatMap((view) => Object.keys(HOSTILE_TEXTS).map((name, at) => ({ view, name, at })));

  test.each(cases.filter(({ at }) => at > 0))("does nothing as a message: $name ($view.language)", async (one) => {
    const page = await visit(makeHostileScene(), one.view, `/chat/${hostileAccount(one.at)}`);
    const article = page.getByRole("article").first();
    await article.waitFor();
    await expectHarmless(page);
    const log = await page.getByRole("log").boundingBox();
    const bubble = await article.boundingBox();
    expect(bubble?.width).toBeLessThanOrEqual((log?.width ?? 0) + 0.5);
    const composer = await page.getByRole("textbox").last().boundingBox();
    expect((composer?.y ?? 0) + (composer?.height ?? 0)).toBeLessThanOrEqual(one.view.height);
  });

  test("does nothing as a chat of all of them together", async () => {
    const view = VIEWS[0] as View;
    const page = await visit(makeHostileScene(), view, `/chat/${hostileAccount(0)}`);
    const log = page.getByRole("log");
    await page.getByRole("article").first().waitFor();
    for (let turn = 0; turn < 60; turn++) {
      await log.evaluate((element) => {
        element.scrollTop -= 600;
      });
      await page.evaluate(() => new Promise(requestAnimationFrame));
    }
    await expectHarmless(page);
  });

  test("keeps few rows of 10,000 messages in the page, wherever the reader is", async () => {
    const page = await visit(makeLargeScene(10_000, 1), VIEWS[0] as View, `/chat/${hostileAccount(0)}`);
    await page.getByText("Message 9999").waitFor();
    const log = page.getByRole("log");
    for (let turn = 0; turn < 40; turn++) {
      expect(await page.getByRole("article").count()).toBeLessThanOrEqual(MAX_ROWS);
      await log.evaluate((element) => {
        element.scrollTop -= 2_000;
      });
      await page.evaluate(() => new Promise(requestAnimationFrame));
    }
    expect(await log.getByText("Message 9999").count()).toBe(0);
    await expectHarmless(page);
  });

  test("keeps few rows of 1,000 chats in the page, and reaches the last", async () => {
    const page = await visit(makeLargeScene(1, 1_000), VIEWS[1] as View, "/");
    const links = page.locator(`a[href*="/chat/"]`);
    await links.first().waitFor();
    expect(await links.count()).toBeLessThanOrEqual(MAX_ROWS);
    await expectHarmless(page);
  });
});
