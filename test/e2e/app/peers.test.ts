/** People in browsers and nowhere else, at the page that a relay serves under TLS. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { launchBrowser } from "../../../packages/web/test/support/browser.ts";
import { RelayHost } from "../support/app-host.ts";
import type { AppPage } from "../support/app-page.ts";
import { AppProfile } from "../support/app-profile.ts";

const found = inject("peerBrowser");

describe.skipIf(found === null)("people in two browsers", () => {
  let browser: Browser;
  beforeAll(async () => {
    // The certificate of the tests is signed by nobody; a WebSocket has no other way to accept it.
    if (found !== null) browser = await launchBrowser(found, ["--ignore-certificate-errors"]);
  });
  afterAll(() => browser?.close());

  /** A person with an account at the relay's page. */
  async function newcomer(url: string, handle?: string): Promise<{ profile: AppProfile; app: AppPage }> {
    const profile = await AppProfile.open(browser, { height: 1600 });
    const app = await profile.tab(url);
    await app.makeAccount(handle === undefined ? {} : { handle });
    await app.stayReachable();
    return { profile, app };
  }

  test("talk directly, and go on when the relay and the page's own site are gone", async () => {
    const relay = await RelayHost.start();
    const one = await newcomer(relay.url);
    const two = await newcomer(relay.url);
    await two.app.join(await one.app.invite());
    // The browser was asked to keep the account, and promises nothing: that is said where it cannot be overlooked.
    await two.app.text("words.reminderBrowser");
    await two.app.write("first contact");
    await one.app.openChat();
    await one.app.read("first contact");
    const isDirect = async (app: AppPage, text: string): Promise<boolean> => {
      await app.write(text);
      await app.sees(text, "state.delivered", "state.read");
      return (await app.page.getByText("Direct, end-to-end encrypted").count()) > 0;
    };
    let round = 0;
    await expect
      .poll(
        async () => {
          round += 1;
          const ways = [await isDirect(one.app, `via one ${round}`), await isDirect(two.app, `via two ${round}`)];
          return ways.every(Boolean);
        },
        { timeout: 60_000, interval: 100 },
      )
      .toBe(true);
    await relay.stop();
    const numbers = Array.from({ length: 8 }, (_, at) => at + 1);
    for (const number of numbers) {
      await one.app.write(`left side ${number}`);
      await two.app.write(`right side ${number}`);
    }
    await one.app.read("right side 8");
    await two.app.read("left side 8");
    expect(await one.app.heard("right side ")).toEqual(numbers.map((number) => `right side ${number}`));
    expect(await two.app.heard("left side ")).toEqual(numbers.map((number) => `left side ${number}`));
    for (const { profile } of [one, two]) expect([...profile.faults, ...profile.violations]).toEqual([]);
  });

  test("write while the other is away and while the relay is, and everything arrives once", async () => {
    const relay = await RelayHost.start();
    const one = await newcomer(relay.url);
    const two = await newcomer(relay.url);
    await two.app.join(await one.app.invite());
    await two.app.write("hello");
    await one.app.openChat();
    await one.app.read("hello");
    await two.app.page.close();
    await one.app.write("while you were away");
    await one.app.sees("while you were away", "state.kept.one");
    await relay.stop();
    await one.app.write("without a relay");
    await one.app.sees("without a relay", "state.queued");
    await one.app.page.reload();
    await one.app.sees("without a relay", "state.queued");
    await relay.begin();
    const back = await two.profile.tab(relay.url);
    await back.openChat();
    await back.read("while you were away");
    await back.read("without a relay");
    await one.app.sees("without a relay", "state.read");
    expect(await back.message("while you were away").count()).toBe(1);
    expect(await back.message("without a relay").count()).toBe(1);
    for (const { profile } of [one, two]) expect([...profile.faults, ...profile.violations]).toEqual([]);
  });

  test("ask a stranger by handle; nothing is learned before the answer", async () => {
    const relay = await RelayHost.start();
    const one = await newcomer(relay.url, "amal_k");
    const two = await newcomer(relay.url);
    await two.app.goTo("new/handle");
    await two.app.exactly("textbox", "new.handleField").fill("amal_k");
    await expect
      .poll(
        async () => {
          await two.app.press("new.lookUp");
          await two.app.exactly("button", "new.lookUp").and(two.app.page.locator(":enabled")).waitFor();
          return await two.app.exactly("button", "new.ask").count();
        },
        { timeout: 60_000, interval: 200 },
      )
      .toBe(1);
    await two.app.exactly("textbox", "new.firstText").fill("May I ask about the workshop?");
    await two.app.press("new.ask");
    await two.app.text("chat.requested");
    await one.app.press("chats.requests");
    await one.app.page.locator('[data-list] a[href^="#/request/"]').click({ timeout: 60_000 });
    await one.app.read("May I ask about the workshop?");
    await two.app.sees("May I ask about the workshop?", "state.waiting");
    await one.app.press("requests.accept");
    await one.app.composer.waitFor();
    await one.app.write("Yes, do");
    await two.app.read("Yes, do");
    await two.app.sees("May I ask about the workshop?", "state.read");
    for (const { profile } of [one, two]) expect([...profile.faults, ...profile.violations]).toEqual([]);
  });
});
