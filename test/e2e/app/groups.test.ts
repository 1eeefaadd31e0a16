/** A group of four in three languages: a node's page and three browsers that are peers of their own, strangers to each other. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test, vi } from "vitest";
import { launchBrowser } from "../../../packages/web/test/support/browser.ts";
import { NodeHost } from "../support/app-host.ts";
import type { AppPage } from "../support/app-page.ts";
import { AppProfile } from "../support/app-profile.ts";
import { counted } from "../support/words.ts";

const found = inject("peerBrowser");
const PATIENCE_MS = 60_000;
const NAME = "Reading circle";

/** Waits for an invitation and says yes; ends in the group. */
async function joinGroup(page: AppPage): Promise<void> {
  await page.goTo("groups");
  await page.exactly("button", "groups.join").click({ timeout: PATIENCE_MS });
  await page.composer.waitFor({ timeout: PATIENCE_MS });
}

describe.skipIf(found === null)("a group of four", () => {
  let browser: Browser;
  beforeAll(async () => {
    if (found !== null) browser = await launchBrowser(found);
  });
  afterAll(() => browser?.close());

  test("is founded, joined and talked in; who is removed reads nothing more", { timeout: 240_000 }, async () => {
    const host = await NodeHost.start();
    const profiles = [await AppProfile.open(browser)];
    const founder = await (profiles[0] as AppProfile).tab(host.pageUrl);
    await founder.makeAccount();
    const guests: AppPage[] = [];
    for (const language of ["ar", "hi", "en"] as const) {
      const profile = await AppProfile.open(browser, { language, width: 500, height: 800 });
      profiles.push(profile);
      const { text: invite } = await host.call("invite.create", {});
      const guest = await profile.tab(host.peerPageUrl);
      await guest.makeAccount();
      await guest.stayReachable();
      await guest.join(invite);
      guests.push(guest);
    }

    await founder.goTo("groups");
    await founder.page.getByRole("checkbox").nth(2).waitFor({ timeout: PATIENCE_MS });
    await founder.exactly("textbox", "groups.name").fill(NAME);
    for (const box of await founder.page.getByRole("checkbox").all()) await box.check();
    await founder.press("groups.found");
    await founder.composer.waitFor();
    for (const guest of guests) await joinGroup(guest);

    const all = [founder, ...guests];
    // Who joins reads what others say once they know of it.
    for (const { page, language } of all) {
      await page
        .getByText(counted(language, "groups.members", all.length))
        .first()
        .waitFor({ timeout: PATIENCE_MS });
    }
    for (const [index, page] of all.entries()) await page.write(`hello from ${index}`);
    for (const page of all) {
      for (const index of all.keys())
        await page.message(`hello from ${index}`).first().waitFor({ timeout: PATIENCE_MS });
    }

    await founder.page
      .getByRole("link", { name: /Who belongs to/ })
      .first()
      .click();
    await founder.page
      .getByRole("button", { name: /^Remove/ })
      .last()
      .click();
    await founder.page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await founder.page.getByText("3 members").first().waitFor({ timeout: PATIENCE_MS });
    const [gone, ...left] = await sorted(guests);
    await founder.goTo("groups");
    await founder.page.getByRole("link", { name: new RegExp(NAME) }).click();
    await founder.write("said without them");
    for (const page of left) await page.message("said without them").first().waitFor({ timeout: PATIENCE_MS });
    expect(await gone?.page.getByText("said without them").count()).toBe(0);
    expect(await gone?.composer.count()).toBe(0);
    for (const { faults, violations } of profiles) expect([...faults, ...violations]).toEqual([]);
  });
});

/** The one who was told that they are out, then the others. */
async function sorted(guests: readonly AppPage[]): Promise<readonly AppPage[]> {
  const isOut = async (page: AppPage): Promise<boolean> => (await page.composer.count()) === 0;
  const findOut = async (): Promise<AppPage | undefined> => {
    const outs = await Promise.all(guests.map(isOut));
    return guests.find((_, index) => outs[index]);
  };
  const out = await vi.waitUntil(findOut, { timeout: PATIENCE_MS, interval: 250 });
  return [out, ...guests.filter((each) => each !== out)];
}
