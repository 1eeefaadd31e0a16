/** Calls in every state, with devices that are drawn and with none. */
import { MessengerError } from "@kith/client/rpc";
import type { Page } from "playwright-core";
import type { FakeClient } from "./fake-client.ts";
import { ACCOUNTS, makeScene, type SceneLanguage } from "./scene.ts";
import type { ScreenCase } from "./screens.ts";

const chat = `/chat/${ACCOUNTS.noor}`;
const WORDS = ["orphan", "fox", "cushion", "civil"];
const PANEL = "dialog[open]";

/** A microphone that is silent and a camera that shows one colour. */
function drawDevices(): void {
  if (!("mediaDevices" in navigator)) return; // the empty page before this one
  navigator.mediaDevices.getUserMedia = async ({ audio } = {}) => {
    if (audio) {
      const { stream } = new AudioContext().createMediaStreamDestination();
      Object.assign(globalThis, { microphone: stream.getAudioTracks()[0] });
      return stream;
    }
    const canvas = document.createElement("canvas");
    canvas.getContext("2d")?.fillRect(0, 0, canvas.width, canvas.height);
    return canvas.captureStream();
  };
  const device = (kind: MediaDeviceKind, at: number, label: string) => ({ kind, deviceId: `${kind}${at}`, label });
  navigator.mediaDevices.enumerateDevices = async () =>
    [
      device("audioinput", 1, "Built-in microphone"),
      device("audioinput", 2, "Headset (USB)"),
      device("videoinput", 1, ""),
      device("audiooutput", 1, "Built-in speakers"),
    ] as MediaDeviceInfo[];
}

/** A browser that plays nothing before a click. */
function drawSilence(): void {
  HTMLMediaElement.prototype.play = () => Promise.reject(new DOMException("no", "NotAllowedError"));
}

/** Two who are connected by packets that take a second there and back. */
function drawWeakness(): void {
  const pair = { id: "p", type: "candidate-pair", nominated: true, state: "succeeded", currentRoundTripTime: 1 };
  let asked = 0;
  globalThis.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(options?: RTCConfiguration) {
      super(options);
      queueMicrotask(() => this.dispatchEvent(new Event("connectionstatechange")));
    }
    override get connectionState(): RTCPeerConnectionState {
      return "connected";
    }
    override getStats(): Promise<RTCStatsReport> {
      asked += 1;
      // Whose certificate it is, is asked first and stays open: nobody is there to show one.
      if (asked === 1) return new Promise(() => undefined);
      return Promise.resolve(new Map([[pair.id, pair]]) as unknown as RTCStatsReport);
    }
  };
}

function forbidDevices(): void {
  if (!("mediaDevices" in navigator)) return;
  navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("no", "NotAllowedError"));
}

/** A browser that asks, and a person who has not answered. */
function askForDevices(): void {
  if (!("mediaDevices" in navigator)) return;
  navigator.mediaDevices.getUserMedia = () => new Promise(() => undefined);
}

/** A scene and what happens in it: `act` may change the call of the client it stands on. */
function call(name: string, prepare: () => void, act: (page: Page, client: FakeClient) => Promise<void>): ScreenCase {
  const clients: FakeClient[] = [];
  return {
    name: `call-${name}`,
    client: (language: SceneLanguage) => {
      const client = makeScene(language);
      clients.push(client);
      return client;
    },
    hash: chat,
    prepare,
    ready: "[data-conversation] h1",
    act: (page, server) => act(page, server.client as FakeClient),
  };
}

const press = (page: Page, at: number): Promise<void> =>
  page.locator("[data-conversation] button:has(svg)").nth(at).click();
const ring = (client: FakeClient, isVideo: boolean): void => {
  client.setCall({ account: ACCOUNTS.noor, isVideo });
};

async function talk(page: Page, client: FakeClient, isVideo: boolean): Promise<void> {
  await press(page, isVideo ? 1 : 0);
  await page.locator(`${PANEL} button[aria-pressed]`).first().waitFor();
  client.setCall({
    phase: "connected",
    connectedAtMs: Date.now() - 61_000,
    media: { hasMicrophone: false, picture: isVideo ? "camera" : "none" },
    checkWords: WORDS,
  });
  await page.locator(`${PANEL} time`).waitFor();
}

