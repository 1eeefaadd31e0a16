/** Calls between people in two browser processes, with devices that are made up: what is heard and seen, and how calls end. */
import { spawnSync } from "node:child_process";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { launchBrowser } from "../../../packages/web/test/support/browser.ts";
import { RelayHost } from "../support/app-host.ts";
import type { AppPage } from "../support/app-page.ts";
import { AppProfile } from "../support/app-profile.ts";
import { pattern, word } from "../support/words.ts";

const found = inject("peerBrowser");

const hasTurn = spawnSync("turnserver", ["--version"]).error === undefined;
// A machine without it says so: a run that tested nothing must not look like one that passed.
if (!hasTurn) process.stderr.write("calls through TURN: skipped, turnserver (package coturn) is not installed\n");

/** A camera that shows a clock, a microphone that beeps, and nobody who asks for leave. */
const DEVICES = [
  "--ignore-certificate-errors",
  "--use-fake-device-for-media-stream",
  "--use-fake-ui-for-media-stream",
] as const;

/** Two people, two browsers and a relay share the machine, in ms. */
const PATIENCE_MS = 60_000;

/** Meeting, calling and talking in two browsers takes a busy machine more than most tests, in ms. */
const TEST_MS = 240_000;

/** More than a second of pictures. */
const MANY_FRAMES = 20;

describe.skipIf(found === null)("a call between two browsers", () => {
  const browsers: Browser[] = [];
  beforeAll(async () => {
    if (found === null) return;
    for (let at = 0; at < 2; at++) browsers.push(await launchBrowser(found, DEVICES));
  });
  afterAll(() => Promise.all(browsers.map((each) => each.close())));

  async function newcomer(at: number, url: string): Promise<{ profile: AppProfile; app: AppPage }> {
    const profile = await AppProfile.open(browsers[at] as Browser, { height: 900 });
    const app = await profile.tab(url);
    await app.makeAccount();
    await app.stayReachable();
    return { profile, app };
  }

  async function twoFriends(relayOptions: Parameters<typeof RelayHost.start>[0] = {}) {
    const relay = await RelayHost.start(relayOptions);
    const one = await newcomer(0, relay.url);
    const two = await newcomer(1, relay.url);
    await two.app.join(await one.app.invite());
    await two.app.write("hello");
    await one.app.openChat();
    await one.app.read("hello");
    return { relay, one, two };
  }

  const panel = ({ page, language }: AppPage, key: Parameters<AppPage["exactly"]>[1]) =>
    page.getByRole("dialog", { name: pattern(language, key) });

  /** Frames of the other side that were drawn here. */
  const frames = (app: AppPage): Promise<number> =>
    app.page.evaluate(
      () => document.querySelector<HTMLVideoElement>("[data-remote]")?.getVideoPlaybackQuality().totalVideoFrames ?? 0,
    );

  /** Whether anything of the other side is heard within a moment: the made-up microphone beeps once a second. */
  const hears = (app: AppPage): Promise<boolean> =>
    app.page.evaluate(async () => {
      const stream = document.querySelector<HTMLVideoElement>("[data-remote]")?.srcObject;
      if (!(stream instanceof MediaStream) || stream.getAudioTracks().length === 0) return false;
      const context = new AudioContext();
      const analyser = context.createAnalyser();
      context.createMediaStreamSource(stream).connect(analyser);
      const samples = new Float32Array(analyser.fftSize);
      let loudest = 0;
      for (let at = 0; at < 60 && loudest < 0.01; at++) {
        await new Promise((resolve) => requestAnimationFrame(resolve));
        analyser.getFloatTimeDomainData(samples);
        loudest = Math.max(loudest, ...samples);
      }
      await context.close();
      return loudest >= 0.01;
    });

  const poll = (read: () => Promise<unknown>) => expect.poll(read, { timeout: PATIENCE_MS, interval: 200 });

  test(
    "is seen and heard at both ends, muted, shared and ended by the one who was called",
    async () => {
      const { one, two } = await twoFriends();
      await one.app.press("call.video");
      await panel(two.app, "call.incomingVideo").waitFor({ timeout: PATIENCE_MS });
      // Nothing of the one who rings is looked for before the answer.
      expect(await two.app.page.locator("[data-remote]").count()).toBe(0);
      await two.app.press("call.acceptVideo");
      for (const { app } of [one, two]) {
        await poll(() => frames(app)).toBeGreaterThan(MANY_FRAMES);
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
      const before = await frames(one.app);
      await one.app.page.getByRole("region", { name: pattern("en", "call.with") }).waitFor();
      await one.app.write("beside the call");
      await two.app.page.keyboard.press("Escape");
      await two.app.read("beside the call");
      await poll(() => frames(one.app)).toBeGreaterThan(before > 0 ? 1 : 0);
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
      const { one, two } = await twoFriends();
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
      const { one, two } = await twoFriends({ hasTurn: true });
      await hideAddress(one.app);
      for (const [caller, callee] of [
        [one, two],
        [two, one],
      ] as const) {
        await caller.app.press("call.video");
        await panel(callee.app, "call.incomingVideo").waitFor({ timeout: PATIENCE_MS });
        await callee.app.press("call.acceptVideo");
        for (const { app } of [one, two]) {
          await poll(() => frames(app)).toBeGreaterThan(MANY_FRAMES);
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
      const { one, two } = await twoFriends();
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
      const { one, two } = await twoFriends();
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
