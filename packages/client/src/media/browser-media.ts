/** Media in a page: `RTCPeerConnection`, devices by `getUserMedia`, the screen by `getDisplayMedia`. */
import type { CallWays } from "../call/call-info.ts";
import { CandidateBatch } from "./candidate-batch.ts";
import { shownFingerprint } from "./certificate.ts";
import { listDevices, openCamera, openMicrophone, openScreen } from "./local-devices.ts";
import {
  type ChosenDevices,
  type MediaDevices as Devices,
  MediaError,
  type MediaFacts,
  type MediaPeer,
  type PeerListener,
  type Picture,
} from "./media-peer.ts";
import { readFacts } from "./read-facts.ts";

/** Until it is said otherwise nobody is asked, and no address of this machine is told. */
const NO_WAYS: RTCConfiguration = {
  iceServers: [],
  iceTransportPolicy: "relay",
  bundlePolicy: "max-bundle",
  rtcpMuxPolicy: "require",
};

/** Makes the media of a call in this page. @param chosen devices to begin with. */
export function openBrowserMedia(listener: PeerListener, chosen: ChosenDevices = {}): BrowserMedia {
  return new BrowserMedia(listener, chosen);
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
  #chosen: ChosenDevices;
  #wasConnected = false;
  #isClosed = false;

  constructor(listener: PeerListener, chosen: ChosenDevices) {
    this.#listener = listener;
    this.#chosen = chosen;
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
    this.#batch.keepRelayed(!isAddressHidden);
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
    const local = this.#offered === null ? null : this.#peer.setLocalDescription(this.#offered);
    this.#offered = null;
    // The connection does one after the other by itself.
    await Promise.all([local, this.#peer.setRemoteDescription({ type: "answer", sdp: answer })]);
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

  /** The devices that are open now. */
  get inUse(): ChosenDevices {
    const idOf = (track: MediaStreamTrack | null): string | undefined => track?.getSettings().deviceId;
    return { microphone: idOf(this.#microphone), camera: isScreen(this.#picture) ? undefined : idOf(this.#picture) };
  }

  async setMicrophone(isOn: boolean, device?: string): Promise<void> {
    if (device !== undefined) this.#chosen = { ...this.#chosen, microphone: device };
    if (isOn && (this.#microphone === null || device !== undefined)) {
      await this.#useMicrophone(await openMicrophone(this.#chosen.microphone));
    } else if (device !== undefined) await this.#useMicrophone(null);
    if (this.#microphone !== null) this.#microphone.enabled = isOn;
  }

  async #useMicrophone(track: MediaStreamTrack | null): Promise<void> {
    if (this.#isClosed) return track?.stop(); // the call ended while it was opened
    this.#microphone?.stop();
    this.#microphone = track;
    if (track !== null) track.onended = () => this.#onEnded("microphone", track);
    await this.#sendTracks();
  }

  async setPicture(picture: Picture, device?: string): Promise<void> {
    if (device !== undefined) this.#chosen = { ...this.#chosen, camera: device };
    const track = picture === "none" ? null : await (picture === "camera" ? this.#openCamera() : openScreen());
    if (this.#isClosed) return track?.stop();
    this.#picture?.stop();
    this.#picture = track;
    if (track !== null) {
      // Letters stay sharp, movement stays fluent, where the way between the two is narrow.
      track.contentHint = picture === "screen" ? "detail" : "motion";
      track.onended = () => this.#onEnded("picture", track);
    }
    await this.#sendTracks();
    this.#listener.onStreams();
  }

  /** Phones open one camera at a time: the other one is let go of first there. */
  async #openCamera(): Promise<MediaStreamTrack> {
    try {
      return await openCamera(this.#chosen.camera);
    } catch (error) {
      const isBusy = error instanceof MediaError && error.trouble === "device-busy";
      if (!isBusy || this.#picture === null || isScreen(this.#picture)) throw error;
      this.#picture.stop();
      try {
        return await openCamera(this.#chosen.camera);
      } catch (again) {
        this.#onEnded("picture", this.#picture);
        throw again;
      }
    }
  }

  async facts(): Promise<MediaFacts> {
    // Asked before the two are connected, Chromium keeps for good that the other side showed no certificate.
    if (!this.#wasConnected) return readFacts(new Map());
    const [facts, shown] = await Promise.all([this.#peer.getStats().then(readFacts), shownFingerprint(this.#peer)]);
    return { ...facts, fingerprint: shown ?? facts.fingerprint };
  }

  devices(): Promise<Devices> {
    return listDevices();
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
    const trouble = which === "microphone" ? "microphone-lost" : isScreen(track) ? null : "camera-lost";
    if (which === "picture" && this.#picture === track) this.#picture = null;
    if (which === "microphone" && this.#microphone === track) this.#microphone = null;
    void this.#sendTracks();
    this.#listener.onDeviceEnd(which, trouble);
    this.#listener.onStreams();
  }

  #noteState(): void {
    const state = this.#peer.connectionState;
    this.#wasConnected ||= state === "connected";
    if (state === "connected") this.#listener.onLink("up");
    if (state === "disconnected") this.#listener.onLink("down");
    if (state === "failed") this.#listener.onLink("failed");
  }
}

function isScreen(track: MediaStreamTrack | null): boolean {
  return track !== null && "displaySurface" in track.getSettings();
}
