/** The media of a call in a program: packets of Opus and VP8 for whatever the program does with them; nothing is decoded. */

import type { CallWays } from "@kith/client";
import {
  CandidateBatch,
  type MediaDevices,
  MediaError,
  type MediaFacts,
  type MediaPeer,
  type OpenMedia,
  type PeerListener,
  type Picture,
} from "@kith/client/media";
import { type CallDescription, parseSdp, writeSdp } from "@kith/protocol";
import type { MediaKind, MediaPacket, MediaProgram } from "./media-program.ts";
import { PacketLink } from "./packet-link.ts";
import { ReceivedStream } from "./received-stream.ts";
import { readWishes, writeKeyFrameWish, writeLostWish, writeReport } from "./rtcp-packet.ts";
import { isRtcp, MAX_PAYLOAD, readRtp } from "./rtp-packet.ts";
import { SentStream } from "./sent-stream.ts";

/** What an offer of this side names. */
const NUMBERS = {
  opus: 111,
  vp8: 96,
  audioExtensions: [
    { id: 1, name: "audio-level" },
    { id: 2, name: "mid" },
  ],
  videoExtensions: [{ id: 2, name: "mid" }],
} as const satisfies Partial<CallDescription>;

/** How often is said what came, in ms. */
const REPORT_MS = 1000;

/** A whole picture is asked for at most so often, in ms. */
const KEY_FRAME_PAUSE_MS = 300;

/** Makes the media of calls with a program in each. @param makeProgram called once a call. */
export function openNodeMedia(makeProgram: () => MediaProgram): OpenMedia<NodeMedia> {
  return (listener) => new NodeMedia(listener, makeProgram());
}

/** One end of a call in a program. It cannot find another way once its way is broken for good: such a call ends. */
export class NodeMedia implements MediaPeer {
  readonly #listener: PeerListener;
  readonly #program: MediaProgram;
  readonly #batch: CandidateBatch;
  readonly #link: PacketLink;
  readonly #received = { audio: new ReceivedStream(), video: new ReceivedStream() } as const;
  readonly #sent = { audio: new SentStream(), video: new SentStream() } as const;
  readonly #isOn = { audio: false, video: false };
  /** Numbers that come and that are sent. */
  #own: Pick<CallDescription, "opus" | "vp8" | "audioExtensions"> = NUMBERS;
  #their: Pick<CallDescription, "opus" | "vp8" | "audioExtensions"> = NUMBERS;
  #isStarted = false;
  #isClosed = false;
  #askedAtMs = Number.NEGATIVE_INFINITY;
  #reports: ReturnType<typeof setInterval> | undefined;