/** From the ring to the end. */
export const CALL_SCREENS: readonly ScreenCase[] = [
  call("incoming", drawDevices, async (page, client) => {
    ring(client, true);
    await page.locator(`${PANEL} button`).nth(3).waitFor();
  }),
  call("incoming-denied", forbidDevices, async (page, client) => {
    ring(client, false);
    await page.locator(`${PANEL} button`).nth(1).click();
    await page.locator(`${PANEL} [role=alert]`).waitFor();
  }),
  call("starting", askForDevices, async (page) => {
    await press(page, 0);
    await page.locator(`${PANEL} [role=status]`).waitFor();
  }),
  call("not-begun", forbidDevices, async (page) => {
    await press(page, 0);
    await page.locator(`${PANEL} [role=alert]`).waitFor();
  }),
  call("no-turn", drawDevices, async (page, client) => {
    client.refusals["call.start"] = new MessengerError("CALL_NO_TURN", "no TURN");
    await press(page, 0);
    await page.locator(`${PANEL} [role=alert]`).waitFor();
  }),
  call("outgoing", drawDevices, async (page) => {
    await press(page, 0);
    await page.locator(`${PANEL} button[aria-pressed]`).first().waitFor();
  }),
  call("voice", drawDevices, async (page, client) => {
    await talk(page, client, false);
    await page.locator(`${PANEL} button[aria-expanded]`).first().click();
  }),
  call("devices", drawDevices, async (page, client) => {
    await talk(page, client, false);
    await page.keyboard.press("d");
    await page.locator(`${PANEL} select`).nth(2).waitFor();
  }),
  call("microphone-lost", drawDevices, async (page, client) => {
    await talk(page, client, true);
    await page.evaluate(() =>
      (globalThis as unknown as { microphone: MediaStreamTrack }).microphone.dispatchEvent(new Event("ended")),
    );
    await page.locator(`${PANEL} [role=alert]`).waitFor();
  }),
  call("silenced", drawDevices, async (page, client) => {
    await page.evaluate(drawSilence);
    await talk(page, client, false);
    await page.locator(`${PANEL} [role=alert]`).waitFor();
  }),
  call("small-silenced", drawDevices, async (page, client) => {
    await page.evaluate(drawSilence);
    await talk(page, client, false);
    await page.keyboard.press("Escape");
    await page.locator("section [role=alert]").waitFor();
  }),
  call("weak", drawDevices, async (page, client) => {
    await page.evaluate(drawWeakness);
    await talk(page, client, true);
    await page.locator(`${PANEL} p[role=status]`).waitFor();
  }),
  call("video", drawDevices, (page, client) => talk(page, client, true)),
  call("reconnecting", drawDevices, async (page, client) => {
    await talk(page, client, false);
    client.setCall({ phase: "reconnecting" });
    await page.locator(`${PANEL} [role=status]:not(:empty)`).waitFor();
  }),
  call("small", drawDevices, async (page, client) => {
    await talk(page, client, false);
    await page.keyboard.press("Escape");
    await page.locator(PANEL).waitFor({ state: "detached" });
    await page.locator("section video").waitFor({ state: "attached" });
  }),
  ...(["declined", "busy", "no-answer", "no-path", "lost", "mismatch"] as const).map((reason) =>
    call(`ended-${reason}`, drawDevices, async (page, client) => {
      await press(page, 0);
      await page.locator(`${PANEL} button[aria-pressed]`).first().waitFor();
      client.setCall({ phase: "ended", end: { reason, isOwn: false } });
      await page.locator(`${PANEL} [role=alert]`).waitFor();
    }),
  ),
  call("elsewhere", drawDevices, async (page, client) => {
    client.setCall({ account: ACCOUNTS.noor, phase: "connected", connectedAtMs: Date.now() });
    await page.locator("[role=status]", { hasText: /./ }).last().waitFor();
  }),
];
