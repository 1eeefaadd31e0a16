/** Microphones, cameras and speakers in a call between browsers: chosen, remembered, switched off and pulled out. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { launchBrowser } from "../../../packages/web/test/support/browser.ts";
import { RelayHost } from "../support/app-host.ts";
import type { AppProfile } from "../support/app-profile.ts";
import { framesOf, loudnessOf } from "../support/call-page.ts";
import { befriend, newcomer, PATIENCE_MS, PATIENTLY, panel, TEST_MS } from "../support/call-people.ts";
import { pattern, word } from "../support/words.ts";

const found = inject("peerBrowser");

const poll = (read: () => Promise<unknown>) => expect.poll(read, PATIENTLY);

/** Two cameras that show a clock, several microphones that beep, and nobody who asks for leave. */
const SEVERAL_DEVICES = [
  "--ignore-certificate-errors",
  "--use-fake-device-for-media-stream=device-count=2",
  "--use-fake-ui-for-media-stream",
] as const;

interface WithTracks {
  tracks: MediaStreamTrack[];
}

/** Notes every track that is opened, to pull its device out later. */
async function noteTracks(profile: AppProfile): Promise<void> {
  await profile.context.addInitScript(() => {
    const tracks: MediaStreamTrack[] = [];
    Object.assign(globalThis, { tracks });
    if (!("mediaDevices" in navigator)) return; // the empty page before this one
    const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (wanted) => {
      const stream = await open(wanted);
      tracks.push(...stream.getTracks());
      return stream;
    };
  });
}

/** The devices that are open now. */
const openOn = (page: Page, kind: "audio" | "video"): Promise<readonly (string | undefined)[]> =>
  page.evaluate(
    (wanted) =>
      (globalThis as unknown as WithTracks).tracks
        .filter((track) => track.kind === wanted && track.readyState === "live")
        .map((track) => track.getSettings().deviceId),
    kind,
  );

/** What a browser does when a device is pulled out, which made-up ones cannot be. */
const pullOut = (page: Page, kind: "audio" | "video"): Promise<void> =>
  page.evaluate((wanted) => {
    for (const track of (globalThis as unknown as WithTracks).tracks) {
      if (track.kind !== wanted || track.readyState !== "live") continue;
      track.stop();
      track.dispatchEvent(new Event("ended"));
    }
  }, kind);

describe.skipIf(found === null)("the devices of a call", () => {
  const browsers: Browser[] = [];
  beforeAll(async () => {
    if (found === null) return;
    for (let at = 0; at < 2; at++) browsers.push(await launchBrowser(found, SEVERAL_DEVICES));
  });
  afterAll(() => Promise.all(browsers.map((each) => each.close())));

  test(
    "are chosen while it goes on and remembered for the next one; one that is pulled out is told and can be replaced",
    async () => {
      const relay = await RelayHost.start({});
      const one = await newcomer(browsers[0] as Browser, relay.url, noteTracks);
      const two = await newcomer(browsers[1] as Browser, relay.url);
      await befriend(one, two);
      const { page } = one.app;
      await one.app.press("call.video");
      await panel(two.app, "call.incomingVideo").waitFor({ timeout: PATIENCE_MS });
      await two.app.press("call.acceptVideo");
      for (const { app } of [one, two]) await poll(() => framesOf(app)).toBeGreaterThan(20);

      await page.keyboard.press("d");
      const list = (key: "call.microphone" | "call.camera" | "call.speaker") =>
        page.getByRole("combobox", { name: word("en", key), exact: true });
      await list("call.camera").waitFor();
      const cameras = await list("call.camera")
        .locator("option")
        .evaluateAll((all) => all.map((each) => (each as HTMLOptionElement).value));
      expect(cameras).toHaveLength(2);
      expect(await openOn(page, "video")).toEqual([await list("call.camera").inputValue()]);
      const other = cameras.find((each) => each !== (cameras[0] as string)) as string;
      await list("call.camera").selectOption(other);
      await poll(() => openOn(page, "video")).toEqual([other]);
      const drawn = await framesOf(two.app);
      await poll(() => framesOf(two.app)).toBeGreaterThan(drawn + 20);

      const microphones = await list("call.microphone")
        .locator("option")
        .evaluateAll((all) => all.map((each) => (each as HTMLOptionElement).value));
      const last = microphones.at(-1) as string;
      await list("call.microphone").selectOption(last);
      await poll(() => openOn(page, "audio")).toEqual([last]);
      await poll(() => loudnessOf(two.app)).toBeGreaterThan(0.01);

      const speakers = await list("call.speaker")
        .locator("option")
        .evaluateAll((all) => all.map((each) => (each as HTMLOptionElement).value));
      const speaker = speakers.at(-1) as string;
      await list("call.speaker").selectOption(speaker);
      await poll(() => page.evaluate(() => document.querySelector<HTMLVideoElement>("[data-remote]")?.sinkId)).toBe(
        speaker,
      );

      // Off means silence at the other side, and a device that is chosen meanwhile stays closed.
      await page.locator("dialog[open] button[aria-keyshortcuts=m]").click();
      await two.app.text("call.theirMute");
      await poll(() => loudnessOf(two.app)).toBeLessThan(0.001);
      await list("call.microphone").selectOption(microphones[0] as string);
      await poll(() => openOn(page, "audio")).toEqual([]);
      await page.locator("dialog[open] button[aria-keyshortcuts=m]").click();
      await poll(() => openOn(page, "audio")).toEqual([microphones[0]]);
      await poll(() => loudnessOf(two.app)).toBeGreaterThan(0.01);

      await pullOut(page, "audio");
      await page.getByText(pattern("en", "callTrouble.microphone-lost")).waitFor({ timeout: PATIENCE_MS });
      await two.app.text("call.theirMute");
      await list("call.microphone").selectOption(last);
      await page
        .getByText(pattern("en", "callTrouble.microphone-lost"))
        .waitFor({ state: "detached", timeout: PATIENCE_MS });
      await poll(() => loudnessOf(two.app)).toBeGreaterThan(0.01);
      await pullOut(page, "video");
      await page.getByText(pattern("en", "callTrouble.camera-lost")).waitFor({ timeout: PATIENCE_MS });
      await page.locator("dialog[open] button[aria-keyshortcuts=v]").click();
      await poll(() => openOn(page, "video")).toEqual([other]);
      const before = await framesOf(two.app);
      await poll(() => framesOf(two.app)).toBeGreaterThan(before + 20);
      await one.app.press("call.hangUp");
      await panel(two.app, "call.with").waitFor({ state: "detached", timeout: PATIENCE_MS });
      expect(await openOn(page, "audio")).toEqual([]);
      expect(await openOn(page, "video")).toEqual([]);

      await one.app.press("call.video");
      await poll(() => openOn(page, "video")).toEqual([other]);
      expect(await openOn(page, "audio")).toEqual([last]);
      await one.app.press("call.hangUp");
      for (const { profile } of [one, two]) expect([...profile.faults, ...profile.violations]).toEqual([]);
    },
    TEST_MS,
  );
});
