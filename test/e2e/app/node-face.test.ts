/** The app as the face of a node, and a second person beside it. Real node, real browser, nothing in between. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { launchBrowser } from "../../../packages/web/test/support/browser.ts";
import { NodeHost } from "../support/app-host.ts";
import { AppPage } from "../support/app-page.ts";
import { AppProfile } from "../support/app-profile.ts";
import { Keys } from "../support/keys.ts";

const found = inject("peerBrowser");

describe.skipIf(found === null)("the app as the face of a node", () => {
  let browser: Browser;
  beforeAll(async () => {
    if (found !== null) browser = await launchBrowser(found);
  });
  afterAll(() => browser?.close());

  test("leads a newcomer by keyboard alone to a second person who is introduced already", async () => {
    const host = await NodeHost.start();
    const profile = await AppProfile.open(browser);
    const one = await profile.tab(host.pageUrl);
    const keys = new Keys(one.page);
    await one.heading("welcome.title");
    await keys.type("noor_h");
    await keys.press("Enter");
    await one.heading("pin.title");
    await keys.reach("pin.none");
    await keys.press("Enter");
    await one.heading("words.title");
    expect(new URL(one.page.url()).hash).not.toContain("t=");
    await keys.reach("words.later");
    await keys.press("Enter");
    await one.heading("empty.title");
    await one.text("words.reminder");
    await keys.reach("try.action");
    await keys.press("Enter");
    await one.heading("try.title");
    await keys.reach("try.open");
    const [opened] = await Promise.all([profile.context.waitForEvent("page"), keys.press("Enter")]);
    const two = new AppPage(opened, "en");
    const others = new Keys(opened);
    await two.heading("welcome.title");
    expect(opened.url()).not.toContain("i=");
    for (const key of ["welcome.later", "pin.none", "words.later", "reachable.done"] as const) {
      await others.reach(key);
      // The introduction and the way through the first steps outlive a reload.
      if (key === "words.later") {
        await opened.reload();
        await others.reach(key);
      }
      await others.press("Enter");
    }
    await two.composer.waitFor({ timeout: 60_000 });
    await two.page.waitForFunction(() => document.activeElement?.tagName === "TEXTAREA");
    await others.type("hello from myself");
    await others.press("Enter");
    await one.page.locator("[data-list] a[data-chat]").waitFor({ timeout: 60_000 });
    await keys.press("Alt+ArrowDown");
    await one.composer.waitFor({ timeout: 60_000 });
    await one.read("hello from myself");
    await keys.type("and back");
    await keys.press("Enter");
    await two.read("and back");
    await one.sees("and back", "state.read");
    expect([...profile.faults, ...profile.violations]).toEqual([]);
  });

  test("goes on over a reload, and sends once what was written while the node was stopped", async () => {
    const host = await NodeHost.start();
    const [near, far] = [await AppProfile.open(browser), await AppProfile.open(browser)];
    const one = await near.tab(host.pageUrl);
    await one.makeAccount();
    const invite = await one.invite();
    const two = await far.tab(host.peerPageUrl);
    await two.makeAccount();
    await two.stayReachable();
    await two.join(invite);
    await two.write("before the reload");
    await one.openChat();
    await one.read("before the reload");
    await one.page.reload();
    await two.page.reload();
    await one.read("before the reload");
    await two.read("before the reload");
    await one.write("after the reload");
    await two.read("after the reload");
    await host.stop();
    await one.text("banner.lost");
    await one.write("written to a stopped node");
    await one.sees("written to a stopped node", "state.pending");
    await two.write("written meanwhile");
    await host.begin();
    await one.read("written meanwhile");
    await two.read("written to a stopped node");
    await one.sees("written to a stopped node", "state.read");
    await two.write("last");
    await one.read("last");
    expect(await one.message("written to a stopped node").count()).toBe(1);
    expect(await two.message("written to a stopped node").count()).toBe(1);
    expect([...near.faults, ...far.faults, ...near.violations, ...far.violations]).toEqual([]);
  });

  test("locks, says how long a wrong PIN costs, and opens with the right one", async () => {
    const host = await NodeHost.start();
    const profile = await AppProfile.open(browser);
    const app = await profile.tab(host.pageUrl);
    await app.makeAccount({ pin: "2468" });
    await app.heading("empty.title");
    await app.page.goto(`${new URL(app.page.url()).origin}/#/settings`);
    await app.press("settings.lockNow");
    await app.heading("locked.title");
    const other = await profile.tab(new URL(app.page.url()).origin);
    await other.heading("locked.title");
    for (const pin of ["1111", "2222"]) {
      await app.page.getByLabel("PIN", { exact: true }).fill(pin);
      await app.page.keyboard.press("Enter");
      await app.page.getByRole("alert").waitFor();
    }
    expect((await host.call("account.status", {})).state).toBe("locked");
    await app.exactly("button", "locked.unlock").and(app.page.locator(":enabled")).waitFor({ timeout: 60_000 });
    await app.page.getByLabel("PIN", { exact: true }).fill("2468");
    await app.page.keyboard.press("Enter");
    await app.heading("settings.title");
    await other.heading("empty.title");
    expect([...profile.faults, ...profile.violations]).toEqual([]);
  });
});
