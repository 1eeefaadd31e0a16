/**
 * The half of the state machine that acts: pure, one call at a time. A call is accepted, and a place is told, only by a
 * `LocalAct` of the person on this device; what the other side says comes in by `hear-signal.ts`.
 * @see docs/spec/09-call.md (States)
 */
import { equalBytes } from "../bytes.ts";
import type { ContentId, DeviceId } from "../ids.ts";
import { err, ok, type Result } from "../result.ts";
import { type Call, CONNECT_MS, isLive, RECONNECT_MS, RING_MS } from "./call.ts";
import {
  type CallRefusal,
  type CallState,
  change,
  elsewhereOf,
  endOf,
  finish,
  keep,
  NO_MEDIA,
  type Step,
} from "./call-state.ts";
import type { IceCandidate } from "./candidate.ts";
import type { CallDescription } from "./description.ts";
import {
  type CallMedia,
  type CallSignal,
  type EndReason,
  MAX_CANDIDATES,
  MAX_CANDIDATES_PER_SIGNAL,
  MAX_ROUNDS,
} from "./signal.ts";

/** What the person, or the media of this device, does. */
export type LocalAct =
  | {
      readonly type: "start";
      readonly call: ContentId;
      readonly isVideo: boolean;
      readonly devices: readonly DeviceId[];
      readonly description: CallDescription;
      readonly media: CallMedia;
      /** Unix ms. */
      readonly sentAtMs: number;
    }
  | {
      readonly type: "accept";
      readonly call: ContentId;
      readonly description: CallDescription;
      readonly candidates: readonly IceCandidate[];
      readonly media: CallMedia;
    }
  | { readonly type: "decline"; readonly call: ContentId }
  | { readonly type: "end"; readonly call: ContentId; readonly reason: EndReason }
  | { readonly type: "candidates"; readonly call: ContentId; readonly candidates: readonly IceCandidate[] }
  | { readonly type: "media"; readonly call: ContentId; readonly media: CallMedia }
  /** The caller's new offer, or the callee's answer to one. */
  | { readonly type: "restart"; readonly call: ContentId; readonly description: CallDescription }
  | { readonly type: "link"; readonly call: ContentId; readonly isUp: boolean };

/** Takes an act of this device. @param nowMs monotonic. */
export function actOnCall(state: CallState, act: LocalAct, nowMs: number): Result<Step, CallRefusal> {
  if (act.type === "start") return startCall(state, act, nowMs);
  const call = state.current;
  if (call === null || call.id !== act.call || !isLive(call)) return err("unknown-call");
  switch (act.type) {
    case "accept":
      return acceptCall(state, call, act, nowMs);
    case "decline":
      if (call.isOutgoing || call.phase !== "ringing") return err("wrong-phase");
      return ok(declineCall(state, call, nowMs));
    case "end":
      return ok(
        finish(state, call, { reason: act.reason, isOwn: true }, [endOf(call.id, call.devices, act.reason)], nowMs),
      );
    case "candidates":
      return tellCandidates(state, call, act.candidates);
    case "media":
      return tellMedia(state, call, act.media);
    case "restart":
      return restartCall(state, call, act.description);
    case "link":
      return noteLink(state, call, act.isUp, nowMs);
  }
}

function startCall(
  state: CallState,
  act: Extract<LocalAct, { type: "start" }>,
  nowMs: number,
): Result<Step, CallRefusal> {
  const { call: id, devices, description, isVideo, media, sentAtMs } = act;
  if (state.current !== null && isLive(state.current)) return err("busy");
  if (description.role !== "actpass") return err("wrong-role");
  const call: Call = {
    id,
    isOutgoing: true,
    isVideo,
    phase: "ringing",
    untilMs: nowMs + RING_MS,
    devices,
    isHeard: false,
    own: description,
    their: null,
    ownRound: 0,
    theirRound: 0,
    candidates: [],
    toldCandidates: 0,
    ownMedia: media,
    theirMedia: NO_MEDIA,
  };
  const signal: CallSignal = { type: "offer", call: id, sentAtMs, isVideo, description };
  return ok(change(state, call, { devices, signal }));
}

