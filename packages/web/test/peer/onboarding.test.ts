/** A newcomer becomes a peer in the browser, and meets a node. Real node, real relay, real browser. */
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from "vitest";
import { launchBrowser } from "../support/browser.ts";
import { NodeProcess } from "../support/node-process.ts";
import { makeAccount, Profile, waitForMessage, write } from "../support/peer-page.ts";

const found = inject("browser");

describe.skipIf(found === null)("a newcomer at the page for peers", () => {
  let browser: Browser;
  let node: NodeProcess;
  const profiles: Profile[] = [];

  beforeAll(async () => {
    if (found === null) return;
    browser = await launchBrowser(found);
    node = await NodeProcess.start({ kind: "start" });
    await node.call("account.create", {});
  });
  afterEach(async () => {
    for (const profile of profiles.splice(0)) await profile.close();
  });
  afterAll(async () => {
    await browser?.close();
    await node?.remove();
  });

  async function visitor(): Promise<Profile> {
    const profile = await Profile.open(browser, node.peerPageUrl);
    profiles.push(profile);
    return profile;
  }

  test("comes by an invite, makes an account and is in a conversation with the node", async () => {
    const profile = await visitor();
    const { text } = await node.call("invite.create", {});
    const page = await profile.tab(text.replace("kith:i/", "i="));
    await makeAccount(page);
    expect(page.url()).not.toContain("i=");
    await page.getByRole("textbox", { name: "Message" }).waitFor();
    await write(page, "hello from the browser");
    await page.getByRole("article", { name: /hello from the browser/ }).waitFor();
    const [chat] = await node.call("chat.list", {});
    const who = chat?.contact.account ?? "";
    await expect
      .poll(async () => (await node.call("message.list", { who })).map(({ text }) => text), POLL)
      .toEqual(["hello from the browser"]);
    await node.call("message.send", { who, text: "and back" });
    await waitForMessage(page, "and back");
    expect(profile.faults).toEqual([]);
  });
});

const POLL = { timeout: 30_000, interval: 200 };
