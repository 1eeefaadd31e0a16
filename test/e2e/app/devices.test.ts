/** A browser as a peer becomes a second device of a personal node's account; both talk to the same person. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { launchBrowser } from "../../../packages/web/test/support/browser.ts";
import { NodeHost } from "../support/app-host.ts";
import { AppProfile } from "../support/app-profile.ts";
import { word } from "../support/words.ts";

const found = inject("peerBrowser");
const ELSEWHERE_MS = 60_000;

describe.skipIf(found === null)("devices", () => {
  let browser: Browser;
  beforeAll(async () => {
    if (found !== null) browser = await launchBrowser(found, ["--ignore-certificate-errors"]);
  });
  afterAll(() => browser?.close());

  test("a peer in a browser is linked to a personal node, shows its chat, and answers in its name", async () => {
    const host = await NodeHost.start();
    const desk = await AppProfile.open(browser, { height: 1600 });
    const node = await desk.tab(host.pageUrl);
    await node.makeAccount();
    const friendProfile = await AppProfile.open(browser, { height: 1600 });
    const friend = await friendProfile.tab(host.peerPageUrl);
    await friend.makeAccount();
    await friend.stayReachable();
    await friend.join(await node.invite());
    await friend.write("before the link");
    await node.openChat();
    await node.read("before the link");

    const phone = await AppProfile.open(browser, { height: 1600 });
    const tab = await phone.tab(host.peerPageUrl);
    await node.goTo("settings/devices");
    await node.press("devices.link");
    const code = node.page.getByText(/^kith:l\//);
    await code.waitFor({ timeout: ELSEWHERE_MS });
    await tab.press("link.open");
    await tab.page.getByLabel(word("en", "link.codeField")).fill((await code.textContent()) ?? "");
    await tab.press("link.join");
    const words = tab.page.locator("ol li");
    await words.first().waitFor({ timeout: ELSEWHERE_MS });
    await node.page.locator("ol li").first().waitFor({ timeout: ELSEWHERE_MS });
    expect(await node.page.locator("ol li").allTextContents()).toEqual(await words.allTextContents());
    await tab.press("link.same");
    await node.press("link.same");
    await tab.heading("linked.title");
    await tab.press("restored.noPin");
    await tab.openChat();
    await tab.read("before the link");
    await tab.write("from the browser");
    await friend.read("from the browser");
    await node.press("link.close");
    await node.openChat();
    await node.read("from the browser");
    await friend.write("to both of you");
    await tab.read("to both of you");
    await node.read("to both of you");
    for (const { faults, violations } of [desk, friendProfile, phone]) expect([...faults, ...violations]).toEqual([]);
  });
});
