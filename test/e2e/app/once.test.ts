/** A message to be seen once between two browsers and a node: opened in one tab, gone in every other and after a reload. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { launchBrowser } from "../../../packages/web/test/support/browser.ts";
import { NodeHost } from "../support/app-host.ts";
import { AppPage } from "../support/app-page.ts";
import { AppProfile } from "../support/app-profile.ts";

const found = inject("peerBrowser");
const SECRET = "the spare key is with the baker";
const PATIENCE_MS = 60_000;

describe.skipIf(found === null)("a message to be seen once", () => {
  let browser: Browser;
  beforeAll(async () => {
    if (found !== null) browser = await launchBrowser(found);
  });
  afterAll(() => browser?.close());

  test("is opened in one tab and is gone from the others, from the sender, and after a reload", async () => {
    const host = await NodeHost.start();
    const [near, far] = [await AppProfile.open(browser), await AppProfile.open(browser)];
    const one = await near.tab(host.pageUrl);
    await one.makeAccount();
    const invite = await one.invite();
    const two = await far.tab(host.peerPageUrl);
    await two.makeAccount();
    await two.stayReachable();
    await two.join(invite);
    await two.write("hello");
    await one.openChat();
    await one.read("hello");

    await one.press("once.toggle");
    await one.write(SECRET);
    await one.text("once.sent");
    await two.text("once.before");
    const other = new AppPage(await far.context.newPage(), "en");
    await other.page.goto(host.peerPageUrl);
    await other.openChat();
    await other.text("once.before");
    for (const { page } of [one, two, other]) expect(await page.content()).not.toContain(SECRET);

    await two.press("once.open");
    await two.page.getByRole("dialog").getByText(SECRET).waitFor({ timeout: PATIENCE_MS });
    await other.text("once.opened");
    expect(await other.exactly("button", "once.open").count()).toBe(0);
    expect(await other.page.content()).not.toContain(SECRET);
    await one.text("once.seen");
    await two.press("once.close");
    await two.page.reload();
    await two.text("once.opened");
    expect(await two.page.content()).not.toContain(SECRET);
    const [chat] = await host.call("chat.list", {});
    expect(chat?.last).toMatchObject({ text: "", once: { state: "sent" }, state: "read" });
    expect([...near.faults, ...far.faults, ...near.violations, ...far.violations]).toEqual([]);
  });
});
