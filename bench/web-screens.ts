/** The app in a browser over a node's connection, with made-up people: a list of 1,000 chats, and a chat of 10,000 messages. */
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { hostileAccount, makeLargeScene } from "../packages/web/test/support/hostile.ts";
import { openPage } from "../packages/web/test/support/open-screen.ts";
import { servePage } from "../packages/web/test/support/page-server.ts";

const APP_FOLDER = fileURLToPath(new URL("../packages/node/dist/web/", import.meta.url));
const VIEW = { language: "en", theme: "light", width: 1280, height: 800 } as const;

const MESSAGES = 10_000;
const CHATS = 1_000;

/** Frames scrolled through, and how far each goes, in CSS pixels. */
const SCROLLS = 150;
const SCROLL_PX = 300;

/** What one visit of the app showed. */
export interface ScreenFigures {
  /** From the start of the navigation until chats are drawn. */
  readonly listMs: number;
  /** From the change of the address until the newest message is drawn. */
  readonly chatMs: number;
  /** Most messages in the page while scrolling. */
  readonly rows: number;
  readonly longestFrameMs: number;
}

/** Opens the app with a warm cache, then the large chat, and scrolls up through it. */
export async function takeScreens(browser: Browser): Promise<ScreenFigures> {
  const server = await servePage(APP_FOLDER, makeLargeScene(MESSAGES, CHATS));
  const { page, close } = await openPage(browser, server, VIEW, "/");
  try {
    await page.locator('a[href*="/chat/"]').first().waitFor();
    await page.reload();
    const listMs = await whenDrawn(page, 'a[href*="/chat/"]');
    // The code of the conversation is there before the chat that counts is opened.
    await openChat(page, hostileAccount(1), "Hello 0");
    const chatMs = await openChat(page, hostileAccount(0), `Message ${MESSAGES - 1}`);
    return { listMs, chatMs, ...(await scrollUp(page)) };
  } finally {
    await close();
    await server.stop();
  }
}

/** Milliseconds since the start of the navigation, by the page's own clock, once an element is there. */
async function whenDrawn(page: Page, selector: string): Promise<number> {
  return await page.evaluate(async (wanted) => {
    while (document.querySelector(wanted) === null) await new Promise(requestAnimationFrame);
    return performance.now();
  }, selector);
}

async function openChat(page: Page, account: string, newest: string): Promise<number> {
  return await page.evaluate(
    async ([address, text]) => {
      const startedMs = performance.now();
      location.hash = address;
      const isThere = () => [...document.querySelectorAll("article")].some((each) => each.textContent?.includes(text));
      while (!isThere()) await new Promise(requestAnimationFrame);
      return performance.now() - startedMs;
    },
    [`#/chat/${account}`, newest] as const,
  );
}

async function scrollUp(page: Page): Promise<Pick<ScreenFigures, "rows" | "longestFrameMs">> {
  return await page.evaluate(
    async ([scrolls, step]) => {
      const log = document.querySelector("[role=log]");
      if (log === null) throw new Error("there is no log");
      let rows = 0;
      let longestFrameMs = 0;
      let beforeMs = await new Promise<number>(requestAnimationFrame);
      for (let turn = 0; turn < scrolls; turn++) {
        log.scrollTop -= step;
        const nowMs = await new Promise<number>(requestAnimationFrame);
        longestFrameMs = Math.max(longestFrameMs, nowMs - beforeMs);
        beforeMs = nowMs;
        rows = Math.max(rows, log.querySelectorAll("article").length);
      }
      return { rows, longestFrameMs };
    },
    [SCROLLS, SCROLL_PX] as const,
  );
}
