/** The whole way in Arabic and in Hindi: one writes from right to left, the other from left to right, to each other. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { launchBrowser } from "../../../packages/web/test/support/browser.ts";
import { NodeHost } from "../support/app-host.ts";
import { AppProfile } from "../support/app-profile.ts";

const found = inject("peerBrowser");

describe.skipIf(found === null)("the app in Arabic and in Hindi", () => {
  let browser: Browser;
  beforeAll(async () => {
    if (found !== null) browser = await launchBrowser(found);
  });
  afterAll(() => browser?.close());

  test("leads two people from nothing to a conversation, each in their language", async () => {
    const host = await NodeHost.start();
    const arabic = await AppProfile.open(browser, { language: "ar", width: 390, height: 844, theme: "dark" });
    const hindi = await AppProfile.open(browser, { language: "hi", width: 768, height: 900 });
    const one = await arabic.tab(host.pageUrl);
    await one.makeAccount({ handle: "noor_h" });
    await one.heading("empty.title");
    const invite = await one.invite();
    const two = await hindi.tab(host.peerPageUrl);
    await two.makeAccount({ pin: "१२३४" });
    await two.stayReachable();
    await two.join(invite);
    await two.write("नमस्ते नूर");
    await one.goTo("");
    await one.openChat();
    await one.read("नमस्ते नूर");
    await one.write("@noor_h مرحبًا https://example.org");
    await two.read("مرحبًا");
    await one.sees("مرحبًا", "state.read");
    await two.sees("नमस्ते नूर", "state.read");
    const directionOf = (text: string) => one.message(text).locator("[dir]").first().getAttribute("dir");
    expect([await directionOf("مرحبًا"), await directionOf("नमस्ते")]).toEqual(["rtl", "ltr"]);
    const look = () => [
      document.documentElement.lang,
      document.documentElement.dir,
      getComputedStyle(document.body).direction,
    ];
    expect(await one.page.evaluate(look)).toEqual(["ar", "rtl", "rtl"]);
    expect(await two.page.evaluate(look)).toEqual(["hi", "ltr", "ltr"]);
    for (const { page } of [one, two]) {
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    }
    // A PIN typed in one script opens in another.
    await two.goTo("settings");
    await two.press("settings.lockNow");
    await two.heading("locked.title");
    await two.page.locator("input[type=password]").fill("1234");
    await two.press("locked.unlock");
    await two.heading("settings.title");
    for (const { faults, violations } of [arabic, hindi]) expect([...faults, ...violations]).toEqual([]);
  });
});
