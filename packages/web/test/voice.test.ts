/** Voice messages in the page: recorded, thrown away, refused, sent, played, moved along, and what only looks like one. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { Loudness } from "../src/screens/voice/loudness.ts";
import { soundType } from "../src/screens/voice/open-sound.ts";
import { launchBrowser } from "./support/browser.ts";
import { type View, withScreen } from "./support/open-screen.ts";
import { ACCOUNTS, idOf, makeScene } from "./support/scene.ts";
import { makeVoiceScene } from "./support/voice-screens.ts";

const found = inject("browser");
const folder = inject("pageFolder");
const VIEW: View = { language: "en", theme: "light", width: 1280, height: 800 };
const chat = `/chat/${ACCOUNTS.noor}`;
const LOG = "[role=log] article";
const RECORD = "Record a voice message";

/** A microphone that beeps, and nobody who asks for leave. */
const DEVICES = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"] as const;

const timer = (page: Page) => page.getByRole("timer");
const button = (page: Page, name: string) => page.getByRole("button", { name });

describe.skipIf(found === null)("a voice message in the page", () => {
  let browser: Browser;
  beforeAll(async () => {
    if (found !== null) browser = await launchBrowser(found, DEVICES);
  });
  afterAll(() => browser.close());

  test("is recorded by keyboard, sent with its length and shape, and plays from what was sent", async () => {
    const client = makeScene("en");
    const screen = { name: "record", client: () => client, hash: chat, ready: `${LOG}` };
    await withScreen(browser, folder, screen, VIEW, async ({ page, faults }) => {
      await button(page, RECORD).focus();
      await page.keyboard.press("Enter");
      await timer(page).getByText("00:02").waitFor();
      await button(page, "Send the voice message").press("Enter");
      const sent = page.locator(LOG).last();
      await sent.getByRole("slider").waitFor();
      const [upload] = [...client.uploads.values()];
      expect(upload?.head.mediaType).toMatch(/^audio\/(webm|mp4)$/);
      expect(upload?.head.name).toMatch(/^voice-\d{8}-\d{6}\.(webm|m4a)$/);
      const { durationMs = 0, waveform = [] } = upload?.head.voice ?? {};
      expect(durationMs).toBeGreaterThanOrEqual(2000);
      expect(durationMs).toBeLessThan(20_000);
      expect(waveform.length).toBeGreaterThan(10);
      expect(Math.max(...waveform)).toBe(255);
      client.fileBytes.set([...client.uploads.keys()][0] ?? "", [Buffer.from(upload?.bytes ?? []).toString("base64")]);
      await sent.getByRole("button", { name: "Play the voice message" }).press("Enter");
      await sent.getByRole("button", { name: "Pause the voice message" }).waitFor();
      await sent.getByRole("slider").and(page.locator("[aria-valuenow='1']")).waitFor();
      expect(client.calls.filter(({ method }) => method === "message.markPlayed")).toEqual([]);
      expect(faults).toEqual([]);
    });
  });

  test("is moved along and played faster by keyboard, and one that was listened to is marked", async () => {
    const client = makeVoiceScene("en");
    const tone = await recordTone(browser);
    client.fileBytes.set(idOf(1), [tone]);
    client.messages = client.messages.map((each) =>
      each.file?.voice === undefined
        ? each
        : { ...each, file: { ...each.file, voice: { ...each.file.voice, durationMs: 8000 } } },
    );
    const screen = { name: "play", client: () => client, hash: chat, ready: `${LOG} [role=slider]` };
    await withScreen(browser, folder, screen, VIEW, async ({ page, faults }) => {
      const first = page.locator(`${LOG}[data-message="t${idOf(1)}"]`);
      await first.getByText("Not played yet").waitFor({ state: "attached" });
      const slider = first.getByRole("slider");
      await slider.focus();
      await page.keyboard.press("ArrowRight");
      expect(await slider.getAttribute("aria-valuetext")).toMatch(/00:05.* of .*00:08/);
      await page.keyboard.press("Home");
      expect(await slider.getAttribute("aria-valuenow")).toBe("0");
      await first.getByRole("button", { name: /Speed .?1.?$/ }).press("Enter");
      await first.getByRole("button", { name: /Speed .?1\.5.?$/ }).press("Enter");
      await first.getByRole("button", { name: /Speed .?2.?$/ }).waitFor();
      await first.getByRole("button", { name: "Play the voice message" }).press("Enter");
      await slider.and(page.locator("[aria-valuenow='1']")).waitFor();
      await first.getByText("Not played yet").waitFor({ state: "detached" });
      await first.getByRole("button", { name: "Play the voice message" }).waitFor();
      expect(await slider.getAttribute("aria-valuenow")).toBe("0");
      expect(faults).toEqual([]);
    });
  });

  test("is thrown away by Escape, by a move aside and by leaving, and the microphone is off then", async () => {
    const client = makeScene("en");
    const screen = { name: "cancel", client: () => client, hash: chat, ready: `${LOG}` };
    await withScreen(browser, folder, { ...screen, prepare: keepTracks }, VIEW, async ({ page }) => {
      const areOff = (): Promise<boolean> =>
        page.evaluate(() => (globalThis as unknown as Kept).tracks.every(({ readyState }) => readyState === "ended"));
      await button(page, RECORD).click();
      await timer(page).waitFor();
      await page.keyboard.press("Escape");
      await timer(page).waitFor({ state: "detached" });
      expect(await areOff()).toBe(true);
      const box = await button(page, RECORD).boundingBox();
      if (box === null) throw new Error("no button");
      await page.mouse.move(box.x + 22, box.y + 22);
      await page.mouse.down();
      await timer(page).waitFor();
      await page.mouse.move(box.x - 150, box.y + 22, { steps: 5 });
      await timer(page).waitFor({ state: "detached" });
      await page.mouse.up();
      expect(await areOff()).toBe(true);
      await button(page, RECORD).click();
      await timer(page).waitFor();
      await page.evaluate(() => {
        location.hash = "#/settings";
      });
      await timer(page).waitFor({ state: "detached" });
      expect(await areOff()).toBe(true);
      expect(client.uploads.size).toBe(0);
    });
  });

  test("that is held is sent when it is let go, and one that was moved up goes on until it is sent", async () => {
    const client = makeScene("en");
    const screen = { name: "hold", client: () => client, hash: chat, ready: `${LOG}` };
    await withScreen(browser, folder, screen, VIEW, async ({ page }) => {
      const hold = async (): Promise<{ x: number; y: number }> => {
        const box = await button(page, RECORD).boundingBox();
        if (box === null) throw new Error("no button");
        await page.mouse.move(box.x + 22, box.y + 22);
        await page.mouse.down();
        await timer(page).getByText("00:01").waitFor();
        return box;
      };
      await hold();
      await page.mouse.up();
      await expect.poll(() => client.messages.filter(({ file }) => file?.voice !== undefined).length).toBe(1);
      const { x, y } = await hold();
      await page.mouse.move(x + 22, y - 120, { steps: 5 });
      await page.mouse.up();
      await button(page, "Send the voice message").click();
      await expect.poll(() => client.messages.filter(({ file }) => file?.voice !== undefined).length).toBe(2);
    });
  });

  test("that is no sound by its first bytes is not given to the browser's player", async () => {
    const client = makeVoiceScene("en");
    client.fileBytes.set(idOf(1), [Buffer.from("<html><script>1</script></html>").toString("base64")]);
    const screen = { name: "hostile", client: () => client, hash: chat, ready: `${LOG} [role=slider]` };
    await withScreen(browser, folder, screen, VIEW, async ({ page, faults }) => {
      const first = page.locator(`${LOG}[data-message="t${idOf(1)}"]`);
      await first.getByRole("button", { name: "Play the voice message" }).click();
      await first.getByRole("alert").waitFor();
      await first.getByRole("button", { name: "Save" }).waitFor();
      expect(faults).toEqual([]);
    });
  });

  test("that is only offered is fetched when it is played, and plays once it is here", async () => {
    const client = makeVoiceScene("en");
    const tone = await recordTone(browser);
    const screen = { name: "offered", client: () => client, hash: chat, ready: `${LOG} [role=slider]` };
    await withScreen(browser, folder, screen, VIEW, async ({ page }) => {
      const offered = page.locator(`${LOG}[data-message="t${idOf(6)}"]`);
      await offered.getByRole("button", { name: "Play the voice message" }).click();
      await expect.poll(() => client.calls.some(({ method }) => method === "file.accept")).toBe(true);
      client.fileBytes.set(idOf(6), [tone]);
      const { file } = client.messages[5] ?? {};
      if (file === undefined) throw new Error("no file");
      client.change(idOf(6), { file: { ...file, state: "complete" } });
      await offered.getByRole("button", { name: "Pause the voice message" }).waitFor();
    });
  });
});

