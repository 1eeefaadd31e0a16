/**
 * The half of the state machine that hears the other side. No signal accepts a call, or takes a place before it was
 * accepted.
 * @see docs/spec/09-call.md (States)
 */
import { equalBytes } from "../bytes.ts";
import type { DeviceId } from "../ids.ts";
import { type Call, CONNECT_MS, isLive, RING_MS } from "./call.ts";
import { type CallState, change, endOf, finish, keep, NO_MEDIA, type Sent, type Step, withOver } from "./call-state.ts";
import { type CallMedia, type CallSignal, type EndReason, MAX_CANDIDATES } from "./signal.ts";

/** Takes a signal of a device of an accepted person. @param isFresh whether an offer came in time to ring. */
export function hearSignal(
  state: CallState,
  from: { readonly device: DeviceId; readonly isFresh: boolean; readonly isSamePerson: boolean },
  signal: CallSignal,
  nowMs: number,
): Step {
  if (signal.type === "offer") return hearOffer(state, from, signal, nowMs);
  const call = state.current;
  if (call === null || call.id !== signal.call || !isLive(call)) return hearOfUnknown(state, from.device, signal);
  if (!call.devices.includes(from.device)) return keep(state, "wrong-device");
  switch (signal.type) {
    case "ringing":
      if (!call.isOutgoing || call.phase !== "ringing") return keep(state, "wrong-phase");
      return change(state, { ...call, isHeard: true });
    case "answer":
      return hearAnswer(state, call, from.device, signal, nowMs);
    case "candidates":
      return hearCandidates(state, call, signal);
    case "media":
      if (call.phase === "ringing") return keep(state, "wrong-phase");
      return change(state, { ...call, theirMedia: signal.media });
    case "restart":
      return hearRestart(state, call, signal, nowMs);
    case "end":
      return hearEnd(state, call, from.device, signal.reason, nowMs);
  }
}

/**
 * Takes a signal of another device of this account: only that a call, which rings here too, was answered or declined
 * there. The callers learn it from that device.
 */
export function hearOwnDevice(state: CallState, signal: CallSignal, nowMs: number): Step {
  if (signal.type !== "end" || signal.reason !== "elsewhere") return keep(state, "wrong-device");
  const call = state.current;
  // Its offer may come after it.
  if (call === null || call.id !== signal.call) return keep(withOver(state, signal.call));
  if (call.isOutgoing || call.phase !== "ringing") return keep(state, "wrong-phase");
  return finish(state, call, { reason: "elsewhere", isOwn: false }, [], nowMs);
}

/** Whoever speaks of a call that is over here, or never was, is told so; an end needs no answer. */
function hearOfUnknown(state: CallState, device: DeviceId, signal: CallSignal): Step {
  if (signal.type === "end") {
    // Its offer may come after it, by another way.
    const isKnown = state.over.includes(signal.call);
    return isKnown ? keep(state) : keep(withOver(state, signal.call), "unknown-call");
  }
  return { ...keep(state, "unknown-call"), sends: [endOf(signal.call, [device], "gone")] };
}

function hearOffer(
  state: CallState,
  { device, isFresh, isSamePerson }: { device: DeviceId; isFresh: boolean; isSamePerson: boolean },
  offer: Extract<CallSignal, { type: "offer" }>,
  nowMs: number,
): Step {
  const current = state.current;
  if (state.over.includes(offer.call) || current?.id === offer.call) return keep(state, "over");
  if (!isFresh) return keep(withOver(state, offer.call), "over");
  if (offer.description.role !== "actpass") return keep(state, "wrong-role");
  if (current === null || !isLive(current)) return ring(state, device, offer, nowMs);
  const isCrossed = isSamePerson && current.isOutgoing && current.phase === "ringing";
  // Another device of a person we talk to is as anybody else.
  if (!isCrossed && !current.devices.includes(device)) {
    return {
      ...keep(withOver(state, offer.call), "busy"),
      sends: [endOf(offer.call, [device], "busy")],
    };
  }
  // Both called: the lower id goes on, so that both sides choose the same one; the other rings there.
  if (isCrossed && current.id < offer.call) {
    return { ...keep(state, "busy"), sends: [endOf(offer.call, [device], "crossed")] };
  }
  // They call anew: their end of the old call is gone, whatever we think of it.
  const reason = isCrossed ? "crossed" : "gone";
  const before = finish(state, current, { reason, isOwn: false }, [endOf(current.id, current.devices, reason)], nowMs);
  const next = ring(before.state, device, offer, nowMs);
  return {
    ...next,
    sends: [...before.sends, ...next.sends],
    ...(before.entry === undefined ? {} : { entry: before.entry }),
  };
}

