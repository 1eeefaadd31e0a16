/** A picture of oneself between a node and a browser: drawn anew in one page, shown in the other, and taken back. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { launchBrowser } from "../../../packages/web/test/support/browser.ts";
import { choosePicture } from "../../../packages/web/test/support/choose-picture.ts";
import { NodeHost } from "../support/app-host.ts";
import { AppProfile } from "../support/app-profile.ts";

const found = inject("peerBrowser");
const PATIENCE_MS = 60_000;

describe.skipIf(found === null)("a picture of oneself", () => {
  let browser: Browser;
  beforeAll(async () => {
    if (found !== null) browser = await launchBrowser(found);
  });
  afterAll(() => browser?.close());

  test("is seen by an accepted person, square and small, until it is taken back", async () => {
    const host = await NodeHost.start();
    const [near, far] = [await AppProfile.open(browser), await AppProfile.open(browser)];
    const one = await near.tab(host.pageUrl);
    await one.makeAccount();
    await one.heading("empty.title");
    await one.goTo("settings");
    await one.heading("settings.title");
    await one.page.locator("input[data-picture]").waitFor({ state: "attached" });
    await choosePicture(one.page);
    await one.press("picture.save");
    await one.text("picture.saved");
    const invite = await one.invite();
    const two = await far.tab(host.peerPageUrl);
    await two.makeAccount();
    await two.stayReachable();
    await two.join(invite);
    await two.write("who are you?");
    const picture = two.page.locator("[data-list] a[data-chat] img");
    await picture.waitFor({ timeout: PATIENCE_MS });
    const size = await picture.evaluate(async (image: HTMLImageElement) => {
      await image.decode();
      return [image.naturalWidth, image.naturalHeight];
    });
    expect(size).toEqual([256, 256]);
    await one.goTo("settings");
    await one.press("picture.remove");
    await one.text("picture.removed");
    await picture.waitFor({ state: "detached", timeout: PATIENCE_MS });
    expect([...near.faults, ...far.faults, ...near.violations, ...far.violations]).toEqual([]);
  });
});
