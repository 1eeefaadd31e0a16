/** The first visit over a network that loses requests: the page goes on by itself when what it needs arrives. */
import type { Browser, Route } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { launchBrowser } from "../../../packages/web/test/support/browser.ts";
import { RelayHost } from "../support/app-host.ts";
import { AppPage } from "../support/app-page.ts";
import { AppProfile } from "../support/app-profile.ts";

const found = inject("peerBrowser");

/** What nothing can go on without: the words, what the origin is, the engine, the first screen. */
const NEEDED = [
  /\/assets\/words-en-[^/]*\.js$/,
  /\/network\.json$/,
  /\/assets\/engine-[^/]*\.js$/,
  /\/assets\/onboarding-[^/]*\.js$/,
];

describe.skipIf(found === null)("a first visit", () => {
  let browser: Browser;
  beforeAll(async () => {
    if (found !== null) browser = await launchBrowser(found);
  });
  afterAll(() => browser?.close());

  test("goes on by itself after each of the needed files was lost once", async () => {
    const relay = await RelayHost.start();
    const profile = await AppProfile.open(browser, { isKept: false });
    const lost: string[] = [];
    for (const path of NEEDED) {
      const lose = async (route: Route): Promise<void> => {
        lost.push(new URL(route.request().url()).pathname);
        await route.abort("connectionreset");
      };
      await profile.context.route(path, lose, { times: 1 });
    }
    const page = await profile.context.newPage();
    const app = new AppPage(page, profile.language);
    await page.goto(relay.url);
    await app.heading("door.unreachable.title");
    await app.makeAccount();
    await app.stayReachable();
    expect(lost).toHaveLength(NEEDED.length);
  });
});
