/** The script of both pages of W7: a call through Kith, and one that two bare connections make. */

import type { CallInfo } from "@kith/client";
import * as kith from "@kith/client/browser";
import { callService } from "@kith/client/call";
import { type BrowserMedia, CallSession, openBrowserMedia } from "@kith/client/media";

/** What a page can be asked for; moments are in ms of the Unix clock. */
export interface CallPage {
  open(options: Parameters<typeof kith.createMessenger>[0]): Promise<void>;
  call: kith.EmbeddedMessenger["call"];
  /** Presses the button. @returns when. */
  press(who: string): Promise<number>;
  /** When a call rings here. */
  ring(): Promise<number>;
  /** Answers. @returns how long until the other side's first picture was drawn. */
  accept(): Promise<number>;
  end(): Promise<void>;
  /** Waits for a bare call over a channel of this name. @param isOpen whether the devices are open before it is answered. */
  bareListen(name: string, isOpen: boolean): Promise<void>;
  /** How long from the offer, answered at once, until the other side's first picture was drawn. */
  bareAccept(): Promise<number>;
  bareCall(name: string): Promise<void>;
  bareEnd(): void;
  framesDecoded(): Promise<number>;
}

declare global {
  interface Window {
    callPage: CallPage;
  }
}

/** What Kith asks the browser for, so that both do the same. */
const AUDIO = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
const VIDEO = { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 30 } };

const now = (): number => performance.timeOrigin + performance.now();

let messenger: kith.EmbeddedMessenger | undefined;
let session: CallSession<BrowserMedia> | undefined;
let bare: RTCPeerConnection | undefined;
let bareTracks: readonly MediaStreamTrack[] = [];
let channel: BroadcastChannel | undefined;
let bareAnswer: Promise<number> = Promise.resolve(0);

function firstPicture(stream: MediaStream): Promise<void> {
  const video = document.createElement("video");
  video.muted = true;
  video.autoplay = true;
  video.srcObject = stream;
  document.body.replaceChildren(video);
  return new Promise((resolve) => video.requestVideoFrameCallback(() => resolve()));
}

function current(): kith.EmbeddedMessenger {
  if (messenger === undefined) throw new TypeError("the messenger is open");
  return messenger;
}

function parts() {
  return {
    client: current(),
    openMedia: openBrowserMedia,
    onChange: () => undefined,
    onError: (error: unknown) => console.error(error),
  };
}

async function waitForCall(isWanted: (call: CallInfo) => boolean): Promise<CallInfo> {
  const look = async (): Promise<CallInfo | null> => {
    const { call } = await current().call("call.get", {});
    return call !== null && isWanted(call) ? call : null;
  };
  const first = await look();
  if (first !== null) return first;
  const stop = new AbortController();
  for await (const event of current().events(-1, stop.signal)) {
    if (event.type !== "call.changed") continue;
    const call = await look();
    if (call !== null) return call;
  }
  throw new Error("the messenger stopped");
}

async function openDevices(): Promise<readonly MediaStreamTrack[]> {
  const audio = await navigator.mediaDevices.getUserMedia({ audio: AUDIO });
  const video = await navigator.mediaDevices.getUserMedia({ video: VIDEO });
  return [...audio.getTracks(), ...video.getTracks()];
}

/** A connection whose descriptions and candidates go to the other page as they are. */
function connectBare(name: string) {
  const peer = new RTCPeerConnection({ iceServers: [], bundlePolicy: "max-bundle", rtcpMuxPolicy: "require" });
  const wire = new BroadcastChannel(name);
  const early: RTCIceCandidateInit[] = [];
  peer.onicecandidate = ({ candidate }) => {
    if (candidate !== null) wire.postMessage({ candidate: candidate.toJSON() });
  };
  wire.addEventListener("message", ({ data: { candidate } }: MessageEvent) => {
    if (candidate !== undefined && peer.remoteDescription === null) early.push(candidate);
    else if (candidate !== undefined) void peer.addIceCandidate(candidate);
  });
  bare = peer;
  channel = wire;
  const addEarly = (): void => {
    for (const each of early.splice(0)) void peer.addIceCandidate(each);
  };
  return { peer, wire, addEarly };
}

function add(peer: RTCPeerConnection, tracks: readonly MediaStreamTrack[]): void {
  bareTracks = tracks;
  const stream = new MediaStream([...tracks]);
  for (const track of tracks) peer.addTrack(track, stream);
}

window.callPage = {
  async open(options) {
    messenger = await kith.createMessenger({ ...options, openCalls: callService });
    messenger.on("call.changed", async () => {
      const { call } = await current().call("call.get", {});
      if (call !== null) session?.sync(call);
    });
  },
  call: (method, params) => current().call(method, params),
  async press(who) {
    const pressedAtMs = now();
    session = await CallSession.call(parts(), { who, isVideo: true });
    return pressedAtMs;
  },
  async ring() {
    await waitForCall(({ phase, isOutgoing }) => phase === "ringing" && !isOutgoing);
    return now();
  },
  async accept() {
    const { call } = await current().call("call.get", {});
    if (call === null) throw new TypeError("a call rings");
    const startedAtMs = now();
    session = await CallSession.accept(parts(), call, true);
    await firstPicture(session.peer.remote);
    return now() - startedAtMs;
  },
  async end() {
    await session?.end();
    session = undefined;
  },
  async bareListen(name, isOpen) {
    const { peer, wire, addEarly } = connectBare(name);
    const before = isOpen ? await openDevices() : null;
    const shown = new Promise<void>((resolve) => {
      peer.ontrack = ({ track }) => {
        if (track.kind === "video") void firstPicture(new MediaStream([track])).then(resolve);
      };
    });
    const answer = async (offer: RTCSessionDescriptionInit): Promise<number> => {
      const startedAtMs = now();
      add(peer, before ?? (await openDevices()));
      await peer.setRemoteDescription(offer);
      addEarly();
      await peer.setLocalDescription();
      wire.postMessage({ sdp: peer.localDescription?.toJSON() });
      await shown;
      return now() - startedAtMs;
    };
    bareAnswer = new Promise((resolve, reject) => {
      wire.addEventListener("message", ({ data: { sdp } }: MessageEvent) => {
        if (sdp?.type === "offer") answer(sdp).then(resolve, reject);
      });
    });
  },
  bareAccept: () => bareAnswer,
  async bareCall(name) {
    const { peer, wire, addEarly } = connectBare(name);
    add(peer, await openDevices());
    wire.addEventListener("message", ({ data: { sdp } }: MessageEvent) => {
      if (sdp?.type === "answer") void peer.setRemoteDescription(sdp).then(addEarly);
    });
    await peer.setLocalDescription();
    wire.postMessage({ sdp: peer.localDescription?.toJSON() });
  },
  bareEnd() {
    for (const track of bareTracks) track.stop();
    bare?.close();
    channel?.close();
  },
  async framesDecoded() {
    let frames = 0;
    const report = await (session === undefined ? bare?.getStats() : undefined);
    report?.forEach((stat: { readonly framesDecoded?: number }) => {
      frames += stat.framesDecoded ?? 0;
    });
    return session === undefined ? frames : (await session.facts()).framesDecoded;
  },
};
