/**
 * The port of media: one end of one call, with its microphone and its picture. It says and takes session descriptions as
 * texts and knows nothing of people, signals or sessions.
 */
import type { CallWays } from "../call/call-info.ts";

/** What is shown to the other side. */
export type Picture = "none" | "camera" | "screen";

/** Why there is no sound or picture. */
export type MediaTrouble =
  /** The person, or the system, said no. */
  | "permission-denied"
  | "no-microphone"
  | "no-camera"
  /** Another program has it. */
  | "device-busy"
  /** They were there and are gone: pulled out, or ended by the system. */
  | "microphone-lost"
  | "camera-lost"
  /** This browser or origin cannot. */
  | "unsupported";

/** Rejection of what needs a device. */
export class MediaError extends Error {
  override readonly name = "MediaError";
  readonly trouble: MediaTrouble;

  constructor(trouble: MediaTrouble, cause?: unknown) {
    super(`media: ${trouble}`, cause === undefined ? undefined : { cause });
    this.trouble = trouble;
  }
}

/** What is known of a running call. */
export interface MediaFacts {
  /** How packets go; null while nothing is known. */
  readonly path: "direct" | "relayed" | null;
  /** The certificate that the other side really showed, SHA-256 as upper case hex pairs with colons. */
  readonly fingerprint: string | null;
  readonly framesDecoded: number;
  readonly audioEnergy: number;
  readonly packetsReceived: number;
  readonly packetsLost: number;
  readonly roundTripMs: number | null;
}

/** A device to choose. */
export interface MediaDevice {
  readonly id: string;
  /** As the system calls it; empty before the person allowed a device of its kind. */
  readonly label: string;
}

/** Devices to choose from. */
export interface MediaDevices {
  readonly microphones: readonly MediaDevice[];
  readonly cameras: readonly MediaDevice[];
  /** Empty where the browser plays sound only where the system says. */
  readonly speakers: readonly MediaDevice[];
}

/** Ids of devices, by kind; one that is not there is left to the browser. */
export interface ChosenDevices {
  readonly microphone?: string | undefined;
  readonly camera?: string | undefined;
}

/** One end of one call. Gathers and sends nothing before `begin` or `answer`. */
export interface MediaPeer {
  /** How it may look for a way; before it is told it looks for none. */
  useWays(ways: CallWays): void;
  /** The caller's offer. */
  offer(): Promise<string>;
  /** The caller takes the answer, to the first offer or a restart, and goes on. */
  begin(answer: string): Promise<void>;
  /** The callee's answer, with what the first gathering found. */
  answer(offer: string): Promise<{ readonly sdp: string; readonly candidates: readonly string[] }>;
  /** The caller's offer of a new round. */
  restart(): Promise<string>;
  /** The callee's answer to a new round. */
  renew(offer: string): Promise<string>;
  addCandidates(candidates: readonly string[]): Promise<void>;
  /** @param device used from now on, also while the microphone is off. @throws MediaError; the call goes on as it was. */
  setMicrophone(isOn: boolean, device?: string): Promise<void>;
  /** @throws MediaError; the call goes on as it was. */
  setPicture(picture: Picture, device?: string): Promise<void>;
  facts(): Promise<MediaFacts>;
  devices(): Promise<MediaDevices>;
  close(): void;
}

/** What a peer tells, from its making on. */
export interface PeerListener {
  /** Candidates to tell, a few at a time. */
  onCandidates(candidates: readonly string[]): void;
  /** The way is there, broken for now, or broken for good. */
  onLink(state: "up" | "down" | "failed"): void;
  /** A device of this side went away, or the person ended the sharing of the screen in the browser. */
  onDeviceEnd(which: "microphone" | "picture", trouble: MediaTrouble | null): void;
  /** What there is to see and hear of both sides changed. */
  onStreams(): void;
}

/** Makes the media of a call. */
export type OpenMedia<P extends MediaPeer = MediaPeer> = (listener: PeerListener) => P;