function ring(state: CallState, device: DeviceId, offer: Extract<CallSignal, { type: "offer" }>, nowMs: number): Step {
  const call: Call = {
    id: offer.call,
    isOutgoing: false,
    isVideo: offer.isVideo,
    phase: "ringing",
    untilMs: nowMs + RING_MS,
    devices: [device],
    isHeard: true,
    own: null,
    their: offer.description,
    ownRound: 0,
    theirRound: 0,
    candidates: [],
    toldCandidates: 0,
    ownMedia: NO_MEDIA,
    theirMedia: assumedMedia(offer),
  };
  return change(state, call, { devices: [device], signal: { type: "ringing", call: offer.call } });
}

function hearAnswer(
  state: CallState,
  call: Call,
  device: DeviceId,
  { description, candidates, media }: Extract<CallSignal, { type: "answer" }>,
  nowMs: number,
): Step {
  // Only the person at this device can answer a call that rings here.
  if (!call.isOutgoing || call.phase !== "ringing") return keep(state, "wrong-phase");
  if (description.role === "actpass") return keep(state, "wrong-role");
  const others = call.devices.filter((each) => each !== device);
  const answered: Call = {
    ...call,
    phase: "connecting",
    untilMs: nowMs + CONNECT_MS,
    devices: [device],
    their: description,
    theirMedia: media,
    candidates,
  };
  const told: Sent = { devices: [device], signal: { type: "media", call: call.id, media: call.ownMedia } };
  const isAsAssumed = isSameMedia(call.ownMedia, assumedMedia(call));
  return change(
    state,
    answered,
    ...(others.length === 0 ? [] : [endOf(call.id, others, "elsewhere")]),
    ...(isAsAssumed ? [] : [told]),
  );
}

/** What the callee takes the caller to send until it is told otherwise. */
function assumedMedia({ isVideo }: Pick<Call, "isVideo">): CallMedia {
  return { hasMicrophone: true, picture: isVideo ? "camera" : "none" };
}

function isSameMedia(one: CallMedia, other: CallMedia): boolean {
  return one.hasMicrophone === other.hasMicrophone && one.picture === other.picture;
}

function hearCandidates(
  state: CallState,
  call: Call,
  { round, candidates }: Extract<CallSignal, { type: "candidates" }>,
): Step {
  if (call.phase === "ringing") return keep(state, "before-accept");
  if (round !== call.theirRound) return keep(state, "wrong-round");
  if (call.candidates.length + candidates.length > MAX_CANDIDATES) return keep(state, "too-many-candidates");
  return change(state, { ...call, candidates: [...call.candidates, ...candidates] });
}

function hearRestart(
  state: CallState,
  call: Call,
  { round, description }: Extract<CallSignal, { type: "restart" }>,
  nowMs: number,
): Step {
  if (call.phase === "ringing" || call.their === null) return keep(state, "wrong-phase");
  if (!equalBytes(call.their.fingerprint, description.fingerprint)) {
    const end = { reason: "mismatch", isOwn: true } as const;
    const step = finish(state, call, end, [endOf(call.id, call.devices, "mismatch")], nowMs);
    return { ...step, refused: "fingerprint-changed" };
  }
  const isExpected = call.isOutgoing ? round === call.ownRound && round > call.theirRound : round > call.theirRound;
  if (!isExpected) return keep(state, "wrong-round");
  if (call.isOutgoing === (description.role === "actpass")) return keep(state, "wrong-role");
  return change(state, { ...call, their: description, theirRound: round, candidates: [] });
}

function hearEnd(state: CallState, call: Call, device: DeviceId, reason: EndReason, nowMs: number): Step {
  const others = call.devices.filter((each) => each !== device);
  const isRefusal = reason === "declined" || reason === "hang-up" || reason === "crossed";
  // One device of several that cannot: the others go on ringing.
  if (call.isOutgoing && call.phase === "ringing" && others.length > 0 && !isRefusal) {
    return change(state, { ...call, devices: others });
  }
  return finish(state, call, { reason, isOwn: false }, [endOf(call.id, others, "elsewhere")], nowMs);
}
