/**
 * Devices of a call in a browser: refused, not there, chosen while two talk, unplugged, and a browser that plays nothing
 * by itself; and what the screen says of each.
 */
import type { Browser, Locator } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { launchBrowser } from "../../../packages/web/test/support/browser.ts";
import { RelayHost } from "../support/app-host.ts";
import type { AppPage } from "../support/app-page.ts";
import type { AppProfile } from "../support/app-profile.ts";
import { framesOf } from "../support/call-page.ts";
import {
  befriend,
  expectNoFaults,
  isOver,
  newcomer,
  PATIENCE_MS,
  PATIENTLY,
  panel,
  rings,
  TEST_MS,
  talk,
} from "../support/call-people.ts";
import { type WordKey, word } from "../support/words.ts";

const found = inject("peerBrowser");

/** Made-up devices. @param answer to the question whether the page may open them. */
const devices = (cameras: number, answer: "yes" | "no" = "yes"): readonly string[] => [
  "--ignore-certificate-errors",
  `--use-fake-device-for-media-stream=device-count=${cameras}`,
  answer === "yes" ? "--use-fake-ui-for-media-stream" : "--use-fake-ui-for-media-stream=deny",
];

/** The second of three made-up cameras sees depth alone, which no call shows. */
const WITH_CAMERAS = devices(3);

const WITHOUT_CAMERA = devices(0);

const REFUSED = devices(3, "no");

/** Plays only what a click itself plays, as some browsers of people do; the one of the tests plays whenever it is told to. */
async function refuseToPlay({ context }: AppProfile): Promise<void> {
  await context.addInitScript(() => {
    const play = HTMLMediaElement.prototype.play;
    HTMLMediaElement.prototype.play = function (this: HTMLMediaElement) {
      if (globalThis.event?.type === "click") return play.call(this);
      this.pause();
      return Promise.reject(new DOMException("play() needs a click", "NotAllowedError"));
    };
  });
}

/** Remembers what the browser opened, so that it can be taken away as a plug that is pulled takes it. */
async function rememberTracks({ context }: AppProfile): Promise<void> {
  await context.addInitScript(() => {
    const tracks: MediaStreamTrack[] = [];
    Object.assign(globalThis, { tracks });
    const { mediaDevices } = navigator;
    if (mediaDevices === undefined) return; // the empty page before this one
    const open = mediaDevices.getUserMedia.bind(mediaDevices);
    mediaDevices.getUserMedia = async (wanted) => {
      const stream = await open(wanted);
      tracks.push(...stream.getTracks());
      return stream;
    };
  });
}

/** The last opened device of a kind is gone. */
function unplug({ page }: AppPage, kind: "audio" | "video"): Promise<void> {
  return page.evaluate((wanted) => {
    const { tracks } = globalThis as unknown as { tracks: MediaStreamTrack[] };
    const track = tracks.findLast((each) => each.kind === wanted && each.readyState === "live");
    track?.stop();
    track?.dispatchEvent(new Event("ended"));
  }, kind);
}

function selectOf(app: AppPage, key: "call.camera" | "call.microphone"): Locator {
  return app.page.locator("fieldset").getByRole("combobox", { name: word("en", key), exact: true });
}

/** Chooses another device of a kind than the one in use. */
async function chooseOther(app: AppPage, key: "call.camera" | "call.microphone"): Promise<void> {
  const select = selectOf(app, key);
  const options = select.locator("option");
  await expect.poll(() => options.count(), PATIENTLY).toBeGreaterThan(1);
  const ids = await options.evaluateAll((all) => all.map((each) => (each as HTMLOptionElement).value));
  const inUse = await select.inputValue();
  const other = ids.findLast((id) => id !== inUse) ?? "";
  await select.selectOption(other);
  await expect.poll(() => select.inputValue(), PATIENTLY).toBe(other);
}

