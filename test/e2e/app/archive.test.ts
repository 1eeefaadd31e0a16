/** An X archive and the storage by chat over a real engine in a page: what is loaded when it is asked for is there. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { makeZip, SMALL_ARCHIVE } from "../../../packages/client/src/archive/fixtures.ts";
import { launchBrowser } from "../../../packages/web/test/support/browser.ts";
import { NodeHost } from "../support/app-host.ts";
import { AppProfile } from "../support/app-profile.ts";

const found = inject("peerBrowser");

describe.skipIf(found === null)("an X archive", () => {
  let browser: Browser;
  beforeAll(async () => {
    if (found !== null) browser = await launchBrowser(found);
  });
  afterAll(() => browser?.close());

  test("of a peer is read, kept over a reload, and removed; the storage by chat is measured", async () => {
    const host = await NodeHost.start();
    const profile = await AppProfile.open(browser, { height: 1200 });
    const app = await profile.tab(host.peerPageUrl);
    await app.makeAccount();
    await app.stayReachable();
    await app.goTo("settings/archive");
    const buffer = Buffer.from(await makeZip(SMALL_ARCHIVE));
    await app.exactly("button", "archive.choose").waitFor();
    await app.page
      .locator("[data-pane] input[type=file]")
      .setInputFiles([{ name: "twitter.zip", mimeType: "application/zip", buffer }]);
    await app.part("heading", "archive.people").waitFor();
    await app.page.reload();
    await app.press("archive.openThreads");
    await app.page.getByRole("button", { name: /@asha/ }).first().click();
    await app.page.getByText("see https://example.org/map").waitFor();
    await app.text("archive.mark");
    for (const _ of [1, 2]) await app.press("archive.back");
    await app.press("archive.remove");
    await app.page.getByRole("dialog").getByRole("button").first().click();
    await app.exactly("button", "archive.choose").waitFor();
    await app.goTo("settings/storage");
    await app.text("room.none");
    expect([...profile.faults, ...profile.violations]).toEqual([]);
  });
});