function acceptCall(
  state: CallState,
  call: Call,
  act: Extract<LocalAct, { type: "accept" }>,
  nowMs: number,
): Result<Step, CallRefusal> {
  if (call.isOutgoing || call.phase !== "ringing") return err("wrong-phase");
  if (act.description.role === "actpass") return err("wrong-role");
  if (act.candidates.length > MAX_CANDIDATES_PER_SIGNAL) return err("too-many-candidates");
  const { description, candidates, media } = act;
  const accepted: Call = {
    ...call,
    phase: "connecting",
    untilMs: nowMs + CONNECT_MS,
    own: description,
    ownMedia: media,
    toldCandidates: candidates.length,
  };
  const signal: CallSignal = { type: "answer", call: call.id, description, candidates, media };
  return ok({ ...change(state, accepted, { devices: call.devices, signal }), own: elsewhereOf(call.id) });
}

function declineCall(state: CallState, call: Call, nowMs: number): Step {
  const tell = [endOf(call.id, call.devices, "declined")];
  return { ...finish(state, call, { reason: "declined", isOwn: true }, tell, nowMs), own: elsewhereOf(call.id) };
}

/** Nothing of where we are leaves before both sides said yes. */
function tellCandidates(state: CallState, call: Call, candidates: readonly IceCandidate[]): Result<Step, CallRefusal> {
  if (call.phase === "ringing") return err("before-accept");
  const toldCandidates = call.toldCandidates + candidates.length;
  if (toldCandidates > MAX_CANDIDATES || candidates.length > MAX_CANDIDATES_PER_SIGNAL)
    return err("too-many-candidates");
  if (candidates.length === 0) return ok(keep(state));
  const signal: CallSignal = { type: "candidates", call: call.id, round: call.ownRound, candidates };
  return ok(change(state, { ...call, toldCandidates }, { devices: call.devices, signal }));
}

function tellMedia(state: CallState, call: Call, media: CallMedia): Result<Step, CallRefusal> {
  const changed = { ...call, ownMedia: media };
  if (call.phase === "ringing") return ok(change(state, changed));
  return ok(change(state, changed, { devices: call.devices, signal: { type: "media", call: call.id, media } }));
}

function restartCall(state: CallState, call: Call, description: CallDescription): Result<Step, CallRefusal> {
  if (call.phase === "ringing" || call.own === null) return err("wrong-phase");
  if (!equalBytes(call.own.fingerprint, description.fingerprint)) return err("fingerprint-changed");
  const round = call.isOutgoing ? call.ownRound + 1 : call.theirRound;
  if (round > MAX_ROUNDS || (!call.isOutgoing && round <= call.ownRound)) return err("wrong-round");
  if (call.isOutgoing !== (description.role === "actpass")) return err("wrong-role");
  const changed: Call = { ...call, own: description, ownRound: round, toldCandidates: 0 };
  return ok(
    change(state, changed, { devices: call.devices, signal: { type: "restart", call: call.id, round, description } }),
  );
}

function noteLink(state: CallState, call: Call, isUp: boolean, nowMs: number): Result<Step, CallRefusal> {
  if (call.phase === "ringing") return err("wrong-phase");
  const { untilMs: _, ...rest } = call;
  if (isUp && call.phase === "connected") return ok(keep(state));
  if (isUp) return ok(change(state, { ...rest, phase: "connected", connectedAtMs: call.connectedAtMs ?? nowMs }));
  if (call.phase !== "connected") return ok(keep(state));
  return ok(change(state, { ...rest, phase: "reconnecting", untilMs: nowMs + RECONNECT_MS }));
}

/** Lets time pass: a phase that lasted too long ends the call. */
export function passCallTime(state: CallState, nowMs: number): Step {
  const call = state.current;
  if (call?.untilMs === undefined || nowMs < call.untilMs) return keep(state);
  const reason = call.phase === "ringing" ? "no-answer" : call.phase === "connecting" ? "no-path" : "lost";
  // The callee's ring ends by itself: the caller's own clock says so there.
  const isSilent = !call.isOutgoing && call.phase === "ringing";
  const tell = isSilent ? [] : [endOf(call.id, call.devices, reason)];
  return finish(state, call, { reason, isOwn: true }, tell, nowMs);
}
