/** What both halves of the state machine of calls share: its state, and what a step leads to. */
import type { ContentId, DeviceId } from "../ids.ts";
import { type Call, type CallEntry, entryOf } from "./call.ts";
import type { CallMedia, CallSignal, EndReason } from "./signal.ts";

/** The calls of a device: one that is or was the last, and those that are over for good. */
export interface CallState {
  readonly current: Call | null;
  /** Ids of calls that must not ring any more, newest last. */
  readonly over: readonly ContentId[];
}

/** No call yet. */
export const NO_CALLS: CallState = Object.freeze({ current: null, over: Object.freeze([]) });

/** Calls that are remembered as over. */
const MAX_OVER = 64;

/** Why an act or a signal changed nothing. */
export type CallRefusal =
  | "unknown-call"
  /** A call is under way already. */
  | "busy"
  | "wrong-phase"
  /** From a device that has no part in the call. */
  | "wrong-device"
  /** Places that are told before the call was accepted. */
  | "before-accept"
  | "too-many-candidates"
  /** Of another round of ICE. */
  | "wrong-round"
  | "wrong-role"
  /** An offer of a call that has been. */
  | "over"
  /** Another certificate than the one at the beginning; the call ends. */
  | "fingerprint-changed";

/** A signal to devices. */
export interface Sent {
  readonly devices: readonly DeviceId[];
  readonly signal: CallSignal;
}

/** What a step leads to. */
export interface Step {
  readonly state: CallState;
  readonly sends: readonly Sent[];
  /** For the person's other devices. */
  readonly own?: CallSignal;
  /** For the chat, once a call of ours is over. */
  readonly entry?: CallEntry;
  readonly refused?: CallRefusal;
}

/** What is assumed of a side that has not said it. */
export const NO_MEDIA: CallMedia = { hasMicrophone: true, picture: "none" };

/** Nothing changes. */
export function keep(state: CallState, refused?: CallRefusal): Step {
  return { state, sends: [], ...(refused === undefined ? {} : { refused }) };
}

/** The current call is another now. */
export function change(state: CallState, call: Call, ...sends: readonly Sent[]): Step {
  return { state: { ...state, current: call }, sends };
}

/** Ends the call that is under way; the devices in `tell` learn it. */
export function finish(
  state: CallState,
  call: Call,
  end: NonNullable<Call["end"]>,
  tell: readonly Sent[],
  nowMs: number,
): Step {
  const { untilMs: _, ...rest } = call;
  const ended: Call = { ...rest, phase: "ended", end };
  const entry = entryOf(ended, nowMs);
  return {
    state: { current: ended, over: [...state.over, call.id].slice(-MAX_OVER) },
    sends: tell.filter(({ devices }) => devices.length > 0),
    ...(entry === null ? {} : { entry }),
  };
}

/** The word that a call is over. */
export function endOf(call: ContentId, devices: readonly DeviceId[], reason: EndReason): Sent {
  return { devices, signal: { type: "end", call, reason } };
}

/** The word to the person's other devices that the call was taken or refused on this one. */
export function elsewhereOf(call: ContentId): CallSignal {
  return { type: "end", call, reason: "elsewhere" };
}

/** A call that must not ring any more. */
export function withOver(state: CallState, call: ContentId): CallState {
  return { ...state, over: [...state.over, call].slice(-MAX_OVER) };
}
