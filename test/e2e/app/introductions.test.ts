/** Three people in browsers: one introduces another to the third, who asks to be let in from the message. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { launchBrowser } from "../../../packages/web/test/support/browser.ts";
import { RelayHost } from "../support/app-host.ts";
import type { AppPage } from "../support/app-page.ts";
import { AppProfile } from "../support/app-profile.ts";
import { word } from "../support/words.ts";

const found = inject("peerBrowser");

/** What another device has to do first may take as long on a busy machine, in ms. */
const ELSEWHERE_MS = 60_000;

describe.skipIf(found === null)("people who are introduced", () => {
  let browser: Browser;
  beforeAll(async () => {
    // The certificate of the tests is signed by nobody; a WebSocket has no other way to accept it.
    if (found !== null) browser = await launchBrowser(found, ["--ignore-certificate-errors"]);
  });
  afterAll(() => browser?.close());

  async function newcomer(url: string, handle?: string): Promise<{ profile: AppProfile; app: AppPage }> {
    const profile = await AppProfile.open(browser, { height: 1600 });
    const app = await profile.tab(url);
    await app.makeAccount(handle === undefined ? {} : { handle });
    await app.stayReachable();
    return { profile, app };
  }

  /** The account of the open conversation's person. */
  const openAccount = (app: AppPage) => app.page.evaluate(() => location.hash.split("/")[2] ?? "");

  test("meet by a message, and are shown as introduced where the introducer was compared", async () => {
    const relay = await RelayHost.start();
    const ann = await newcomer(relay.url);
    const bob = await newcomer(relay.url);
    const cas = await newcomer(relay.url, "cas_h");
    await bob.app.join(await ann.app.invite());
    const toAnn = await openAccount(bob.app);
    await bob.app.goTo(`person/${toAnn}`);
    await bob.app.press("person.mark");
    await bob.app.text("trust.VERIFIED");
    await ann.app.join(await cas.app.invite());
    const toCas = await openAccount(ann.app);
    await ann.app.page.locator(`[data-list] a[data-chat]`).nth(1).waitFor({ timeout: ELSEWHERE_MS });
    await ann.app.goTo(`person/${toCas}`);
    await ann.app.exactly("button", "introduction.choose").click({ timeout: ELSEWHERE_MS });
    await ann.app.page.getByRole("dialog").locator("li button").first().click({ timeout: ELSEWHERE_MS });
    await bob.app.goTo(`chat/${toAnn}`);
    await bob.app.read(toCas);
    // Until the directory has the claim nobody is found, and the message stays where it is.
    const ask = bob.app.exactly("button", "new.ask");
    await expect
      .poll(
        async () => {
          if ((await ask.count()) > 0) await ask.click();
          return await openAccount(bob.app);
        },
        { timeout: ELSEWHERE_MS, interval: 500 },
      )
      .toBe(toCas);
    await bob.app.text("chat.requested");
    await cas.app.press("chats.requests");
    await cas.app.page.locator('[data-list] a[href^="#/request/"]').click({ timeout: ELSEWHERE_MS });
    await cas.app.press("requests.accept");
    await bob.app.goTo(`person/${toCas}`);
    // Above, of the person, and below, as the step that led to it.
    const words = bob.app.page.getByText(word("en", "trust.INTRODUCED"), { exact: true });
    await expect.poll(() => words.count(), { timeout: ELSEWHERE_MS }).toBe(2);
    for (const { profile } of [ann, bob, cas]) expect([...profile.faults, ...profile.violations]).toEqual([]);
  });
});
