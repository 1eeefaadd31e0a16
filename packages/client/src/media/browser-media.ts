/** Media in a page: `RTCPeerConnection`, devices by `getUserMedia`, the screen by `getDisplayMedia`. */
import type { CallWays } from "../call/call-info.ts";
import { CandidateBatch } from "./candidate-batch.ts";
import { openCamera, openMicrophone, openScreen } from "./local-devices.ts";
import type { MediaDevices as Devices, MediaFacts, MediaPeer, PeerListener, Picture } from "./media-peer.ts";
import { readFacts } from "./read-facts.ts";

/** Until it is said otherwise nobody is asked, and no address of this machine is told. */
const NO_WAYS: RTCConfiguration = {
  iceServers: [],
  iceTransportPolicy: "relay",
  bundlePolicy: "max-bundle",
  rtcpMuxPolicy: "require",
};

/** Makes the media of a call in this page. */
export function openBrowserMedia(listener: PeerListener): BrowserMedia {
  return new BrowserMedia(listener);
}

/** One end of a call in a page. */
export class BrowserMedia implements MediaPeer {
  /** What comes from the other side. */
  readonly remote: MediaStream = new MediaStream();
  readonly #peer: RTCPeerConnection;
  readonly #listener: PeerListener;
  readonly #batch: CandidateBatch;
  #offered: RTCSessionDescriptionInit | null = null;
  #microphone: MediaStreamTrack | null = null;
  #picture: MediaStreamTrack | null = null;
  #isClosed = false;

  constructor(listener: PeerListener) {
    this.#listener = listener;
    this.#batch = new CandidateBatch((candidates) => listener.onCandidates(candidates));
    this.#peer = new RTCPeerConnection(NO_WAYS);
    this.#peer.onicecandidate = ({ candidate }) => this.#batch.add(candidate === null ? null : candidate.candidate);
    this.#peer.onconnectionstatechange = () => this.#noteState();
    this.#peer.ontrack = ({ track }) => {
      this.remote.addTrack(track);
      listener.onStreams();
    };
  }

  /** What this side shows, for its own eyes. */
  get ownPicture(): MediaStreamTrack | null {
    return this.#picture;
  }

  useWays({ isAddressHidden, servers }: CallWays): void {
    const iceServers = servers.map(({ urls, ...access }) => ({ ...access, urls: [...urls] }));
    this.#peer.setConfiguration({ ...NO_WAYS, iceServers, iceTransportPolicy: isAddressHidden ? "relay" : "all" });
  }

  async offer(): Promise<string> {
    for (const kind of ["audio", "video"] as const) this.#peer.addTransceiver(kind, { direction: "sendrecv" });
    await this.#sendTracks();
    // Not set before the answer is there: setting it begins to gather.
    this.#offered = await this.#peer.createOffer();
    return this.#offered.sdp ?? "";
  }

  async begin(answer: string): Promise<void> {
    if (this.#offered !== null) await this.#peer.setLocalDescription(this.#offered);
    this.#offered = null;
    await this.#peer.setRemoteDescription({ type: "answer", sdp: answer });
  }

  async answer(offer: string): Promise<{ readonly sdp: string; readonly candidates: readonly string[] }> {
    const sdp = await this.#answer(offer, true);
    return { sdp, candidates: await this.#batch.first() };
  }

  async restart(): Promise<string> {
    const offer = await this.#peer.createOffer({ iceRestart: true });
    this.#offered = null;
    await this.#peer.setLocalDescription(offer);
    return offer.sdp ?? "";
  }

  renew(offer: string): Promise<string> {
    return this.#answer(offer, false);
  }

  async addCandidates(candidates: readonly string[]): Promise<void> {
    for (const candidate of candidates) await this.#peer.addIceCandidate({ candidate, sdpMid: "0", sdpMLineIndex: 0 });
  }

  async setMicrophone(isOn: boolean, device?: string): Promise<void> {
    if (isOn && (this.#microphone === null || device !== undefined)) {
      const track = await openMicrophone(device);
      this.#microphone?.stop();
      this.#microphone = track;
      track.onended = () => this.#onEnded("microphone", track);
      await this.#sendTracks();
    }
    if (this.#microphone !== null) this.#microphone.enabled = isOn;
  }

  async setPicture(picture: Picture, device?: string): Promise<void> {
    const track = picture === "none" ? null : await (picture === "camera" ? openCamera(device) : openScreen());
    this.#picture?.stop();
    this.#picture = track;
    if (track !== null) track.onended = () => this.#onEnded("picture", track);
    await this.#sendTracks();
    this.#listener.onStreams();
  }

  async facts(): Promise<MediaFacts> {
    return readFacts(await this.#peer.getStats());
  }

  async devices(): Promise<Devices> {
    const all = await navigator.mediaDevices.enumerateDevices();
    const of = (kind: MediaDeviceKind) =>
      all.filter((each) => each.kind === kind).map(({ deviceId, label }) => ({ id: deviceId, label }));
    return { microphones: of("audioinput"), cameras: of("videoinput") };
  }

  close(): void {
    this.#isClosed = true;
    this.#batch.stop();
    for (const track of [this.#microphone, this.#picture]) {
      if (track === null) continue;
      track.onended = null;
      track.stop();
    }
    this.#peer.close();
  }

  async #answer(offer: string, isFirst: boolean): Promise<string> {
    await this.#peer.setRemoteDescription({ type: "offer", sdp: offer });
    if (isFirst) {
      for (const transceiver of this.#peer.getTransceivers()) transceiver.direction = "sendrecv";
      await this.#sendTracks();
    }
    const answer = await this.#peer.createAnswer();
    await this.#peer.setLocalDescription(answer);
    return answer.sdp ?? "";
  }

  /** The two senders of a call carry whatever there is; changing it needs no word between the two sides. */
  async #sendTracks(): Promise<void> {
    const [audio, video] = this.#peer.getTransceivers();
    if (audio !== undefined && audio.sender.track !== this.#microphone)
      await audio.sender.replaceTrack(this.#microphone);
    if (video !== undefined && video.sender.track !== this.#picture) await video.sender.replaceTrack(this.#picture);
  }

  #onEnded(which: "microphone" | "picture", track: MediaStreamTrack): void {
    if (this.#isClosed) return;
    const isScreen = which === "picture" && "displaySurface" in track.getSettings();
    if (which === "picture" && this.#picture === track) this.#picture = null;
    if (which === "microphone" && this.#microphone === track) this.#microphone = null;
    void this.#sendTracks();
    this.#listener.onDeviceEnd(which, isScreen ? null : "device-lost");
    this.#listener.onStreams();
  }

  #noteState(): void {
    const state = this.#peer.connectionState;
    if (state === "connected") this.#listener.onLink("up");
    if (state === "disconnected") this.#listener.onLink("down");
    if (state === "failed") this.#listener.onLink("failed");
  }
}
