/** Calls as the `Client` interface has them. */
import type { CallMedia, CallOutcome, CallPhase, EndReason } from "@kith/protocol";
import type { NoParams } from "../no-params.ts";
import type { Who } from "../people/contact-info.ts";
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

/** Parameters and results of the methods about calls. */
export interface CallMethods {
  /** The call under way or the last one of this run, if any. Each change of it comes as `call.changed`. */
  "call.get": { params: NoParams; result: { call: CallInfo | null } };
  /**
   * Calls an accepted person. @param sdp an offer of one audio and one video section that nothing was gathered for.
   * Whoever calls this, or accepts, has the media and must `call.report` at least every 20 s.
   */
  "call.start": { params: { who: Who; isVideo: boolean; sdp: string; media: CallMedia }; result: CallInfo };
  /** Answers a call that rings here. @param candidates of the first gathering, at most 16. */
  "call.accept": { params: { id: string; sdp: string; candidates: string[]; media: CallMedia }; result: CallInfo };
  /**
   * How a call with an accepted person may look for a way. Ask once the call is answered: relays are asked for it.
   * @param isOnceReached answers an interrupted call only once a relay between the two answers again, or the call is over.
   */
  "call.ways": { params: { who: Who; isOnceReached?: boolean }; result: CallWays };
  "call.decline": { params: { id: string }; result: CallInfo };
  /** Hangs up, or gives up calling. @param reason `hang-up` when left out. */
  "call.end": { params: { id: string; reason?: "hang-up" | "no-path" | "lost" | "mismatch" }; result: CallInfo };
  /** Tells the other side more candidates, at most 16, and what is sent from now on. */
  "call.tell": { params: { id: string; candidates?: string[]; media?: CallMedia }; result: CallInfo };
  /** A new round of ICE: the caller's offer, or the callee's answer to one. */
  "call.restart": { params: { id: string; sdp: string }; result: CallInfo };
  /** Says that whoever has the media is there, and whether they flow. */
  "call.report": { params: { id: string; isUp?: boolean }; result: CallInfo };
}
