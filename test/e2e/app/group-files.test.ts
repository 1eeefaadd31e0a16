/** A file in a group of three: sent from a node's page, fetched and saved by two browsers that are peers of their own. */
import { readFile } from "node:fs/promises";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { launchBrowser } from "../../../packages/web/test/support/browser.ts";
import { NodeHost } from "../support/app-host.ts";
import type { AppPage } from "../support/app-page.ts";
import { AppProfile } from "../support/app-profile.ts";
import { counted, pattern } from "../support/words.ts";

const found = inject("peerBrowser");
const PATIENCE_MS = 60_000;
const FILE = "chapter.txt";
const BYTES = Buffer.from("It was a bright cold day.\n".repeat(60_000));

/** Waits for an invitation and says yes; ends in the group. */
async function joinGroup(page: AppPage): Promise<void> {
  await page.goTo("groups");
  await page.exactly("button", "groups.join").click({ timeout: PATIENCE_MS });
  await page.composer.waitFor({ timeout: PATIENCE_MS });
}

/** Asks for the file and lets the browser save it once all of it is here. */
async function fetchFile(page: AppPage): Promise<Buffer> {
  const card = page.message(FILE).first();
  const button = (key: "file.do.get" | "file.do.save") =>
    card.getByRole("button", { name: pattern(page.language, key) });
  await button("file.do.get").click({ timeout: PATIENCE_MS });
  await button("file.do.save").waitFor({ timeout: PATIENCE_MS });
  const [download] = await Promise.all([page.page.waitForEvent("download"), button("file.do.save").click()]);
  expect(download.suggestedFilename()).toBe(FILE);
  return await readFile(await download.path());
}

describe.skipIf(found === null)("a file in a group of three", () => {
  let browser: Browser;
  beforeAll(async () => {
    if (found !== null) browser = await launchBrowser(found);
  });
  afterAll(() => browser?.close());

  test("is fetched by both others, byte for byte", { timeout: 240_000 }, async () => {
    const host = await NodeHost.start();
    const profiles = [await AppProfile.open(browser)];
    const founder = await (profiles[0] as AppProfile).tab(host.pageUrl);
    await founder.makeAccount();
    const guests: AppPage[] = [];
    for (const language of ["ar", "hi"] as const) {
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
    await founder.page.getByRole("checkbox").nth(1).waitFor({ timeout: PATIENCE_MS });
    await founder.exactly("textbox", "groups.name").fill("Reading circle");
    for (const box of await founder.page.getByRole("checkbox").all()) await box.check();
    await founder.press("groups.found");
    await founder.composer.waitFor();
    for (const guest of guests) await joinGroup(guest);
    const members = counted("en", "groups.members", 3);
    await founder.page.getByText(members).first().waitFor({ timeout: PATIENCE_MS });

    const chosen = { name: FILE, mimeType: "text/plain", buffer: BYTES };
    await founder.page.locator("form input[type=file]").setInputFiles([chosen]);
    await founder.message(FILE).first().waitFor({ timeout: PATIENCE_MS });
    for (const guest of guests) expect(Buffer.compare(await fetchFile(guest), BYTES)).toBe(0);
    for (const { faults, violations } of profiles) expect([...faults, ...violations]).toEqual([]);
  });
});