interface Kept {
  readonly tracks: MediaStreamTrack[];
}

function keepTracks(): void {
  if (!("mediaDevices" in navigator)) return;
  const tracks: MediaStreamTrack[] = [];
  Object.assign(globalThis, { tracks });
  const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (wanted) => {
    const stream = await open(wanted);
    tracks.push(...stream.getTracks());
    return stream;
  };
}

/** Two seconds of a tone, recorded by the browser, in base64. */
async function recordTone(browser: Browser): Promise<string> {
  const page = await browser.newPage();
  try {
    const bytes = await page.evaluate(async () => {
      const context = new AudioContext();
      const tone = context.createOscillator();
      const sink = context.createMediaStreamDestination();
      tone.connect(sink);
      tone.start();
      const recorder = new MediaRecorder(sink.stream, { mimeType: "audio/webm;codecs=opus" });
      const parts: Blob[] = [];
      const hasRecorded = new Promise<void>((resolve) => {
        recorder.ondataavailable = ({ data }) => {
          parts.push(data);
          resolve();
        };
      });
      // The first part comes once there are 2.5 seconds.
      recorder.start(2500);
      await hasRecorded;
      const hasStopped = new Promise((resolve) => {
        recorder.onstop = resolve;
      });
      recorder.stop();
      await hasStopped;
      return [...new Uint8Array(await new Blob(parts).arrayBuffer())];
    });
    return Buffer.from(bytes).toString("base64");
  } finally {
    await page.close();
  }
}

