/** Calls as the `Client` interface has them. */
import type { CallMedia, CallOutcome, CallPhase, EndReason } from "@kith/protocol";
import type { IceServer } from "./ice-servers.ts";

/** A call, the one under way or the last. */
export interface CallInfo {
  /** Also the id of the message that enters it in the chat. */
  readonly id: string;
  /** The other side's `kith1…`. */
  readonly account: string;
  readonly isOutgoing: boolean;
  readonly isVideo: boolean;
  readonly phase: CallPhase;
  /** A device of the other side rings. */
  readonly isHeard: boolean;
  /** What the other side sends. */
  readonly media: CallMedia;
  /** When the two first heard each other, Unix ms. */
  readonly connectedAtMs?: number;
  readonly end?: { readonly reason: EndReason; readonly isOwn: boolean };
  /** What the other side's media say: for `RTCPeerConnection`, made anew from a whitelist. Grows, or begins a new round. */
  readonly remote?: { readonly sdp: string; readonly round: number; readonly candidates: readonly string[] };
  /** Words that both sides see alike when nobody stands between them. */
  readonly checkWords?: readonly string[];
}

/** How the media of a call with a person may look for a way. */
export interface CallWays {
  /** Through relays only. */
  readonly isAddressHidden: boolean;
  /** The STUN and TURN servers to use, and no others: those that relays of the two offer. */
  readonly servers: readonly IceServer[];
}

/** What stays of a call in the chat; `missed` by the one who was called, whoever gave up. */
export interface CallMessage {
  readonly isVideo: boolean;
  readonly outcome: CallOutcome;
  /** Answered calls: how long they talked, in ms. */
  readonly durationMs?: number;
}
