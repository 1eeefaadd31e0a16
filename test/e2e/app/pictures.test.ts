/** Pictures of oneself and of a group between a node and a browser: drawn anew in one page, shown in the other, and taken back. */
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

  test("of a group is chosen by its admin and seen by a member in the list, the head and the screen of members", async () => {
    const host = await NodeHost.start();
    const [near, far] = [await AppProfile.open(browser), await AppProfile.open(browser)];
    const one = await near.tab(host.pageUrl);
    await one.makeAccount();
    const invite = await one.invite();
    const two = await far.tab(host.peerPageUrl);
    await two.makeAccount();
    await two.stayReachable();
    await two.join(invite);
    await one.goTo("groups");
    await one.page.getByRole("checkbox").first().waitFor({ timeout: PATIENCE_MS });
    await one.exactly("textbox", "groups.name").fill("Garden");
    await one.page.getByRole("checkbox").first().check();
    await one.press("groups.found");
    await one.composer.waitFor();
    await two.goTo("groups");
    await two.exactly("button", "groups.join").click({ timeout: PATIENCE_MS });
    await two.composer.waitFor({ timeout: PATIENCE_MS });
    const members = { name: /Who belongs to/ };
    await one.page.getByRole("link", members).first().click();
    await choosePicture(one.page);
    await one.press("picture.save");
    await one.text("groups.pictureSaved");
    await two.page.locator("a[href^='#/members/'] img").first().waitFor({ timeout: PATIENCE_MS });
    await two.page.getByRole("link", members).first().click();
    await two.page.locator("[data-pane] img").first().waitFor({ timeout: PATIENCE_MS });
    expect(await two.page.locator("input[data-picture]").count()).toBe(0);
    await two.goTo("groups");
    const picture = two.page.locator("a[href^='#/group/'] img").first();
    await picture.waitFor({ timeout: PATIENCE_MS });
    await one.press("picture.remove");
    await one.text("groups.pictureRemoved");
    await picture.waitFor({ state: "detached", timeout: PATIENCE_MS });
    expect([...near.faults, ...far.faults, ...near.violations, ...far.violations]).toEqual([]);
  });
});