describe("the shape of a recording", () => {
  test("has at most 64 bars in 32 steps, its loudest one full, however long it was", () => {
    const loudness = new Loudness();
    for (let at = 0; at < 72_000; at++) loudness.add(at === 40_000 ? 0.5 : 0.1);
    const bars = loudness.bars();
    expect(bars).toHaveLength(64);
    expect(Math.max(...bars)).toBe(255);
    expect(new Set(bars.map((bar) => (bar * 31) / 255).map(Math.round)).size).toBeLessThanOrEqual(32);
    expect(bars.indexOf(255)).toBe(Math.floor((40_000 / 72_000) * 64));
  });

  test("of silence is low, and of nothing empty", () => {
    const silent = new Loudness();
    for (let at = 0; at < 100; at++) silent.add(0);
    expect(Math.max(...silent.bars())).toBe(0);
    expect(new Loudness().bars()).toEqual([]);
  });

  test("takes no level beyond its range", () => {
    const loudness = new Loudness();
    for (const level of [-1, 5, 0.5]) loudness.add(level);
    expect(loudness.bars().every((bar) => bar >= 0 && bar <= 255)).toBe(true);
    expect(loudness.bars()[1]).toBe(255);
  });
});

test("the kind of a sound is read from its bytes", () => {
  expect(soundType(Uint8Array.of(0x1a, 0x45, 0xdf, 0xa3))).toBe("audio/webm");
  expect(soundType(Buffer.from("\0\0\0\x18ftypmp42", "latin1"))).toBe("audio/mp4");
  expect(soundType(Buffer.from("OggS", "latin1"))).toBe("audio/ogg");
  for (const text of ["", "<html>", "ftyp", "RIFF", "\x1a\x45\xdf"]) {
    expect(soundType(Buffer.from(text, "latin1"))).toBeNull();
  }
});
