/** Screens with voice messages: in every state, while one is recorded, and where there is no microphone. */
import type { Message } from "@kith/client";
import type { FakeClient } from "./fake-client.ts";
import { ACCOUNTS, idOf, makeScene, type SceneLanguage } from "./scene.ts";
import type { ScreenCase } from "./screens.ts";

const chat = `/chat/${ACCOUNTS.noor}`;
const LOG = "[role=log] article";

/** How loud a made-up voice is. */
const WAVEFORM = Array.from({ length: 64 }, (_, at) =>
  Math.round(128 + 110 * Math.sin(at * 0.9) * Math.cos(at * 0.23)),
);

/** A client in whose conversation both sides spoke. */
export function makeVoiceScene(language: SceneLanguage): FakeClient {
  const client = makeScene(language);
  const give = (at: number, file: Partial<NonNullable<Message["file"]>>, more: Partial<Message> = {}): void => {
    const message = client.messages[at];
    if (message === undefined) return;
    const { missingBefore: _, ...rest } = message;
    const whole = {
      name: `voice-${at}.webm`,
      sizeBytes: 52_000,
      mediaType: "audio/webm",
      hasPreview: false,
      doneBytes: 0,
      voice: { durationMs: 12_400 + at * 9000, waveform: WAVEFORM },
    } as const;
    client.messages[at] = { ...rest, text: "", file: { state: "complete", ...whole, ...file }, ...more };
  };
  give(0, {});
  give(1, {});
  give(3, { state: "moving", doneBytes: 20_000 });
  give(4, { voice: { durationMs: 3_599_000, waveform: [] } }, { isPlayed: true });
  give(
    5,
    { state: "offered" },
    { replyTo: { id: idOf(2), isOwn: true, state: "checked", text: "voice.webm", voiceMs: 21_400 } },
  );
  give(6, { state: "failed", reason: "gone" });
  return client;
}

/** A microphone that hums. */
function hum(): void {
  if (!("mediaDevices" in navigator)) return; // the empty page before this one
  navigator.mediaDevices.getUserMedia = async () => {
    const context = new AudioContext();
    const tone = context.createOscillator();
    const sink = context.createMediaStreamDestination();
    tone.connect(sink);
    tone.start();
    return sink.stream;
  };
}

function forbid(): void {
  if (!("mediaDevices" in navigator)) return;
  navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("no", "NotAllowedError"));
}

/** Voice messages, a recording, and a microphone that is not allowed. */
export const VOICE_SCREENS: readonly ScreenCase[] = [
  { name: "voice", client: makeVoiceScene, hash: chat, ready: `${LOG} [role=slider]` },
  {
    name: "voice-recording",
    client: makeScene,
    hash: chat,
    prepare: hum,
    ready: "[data-voice]",
    act: async (page) => {
      await page.locator("[data-voice]").click();
      await page.locator("form [role=timer]").waitFor();
    },
  },
  {
    name: "voice-denied",
    client: makeScene,
    hash: chat,
    prepare: forbid,
    ready: "[data-voice]",
    act: async (page) => {
      await page.locator("[data-voice]").click();
      await page.locator("form [role=alert]").waitFor();
    },
  },
];
