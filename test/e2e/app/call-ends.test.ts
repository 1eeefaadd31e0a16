/** How calls between browsers do not come about: a third person, both at once. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { launchBrowser } from "../../../packages/web/test/support/browser.ts";
import { MADE_UP_DEVICES } from "../support/call-page.ts";
import {
  entered,
  newcomer,
  PATIENCE_MS,
  PATIENTLY,
  panel,
  rings,
  TEST_MS,
  talk,
  twoFriends,
} from "../support/call-people.ts";

const found = inject("peerBrowser");

const poll = (read: () => Promise<unknown>) => expect.poll(read, PATIENTLY);

describe.skipIf(found === null)("a call between two browsers", () => {
  const browsers: Browser[] = [];
  beforeAll(async () => {
    if (found === null) return;
    for (let at = 0; at < 2; at++) browsers.push(await launchBrowser(found, MADE_UP_DEVICES));
  });
  afterAll(() => Promise.all(browsers.map((each) => each.close())));

  const pair = (): readonly [Browser, Browser] => [browsers[0] as Browser, browsers[1] as Browser];

  test(
    "finds who talks to somebody else busy, and leaves that talk alone",
    async () => {
      const { relay, one, two } = await twoFriends(pair());
      const three = await newcomer(pair()[1], relay.url);
      await three.app.join(await one.app.invite());
      await three.app.write("it is me");
      await one.app.goTo("");
      await one.app.page
        .locator("[data-list] a[data-chat]")
        .filter({ hasText: "it is me" })
        .click({ timeout: PATIENCE_MS });
      await one.app.read("it is me");
      await two.app.press("call.voice");
      await rings(one.app);
      await one.app.press("call.accept");
      await talk(one.app, two.app);
      await three.app.press("call.voice");
      await panel(three.app, "call.end.busy").waitFor({ timeout: PATIENCE_MS });
      await three.app.press("common.close");
      await entered(three.app, "callLine.busyYours");
      expect(await panel(one.app, "call.with").isVisible()).toBe(true);
      await talk(one.app, two.app);
      await one.app.press("call.hangUp");
      await panel(two.app, "call.with").waitFor({ state: "detached", timeout: PATIENCE_MS });
      // The chat with the third is the open one.
      await entered(one.app, "callLine.busyTheirs");
      for (const { profile } of [one, two, three]) expect([...profile.faults, ...profile.violations]).toEqual([]);
    },
    TEST_MS,
  );

  test(
    "that both make at once is one call: it rings at one of them, and leaves one line",
    async () => {
      const { one, two } = await twoFriends(pair());
      await Promise.all([one, two].map(({ app }) => app.press("call.voice")));
      const incoming = [one, two].map(({ app }) => panel(app, "call.incomingVoice"));
      await poll(async () => (await Promise.all(incoming.map((each) => each.isVisible()))).filter(Boolean).length).toBe(
        1,
      );
      const isFirst = await incoming[0]?.isVisible();
      const [caller, callee] = isFirst === true ? [two, one] : [one, two];
      await callee.app.press("call.accept");
      await talk(one.app, two.app);
      await callee.app.press("call.hangUp");
      await entered(caller.app, "callLine.answeredYours");
      await entered(callee.app, "callLine.answeredTheirs");
      for (const { app, profile } of [one, two]) {
        expect(await app.page.getByRole("article").count()).toBe(2);
        expect([...profile.faults, ...profile.violations]).toEqual([]);
      }
    },
    TEST_MS,
  );
});
