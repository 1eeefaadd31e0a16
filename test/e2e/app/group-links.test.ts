/** Invite links of groups in browsers: somebody who waits and is let in, and somebody who comes to Kith by a link. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { launchBrowser } from "../../../packages/web/test/support/browser.ts";
import { NodeHost } from "../support/app-host.ts";
import type { AppPage } from "../support/app-page.ts";
import { AppProfile } from "../support/app-profile.ts";
import { counted } from "../support/words.ts";

const found = inject("peerBrowser");
const PATIENCE_MS = 60_000;
const NAME = "Reading circle";

/** Turns the link of the open group on, or puts another in its place. @returns the text of it. */
async function turnOn(admin: AppPage, key: "groupLink.turnOn" | "groupLink.renew", before = ""): Promise<string> {
  await admin.press(key);
  const field = admin.exactly("textbox", "groupLink.text");
  await field.waitFor({ timeout: PATIENCE_MS });
  await expect.poll(() => field.inputValue(), { timeout: PATIENCE_MS }).not.toBe(before);
  return field.inputValue();
}

describe.skipIf(found === null)("the link of a group", () => {
  let browser: Browser;
  beforeAll(async () => {
    if (found !== null) browser = await launchBrowser(found);
  });
  afterAll(() => browser?.close());

  test("brings in who is let in, and who comes to Kith by it", { timeout: 240_000 }, async () => {
    const host = await NodeHost.start();
    const profiles = [await AppProfile.open(browser)];
    const admin = await (profiles[0] as AppProfile).tab(host.pageUrl);
    await admin.makeAccount();
    await admin.goTo("groups");
    await admin.exactly("textbox", "groups.name").fill(NAME);
    await admin.press("groups.found");
    await admin.composer.waitFor();
    const members = { name: /Who belongs to/ };
    await admin.page.getByRole("link", members).first().click();
    const link = await turnOn(admin, "groupLink.turnOn");
    expect(link).toMatch(/^kith:g\//);

    const first = await AppProfile.open(browser, { language: "ar", width: 500, height: 800 });
    profiles.push(first);
    const guest = await first.tab(host.peerPageUrl);
    await guest.makeAccount();
    await guest.stayReachable();
    await guest.goTo("new/invite");
    await guest.exactly("textbox", "new.inviteField").fill(link);
    await guest.press("new.join");
    await guest.text("knock.waiting");
    expect(await guest.page.getByRole("navigation").getByText(NAME).count()).toBe(0);
    await admin.page.getByRole("button", { name: /^Let in/ }).click({ timeout: PATIENCE_MS });
    await guest.page.getByRole("link", { name: new RegExp(NAME) }).click({ timeout: PATIENCE_MS });
    await guest.write("let in");

    await admin.page.getByRole("checkbox", { name: /An admin lets in/ }).uncheck();
    const open = await turnOn(admin, "groupLink.renew", link);
    const second = await AppProfile.open(browser, { language: "hi", width: 500, height: 800 });
    profiles.push(second);
    const newcomer = await second.tab(`${host.peerPageUrl}#g=${open.slice("kith:g/".length)}`);
    await newcomer.makeAccount();
    await newcomer.stayReachable();
    await newcomer.page
      .getByRole("link", { name: new RegExp(NAME) })
      .first()
      .click({ timeout: PATIENCE_MS });
    await newcomer.composer.waitFor({ timeout: PATIENCE_MS });

    await admin.goTo("groups");
    await admin.page
      .getByRole("link", { name: new RegExp(NAME) })
      .first()
      .click();
    await admin.message("let in").first().waitFor({ timeout: PATIENCE_MS });
    for (const { page, language } of [admin, guest, newcomer]) {
      await page
        .getByText(counted(language, "groups.members", 3))
        .first()
        .waitFor({ timeout: PATIENCE_MS });
    }
    await newcomer.write("came by the link");
    await admin.write("welcome");
    for (const page of [admin, guest]) await page.message("came by the link").first().waitFor({ timeout: PATIENCE_MS });
    for (const page of [guest, newcomer]) await page.message("welcome").first().waitFor({ timeout: PATIENCE_MS });
    for (const { faults, violations } of profiles) expect([...faults, ...violations]).toEqual([]);
  });
});
