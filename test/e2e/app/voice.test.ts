/** A voice message from one browser to another: recorded from a made-up microphone, carried by a real node, heard there. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { launchBrowser } from "../../../packages/web/test/support/browser.ts";
import { NodeHost } from "../support/app-host.ts";
import type { AppPage } from "../support/app-page.ts";
import { AppProfile } from "../support/app-profile.ts";

const found = inject("peerBrowser");

/** A microphone that beeps once a second, and nobody who asks for leave. */
const DEVICES = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"] as const;

const PATIENCE_MS = 60_000;

interface Kept {
  /** SHA-256 of every recording this page made, and of every sound it opened to play. */
  readonly hashes: string[];
  readonly sounds: HTMLAudioElement[];
}

/** Notes what goes into recordings and what comes out of players. */
function keepSounds(): void {
  const kept: Kept = { hashes: [], sounds: [] };
  Object.assign(globalThis, kept);
  const note = async (blob: Blob): Promise<void> => {
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", await blob.arrayBuffer()));
    kept.hashes.push([...hash].map((byte) => byte.toString(16).padStart(2, "0")).join(""));
  };
  globalThis.File = class extends File {
    constructor(...parts: ConstructorParameters<typeof File>) {
      super(...parts);
      void note(this);
    }
  };
  const open = URL.createObjectURL.bind(URL);
  URL.createObjectURL = (blob) => {
    if (blob instanceof Blob && blob.type.startsWith("audio/")) void note(blob);
    return open(blob);
  };
  globalThis.Audio = class extends Audio {
    constructor(url?: string) {
      super(url);
      kept.sounds.push(this);
    }
  };
}

const hashesOf = (page: Page): Promise<string[]> =>
  page.evaluate(() => (globalThis as unknown as { hashes: string[] }).hashes);

/** How far the newest sound of a page has played, in seconds. */
const playedTo = (page: Page): Promise<number> =>
  page.evaluate(() => (globalThis as unknown as { sounds: HTMLAudioElement[] }).sounds.at(-1)?.currentTime ?? 0);

describe.skipIf(found === null)("a voice message", () => {
  let browser: Browser;
  beforeAll(async () => {
    if (found !== null) browser = await launchBrowser(found, DEVICES);
  });
  afterAll(() => browser?.close());

  async function person(url: string): Promise<{ profile: AppProfile; app: AppPage }> {
    const profile = await AppProfile.open(browser);
    await profile.context.addInitScript(keepSounds);
    return { profile, app: await profile.tab(url) };
  }

  test("is heard at the other end as it was recorded, bit for bit, and only then marked as played", async () => {
    const host = await NodeHost.start();
    const one = await person(host.pageUrl);
    await one.app.makeAccount();
    const invite = await one.app.invite();
    const two = await person(host.peerPageUrl);
    await two.app.makeAccount();
    await two.app.stayReachable();
    await two.app.join(invite);
    await two.app.write("say something");
    await one.app.openChat();
    await one.app.read("say something");

    await one.app.press("voice.record");
    await one.app.page.getByRole("timer").getByText("00:02").waitFor({ timeout: PATIENCE_MS });
    await one.app.press("voice.send");
    const heard = two.app.page.getByRole("article").filter({ has: two.app.page.getByRole("slider") });
    await heard.waitFor({ timeout: PATIENCE_MS });
    const [chat] = await host.call("chat.list", {});
    expect(chat?.last?.file?.voice?.durationMs).toBeGreaterThanOrEqual(2000);
    expect(chat?.last?.file?.voice?.waveform.length).toBeGreaterThan(10);

    await heard.getByText("Not played yet").waitFor({ state: "attached" });
    await two.app.press("voice.play");
    await expect.poll(() => playedTo(two.app.page), { timeout: PATIENCE_MS }).toBeGreaterThan(0.5);
    await heard.getByText("Not played yet").waitFor({ state: "detached", timeout: PATIENCE_MS });
    const [recorded] = await hashesOf(one.app.page);
    expect(recorded).toMatch(/^[0-9a-f]{64}$/);
    expect(await hashesOf(two.app.page)).toContain(recorded);
    for (const { profile } of [one, two]) expect([...profile.faults, ...profile.violations]).toEqual([]);
  });
});
