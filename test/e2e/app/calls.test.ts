/** Calls between people in two browser processes, with devices that are made up: what is heard and seen, and how calls end. */
import { spawnSync } from "node:child_process";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { launchBrowser } from "../../../packages/web/test/support/browser.ts";
import type { AppPage } from "../support/app-page.ts";
import { framesOf, loudnessOf, MADE_UP_DEVICES } from "../support/call-page.ts";
import { PATIENCE_MS, PATIENTLY, panel, TEST_MS, twoFriends } from "../support/call-people.ts";
import { pattern, word } from "../support/words.ts";

const found = inject("peerBrowser");

const hasTurn = spawnSync("turnserver", ["--version"]).error === undefined;
// A machine without it says so: a run that tested nothing must not look like one that passed.
if (!hasTurn) process.stderr.write("calls through TURN: skipped, turnserver (package coturn) is not installed\n");

/** More than a second of pictures. */
const MANY_FRAMES = 20;

describe.skipIf(found === null)("a call between two browsers", () => {
  const browsers: Browser[] = [];
  beforeAll(async () => {
    if (found === null) return;
    for (let at = 0; at < 2; at++) browsers.push(await launchBrowser(found, MADE_UP_DEVICES));
  });
  afterAll(() => Promise.all(browsers.map((each) => each.close())));

  const meet = (options: Parameters<typeof twoFriends>[1] = {}) =>
    twoFriends([browsers[0] as Browser, browsers[1] as Browser], options);

  /** Whether anything of the other side is heard within a moment: the made-up microphone beeps once a second. */
  const hears = async (app: AppPage): Promise<boolean> => (await loudnessOf(app)) >= 0.01;

  const poll = (read: () => Promise<unknown>) => expect.poll(read, PATIENTLY);

  test(
    "is seen and heard at both ends, muted, shared and ended by the one who was called",
    async () => {
      const { one, two } = await meet();
      await one.app.press("call.video");
      await panel(two.app, "call.incomingVideo").waitFor({ timeout: PATIENCE_MS });
      // Nothing of the one who rings is looked for before the answer.
      expect(await two.app.page.locator("[data-remote]").count()).toBe(0);
      await two.app.press("call.acceptVideo");
      for (const { app } of [one, two]) {
        await poll(() => framesOf(app)).toBeGreaterThan(MANY_FRAMES);
        await poll(() => hears(app)).toBe(true);
        await app.text("call.direct");
        await app.press("call.check");
      }
      const words = await Promise.all([one, two].map(({ app }) => app.page.locator("dialog b[dir=ltr]").textContent()));
      expect(words[0]).toMatch(/^(\w+ · ){3}\w+$/);
      expect(words[1]).toBe(words[0]);
      await one.app.page.keyboard.press("m");
      await two.app.text("call.theirMute");
      await one.app.page.keyboard.press("m");
      await two.app.page
        .getByText(pattern("en", "call.theirMute"))
        .waitFor({ state: "detached", timeout: PATIENCE_MS });
      await two.app.page.keyboard.press("s");
      await one.app.page.getByLabel(pattern("en", "call.theirScreen")).waitFor({ timeout: PATIENCE_MS });
      await one.app.page.keyboard.press("Escape");
      const before = await framesOf(one.app);
      await one.app.page.getByRole("region", { name: pattern("en", "call.with") }).waitFor();
      await one.app.write("beside the call");
      await two.app.page.keyboard.press("Escape");
      await two.app.read("beside the call");
      await poll(() => framesOf(one.app)).toBeGreaterThan(before > 0 ? 1 : 0);
      await two.app.press("call.hangUp");
      await one.app.page
        .getByRole("article", { name: pattern("en", "callLine.answeredYours") })
        .waitFor({ timeout: PATIENCE_MS });
      await two.app.page
        .getByRole("article", { name: pattern("en", "callLine.answeredTheirs") })
        .waitFor({ timeout: PATIENCE_MS });
      for (const { app, profile } of [one, two]) {
        expect(await app.page.locator("[data-remote]").count()).toBe(0);
        expect([...profile.faults, ...profile.violations]).toEqual([]);
      }
    },
    TEST_MS,
  );

  test(
    "is declined, given up, and ended by the caller, and each end says what happened",
    async () => {
      const { one, two } = await meet();
      await one.app.press("call.voice");
      await panel(two.app, "call.incomingVoice").waitFor({ timeout: PATIENCE_MS });
      await two.app.press("call.decline");
      await panel(one.app, "call.end.declined").waitFor({ timeout: PATIENCE_MS });
      await one.app.press("common.close");
      await two.app.page
        .getByRole("article", { name: pattern("en", "callLine.declinedTheirs") })
        .waitFor({ timeout: PATIENCE_MS });

      await two.app.press("call.voice");
      await panel(one.app, "call.incomingVoice").waitFor({ timeout: PATIENCE_MS });
      await two.app.press("call.hangUp");
      await panel(one.app, "call.incomingVoice").waitFor({ state: "detached", timeout: PATIENCE_MS });
      await one.app.page
        .getByRole("article", { name: pattern("en", "callLine.missedTheirs") })
        .waitFor({ timeout: PATIENCE_MS });

      await one.app.press("call.voice");
      await panel(two.app, "call.incomingVoice").waitFor({ timeout: PATIENCE_MS });
      await two.app.press("call.accept");
      for (const { app } of [one, two]) await poll(() => hears(app)).toBe(true);
      await one.app.press("call.hangUp");
      await panel(two.app, "call.with").waitFor({ state: "detached", timeout: PATIENCE_MS });
      await two.app.page
        .getByRole("article", { name: pattern("en", "callLine.answeredTheirs") })
        .waitFor({ timeout: PATIENCE_MS });
      for (const { profile } of [one, two]) expect([...profile.faults, ...profile.violations]).toEqual([]);
    },
    TEST_MS,
  );

  /** What the app chooses for everybody. */
  async function hideAddress(app: AppPage): Promise<void> {
    await app.goTo("settings");
    const choice = app.page.getByRole("group", { name: pattern("en", "privacy.address") });
    await choice.getByRole("radio", { name: word("en", "privacy.receiptsOn"), exact: true }).check();
    await app.goTo("");
    await app.openChat();
  }

  test.skipIf(!hasTurn)(
    "goes through the relay's TURN server alone when one side hides the address",
    async () => {
      const { one, two } = await meet({ hasTurn: true });
      await hideAddress(one.app);
      for (const [caller, callee] of [
        [one, two],
        [two, one],
      ] as const) {
        await caller.app.press("call.video");
        await panel(callee.app, "call.incomingVideo").waitFor({ timeout: PATIENCE_MS });
        await callee.app.press("call.acceptVideo");
        for (const { app } of [one, two]) {
          await poll(() => framesOf(app)).toBeGreaterThan(MANY_FRAMES);
          await app.text("call.relayed");
        }
        await caller.app.press("call.hangUp");
        await panel(callee.app, "call.with").waitFor({ state: "detached", timeout: PATIENCE_MS });
      }
      for (const { profile } of [one, two]) expect([...profile.faults, ...profile.violations]).toEqual([]);
    },
    TEST_MS,
  );

  test(
    "is not begun by who hides the address where no relay offers TURN, and the other side does not ring",
    async () => {
      const { one, two } = await meet();
      await hideAddress(one.app);
      await one.app.press("call.voice");
      await panel(one.app, "call.notBegun").waitFor({ timeout: PATIENCE_MS });
      await one.app.text("callTrouble.no-turn");
      await one.app.press("common.close");
      await one.app.write("then in writing");
      await two.app.read("then in writing");
      expect(await two.app.page.getByRole("article").filter({ hasText: "called" }).count()).toBe(0);
    },
    TEST_MS,
  );

  test(
    "ends soon at the other side when a page is closed in the middle of it",
    async () => {
      const { one, two } = await meet();
      await one.app.press("call.voice");
      await panel(two.app, "call.incomingVoice").waitFor({ timeout: PATIENCE_MS });
      await two.app.press("call.accept");
      for (const { app } of [one, two]) await poll(() => hears(app)).toBe(true);
      await two.app.page.close();
      await panel(one.app, "call.with").waitFor({ state: "detached", timeout: PATIENCE_MS });
    },
    TEST_MS,
  );
});