  constructor(listener: PeerListener, program: MediaProgram) {
    this.#listener = listener;
    this.#program = program;
    this.#batch = new CandidateBatch((candidates) => listener.onCandidates(candidates));
    this.#link = new PacketLink({
      onCandidate: (line) => this.#batch.add(line),
      onLink: (state) => this.#noteLink(state),
      onPacket: (packet) => this.#take(packet),
    });
  }

  useWays(ways: CallWays): void {
    this.#batch.keepRelayed(!ways.isAddressHidden);
    this.#link.useWays(ways);
  }

  async offer(): Promise<string> {
    return writeSdp({ ...this.#link.own, role: "actpass", ...NUMBERS });
  }

  async begin(answer: string): Promise<void> {
    const their = readSdp(answer);
    this.#their = their;
    this.#link.open(their, NUMBERS, "actpass");
  }

  async answer(offer: string): Promise<{ readonly sdp: string; readonly candidates: readonly string[] }> {
    const their = readSdp(offer);
    const { opus, vp8 } = their;
    const own = {
      opus,
      vp8,
      audioExtensions: their.audioExtensions.filter(isUnderstood),
      videoExtensions: their.videoExtensions.filter(isUnderstood),
    };
    this.#own = own;
    this.#their = their;
    this.#link.open(their, own, "active");
    const sdp = writeSdp({ ...this.#link.own, role: "active", ...own });
    return { sdp, candidates: await this.#batch.first() };
  }

  /** @throws MediaError: the library has no second way in one connection. */
  restart(): Promise<string> {
    return Promise.reject(new MediaError("unsupported"));
  }

  /** @throws MediaError, as `restart` does. */
  renew(): Promise<string> {
    return this.restart();
  }

  async addCandidates(candidates: readonly string[]): Promise<void> {
    this.#link.addCandidates(candidates);
  }

  async setMicrophone(isOn: boolean): Promise<void> {
    this.#isOn.audio = isOn;
  }

  async setPicture(picture: Picture): Promise<void> {
    if (picture === "screen") throw new MediaError("unsupported");
    this.#isOn.video = picture !== "none";
    if (this.#isOn.video) this.#program.giveKeyFrame();
  }

  /** Frames count when their last packet came, and energy is what the sender says of it: nothing is decoded here. */
  async facts(): Promise<MediaFacts> {
    const { audio, video } = this.#received;
    return {
      path: this.#link.path,
      fingerprint: this.#link.shownFingerprint,
      framesDecoded: video.frames,
      audioEnergy: audio.energy,
      packetsReceived: audio.received + video.received,
      packetsLost: audio.lost + video.lost,
      roundTripMs: null,
    };
  }

  /** There are none. */
  async devices(): Promise<MediaDevices> {
    return { microphones: [], cameras: [], speakers: [] };
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearInterval(this.#reports);
    this.#batch.stop();
    this.#program.stop();
    this.#link.close();
  }

  #noteLink(state: "up" | "down" | "failed"): void {
    if (this.#isClosed) return;
    this.#listener.onLink(state);
    if (state !== "up" || this.#isStarted) return;
    this.#isStarted = true;
    this.#reports = setInterval(() => this.#report(), REPORT_MS);
    this.#program.start({
      send: (kind, packet) => this.#send(kind, packet),
      askKeyFrame: () => this.#askKeyFrame(),
    });
  }

  #take(packet: Uint8Array): void {
    if (this.#isClosed) return;
    if (isRtcp(packet)) {
      this.#grant(packet);
      return;
    }
    const { opus, vp8, audioExtensions } = this.#own;
    const level = audioExtensions.find(({ name }) => name === "audio-level")?.id ?? null;
    const read = readRtp(packet, level);
    const kind = read?.payloadType === opus ? "audio" : read?.payloadType === vp8 ? "video" : null;
    if (read === null || kind === null) return;
    const missing = this.#received[kind].take(read);
    if (kind === "video" && missing.length > 0) {
      this.#link.send(writeLostWish(this.#sent.video.source, read.source, missing));
    }
    this.#program.take(kind, read);
  }

  /** What the other side lost is sent again where it is still there. */
  #grant(packet: Uint8Array): void {
    const { keyFrame, lost } = readWishes(packet);
    for (const sequence of lost) {
      const again = this.#sent.video.again(sequence);
      if (again !== null) this.#link.send(again);
    }
    if (keyFrame) this.#program.giveKeyFrame();
  }

  #send(kind: MediaKind, packet: MediaPacket): void {
    // An echo gets what others made: as long as it likes.
    if (!this.#isOn[kind] || this.#isClosed || packet.payload.length > MAX_PAYLOAD) return;
    const { opus, vp8, audioExtensions } = this.#their;
    // Browsers sort packets of a source they were not told of by this alone.
    const id = audioExtensions.find(({ name }) => name === "mid")?.id;
    const section = id === undefined ? null : ({ id, digit: kind === "audio" ? "0" : "1" } as const);
    this.#link.send(this.#sent[kind].write(packet, kind === "audio" ? opus : vp8, section));
  }

  #askKeyFrame(): void {
    const { source } = this.#received.video;
    const nowMs = performance.now();
    if (source === null || nowMs - this.#askedAtMs < KEY_FRAME_PAUSE_MS) return;
    this.#askedAtMs = nowMs;
    this.#link.send(writeKeyFrameWish(this.#sent.video.source, source));
  }

  #report(): void {
    const { audio, video } = this.#received;
    const reports = [audio.report(), video.report()].filter((each) => each !== null);
    if (reports.length > 0) this.#link.send(writeReport(this.#sent.video.source, reports));
  }
}

function isUnderstood({ name }: CallDescription["audioExtensions"][number]): boolean {
  return name === "audio-level" || name === "mid";
}

/** @throws TypeError: the engine hands on nothing but what it wrote itself. */
function readSdp(sdp: string): CallDescription {
  const description = parseSdp(sdp);
  if (description.ok) return description.value;
  throw new TypeError(`no session description of a call: ${description.error.code}`);
}