const says = ({ page }: AppPage, key: WordKey) =>
  page.getByRole("alert").getByText(word("en", key)).waitFor({ timeout: PATIENCE_MS });

const saysNoMore = ({ page }: AppPage, key: WordKey) =>
  page.getByText(word("en", key)).waitFor({ state: "detached", timeout: PATIENCE_MS });

describe.skipIf(found === null)("the devices of a call", () => {
  const browsers: Browser[] = [];
  beforeAll(async () => {
    if (found === null) return;
    for (const args of [WITH_CAMERAS, WITHOUT_CAMERA, REFUSED]) browsers.push(await launchBrowser(found, args));
  });
  afterAll(() => Promise.all(browsers.map((each) => each.close())));

  test(
    "are told in words when they are refused: nothing rings, and a call that rings is not answered",
    async () => {
      const relay = await RelayHost.start();
      const one = await newcomer(browsers[0] as Browser, relay.url);
      const two = await newcomer(browsers[2] as Browser, relay.url);
      await befriend(one, two);
      await two.app.press("call.voice");
      await panel(two.app, "call.notBegun").waitFor({ timeout: PATIENCE_MS });
      await two.app.text("callTrouble.permission-denied");
      await two.app.press("common.close");
      await one.app.press("call.voice");
      await rings(two.app);
      await two.app.press("call.accept");
      await says(two.app, "callTrouble.permission-denied");
      await rings(two.app);
      expect(await panel(one.app, "call.incomingVoice").count()).toBe(0);
      await two.app.press("call.decline");
      await panel(one.app, "call.end.declined").waitFor({ timeout: PATIENCE_MS });
      expectNoFaults(one, two);
    },
    TEST_MS,
  );

  test(
    "are told in words when they are missing, silent or unplugged, are chosen, and the call goes on",
    async () => {
      const relay = await RelayHost.start();
      const one = await newcomer(browsers[0] as Browser, relay.url, rememberTracks);
      const two = await newcomer(browsers[1] as Browser, relay.url, refuseToPlay);
      await befriend(one, two);

      // Silent: what opens devices first plays too late after the click.
      await one.app.press("call.voice");
      await rings(two.app);
      await two.app.press("call.accept");
      await says(two.app, "call.silenced");
      await two.app.press("call.play");
      await saysNoMore(two.app, "call.silenced");
      const isPlaying = () =>
        two.app.page.evaluate(() => document.querySelector<HTMLVideoElement>("[data-remote]")?.paused === false);
      await expect.poll(isPlaying, PATIENTLY).toBe(true);
      await talk(one.app, two.app);
      await two.app.press("call.hangUp");
      await isOver(one.app);

      // Missing: the one without a camera sees and is heard.
      await one.app.press("call.video");
      await panel(two.app, "call.incomingVideo").waitFor({ timeout: PATIENCE_MS });
      await two.app.press("call.acceptVideo");
      await two.app.press("call.play");
      await says(two.app, "callTrouble.no-camera");
      await expect.poll(() => framesOf(two.app), PATIENTLY).toBeGreaterThan(20);
      await talk(one.app);

      // Chosen and unplugged.
      await one.app.press("call.devices");
      await chooseOther(one.app, "call.camera");
      await chooseOther(one.app, "call.microphone");
      const before = await framesOf(two.app);
      await expect.poll(() => framesOf(two.app), PATIENTLY).toBeGreaterThan(before + 20);
      await unplug(one.app, "video");
      await says(one.app, "callTrouble.camera-lost");
      await unplug(one.app, "audio");
      await says(one.app, "callTrouble.microphone-lost");
      await two.app.text("call.theirMute");
      await chooseOther(one.app, "call.microphone");
      await saysNoMore(one.app, "callTrouble.microphone-lost");
      await saysNoMore(two.app, "call.theirMute");
      await talk(two.app);
      await one.app.press("call.hangUp");
      await isOver(two.app);
      expectNoFaults(one, two);
    },
    TEST_MS,
  );
});
