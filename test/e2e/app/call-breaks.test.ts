/** Calls whose page goes away: reloaded while it rings and while two talk, and the engine that moves to another tab. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { launchBrowser } from "../../../packages/web/test/support/browser.ts";
import { MADE_UP_DEVICES } from "../support/call-page.ts";
import {
  answer,
  entered,
  expectNoFaults,
  isOver,
  PATIENCE_MS,
  panel,
  rings,
  TEST_MS,
  twoFriends,
} from "../support/call-people.ts";
import { pattern, word } from "../support/words.ts";

const found = inject("peerBrowser");

describe.skipIf(found === null)("a call between two browsers", () => {
  const browsers: Browser[] = [];
  beforeAll(async () => {
    if (found === null) return;
    for (let at = 0; at < 2; at++) browsers.push(await launchBrowser(found, MADE_UP_DEVICES));
  });
  afterAll(() => Promise.all(browsers.map((each) => each.close())));

  const meet = () => twoFriends([browsers[0] as Browser, browsers[1] as Browser]);

  test(
    "rings again in a page that was loaded anew, and is a missed one when nobody answers for 45 s",
    async () => {
      const { one, two } = await meet();
      const startedMs = performance.now();
      await one.app.press("call.voice");
      await rings(two.app);
      await two.app.page.reload();
      await rings(two.app);
      await panel(one.app, "call.end.noAnswer").waitFor({ timeout: PATIENCE_MS });
      expect(performance.now() - startedMs).toBeGreaterThan(44_000);
      await panel(two.app, "call.incomingVoice").waitFor({ state: "detached", timeout: PATIENCE_MS });
      await one.app.press("common.close");
      await entered(one.app, "callLine.missedYours");
      await entered(two.app, "callLine.missedTheirs");
      expectNoFaults(one, two);
    },
    TEST_MS,
  );

  test(
    "ends at both ends when the one who calls loads the page anew, while it rings and while they talk",
    async () => {
      const { one, two } = await meet();
      await one.app.press("call.voice");
      await rings(two.app);
      await one.app.page.reload();
      await panel(two.app, "call.incomingVoice").waitFor({ state: "detached", timeout: PATIENCE_MS });
      for (const [app, key] of [
        [one.app, "callLine.missedYours"],
        [two.app, "callLine.missedTheirs"],
      ] as const) {
        await entered(app, key);
      }
      await one.app.press("call.voice");
      await answer(two.app, one.app);
      await one.app.page.reload();
      await isOver(two.app);
      await entered(two.app, "callLine.answeredTheirs");
      // Both lines begin alike there.
      const lines = one.app.page.getByRole("article", { name: pattern("en", "callLine.answeredYours") });
      await lines.nth(1).waitFor({ timeout: PATIENCE_MS });
      expect(await lines.filter({ hasText: word("en", "callLine.missedYours") }).count()).toBe(1);
      expect(await panel(one.app, "call.with").count()).toBe(0);
      expectNoFaults(one, two);
    },
    TEST_MS,
  );

  test(
    "ends at both ends when the one who was called loads the page anew while they talk",
    async () => {
      const { one, two } = await meet();
      await one.app.press("call.voice");
      await answer(two.app, one.app);
      await two.app.page.reload();
      await isOver(one.app);
      await entered(one.app, "callLine.answeredYours");
      await entered(two.app, "callLine.answeredTheirs");
      expectNoFaults(one, two);
    },
    TEST_MS,
  );

  test(
    "says at both ends that it was lost when the tab with the engine is closed, and the next call goes well",
    async () => {
      const { relay, one, two } = await meet();
      const other = await one.profile.tab(relay.url);
      await other.openChat();
      await other.press("call.voice");
      await answer(two.app, other);
      await one.app.page.close();
      await panel(other, "call.end.lost").waitFor({ timeout: PATIENCE_MS });
      await isOver(two.app);
      await other.press("common.close");
      await entered(other, "callLine.answeredYours");
      await entered(two.app, "callLine.answeredTheirs");
      await other.press("call.voice");
      await answer(two.app, other);
      await other.press("call.hangUp");
      await isOver(two.app);
      expectNoFaults(one, two);
    },
    TEST_MS,
  );
});
