/**
 * One call as one device knows it, and the entry that stays of it in the chat.
 * @see docs/spec/09-call.md (States)
 */
import type { ContentId, DeviceId } from "../ids.ts";
import type { IceCandidate } from "./candidate.ts";
import type { CallDescription } from "./description.ts";
import type { CallMedia, EndReason } from "./signal.ts";

/** Where a call stands; `ringing` at the caller's too, from the moment the person pressed. */
export type CallPhase = "ringing" | "connecting" | "connected" | "reconnecting" | "ended";

/** How long each phase may last, in ms: an unanswered call, and the search for a way. */
export const RING_MS = 45_000;
export const CONNECT_MS = 30_000;

/**
 * How long a lost way is looked for, in ms. People wait half a minute in a lift or a tunnel, or while a router starts anew,
 * and expect to go on talking; so a line that was away for that long still has a quarter of a minute to carry the call again.
 */
export const RECONNECT_MS = 45_000;

/** An offer older than this is not worth a ring, in ms. */
export const MAX_OFFER_AGE_MS = 30_000;

/** How far the clocks of two people may lie apart, in ms: an offer that is older by the clocks alone does not ring. */
export const MAX_OFFER_CLOCK_GAP_MS: number = 5 * 60_000;

/** A call. */
export interface Call {
  readonly id: ContentId;
  readonly isOutgoing: boolean;
  readonly isVideo: boolean;
  readonly phase: CallPhase;
  /** Until when the phase may last, monotonic ms; none once connected or ended. */
  readonly untilMs?: number;
  /** The other side's devices that take part: those that ring, then the one that answered. */
  readonly devices: readonly DeviceId[];
  /** A device of the other side rings: it is there. */
  readonly isHeard: boolean;
  readonly own: CallDescription | null;
  readonly their: CallDescription | null;
  /** The round of ICE of each description. */
  readonly ownRound: number;
  readonly theirRound: number;
  /** Places of the other side in its round. */
  readonly candidates: readonly IceCandidate[];
  /** How many of ours were told in our round. */
  readonly toldCandidates: number;
  readonly ownMedia: CallMedia;
  readonly theirMedia: CallMedia;
  /** When the two first heard each other, monotonic ms. */
  readonly connectedAtMs?: number;
  readonly end?: { readonly reason: EndReason; readonly isOwn: boolean };
}

/** What became of a call, for the chat. */
export interface CallEntry {
  readonly isVideo: boolean;
  readonly outcome: CallOutcome;
  /** How long they talked, in ms; answered calls only. */
  readonly durationMs?: number;
}

/** How a call came out, as the caller's device saw it. */
export type CallOutcome = "answered" | "missed" | "declined" | "busy" | "failed";

/** Whether a call goes on. */
export function isLive({ phase }: Pick<Call, "phase">): boolean {
  return phase !== "ended";
}

/** The entry of a call that has ended; null where there is none: only the caller writes one, so that there is one. */
export function entryOf(call: Call, nowMs: number): CallEntry | null {
  if (!call.isOutgoing || call.end === undefined || call.end.reason === "crossed") return null;
  const { isVideo, connectedAtMs } = call;
  if (connectedAtMs !== undefined) {
    return { isVideo, outcome: "answered", durationMs: Math.max(0, Math.round(nowMs - connectedAtMs)) };
  }
  return { isVideo, outcome: outcomeOf(call, call.end.reason) };
}

function outcomeOf({ their }: Call, reason: EndReason): CallOutcome {
  if (reason === "declined" || reason === "busy") return reason;
  return their === null ? "missed" : "failed";
}
