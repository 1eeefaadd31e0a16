/** What media say, read; and what the state machine refuses, in the words of the interface. */
import {
  type CallDescription,
  type CallRefusal,
  type IceCandidate,
  parseCandidate,
  parseSdp,
  type Result,
  type Step,
} from "@kith/protocol";
import { MessengerError } from "../messenger-error.ts";

/** @throws MessengerError CALL_BUSY, CALL_OVER or CALL_INVALID. */
export function unwrap(step: Result<Step, CallRefusal>): Step {
  if (step.ok) return step.value;
  throw callError(step.error);
}

/** A refusal in the words of the interface. */
export function callError(refusal: CallRefusal): MessengerError {
  const details = { rule: refusal };
  switch (refusal) {
    case "busy":
      return new MessengerError("CALL_BUSY", "another call is under way on this device", { details });
    case "unknown-call":
    case "over":
    case "wrong-phase":
    case "wrong-device":
      return new MessengerError("CALL_OVER", "this call is over, or was answered elsewhere", { details });
    case "before-accept":
    case "too-many-candidates":
    case "wrong-round":
    case "wrong-role":
    case "fingerprint-changed":
      return new MessengerError("CALL_INVALID", "what the media of the call say does not fit it", { details });
  }
}

/** @throws MessengerError CALL_INVALID. */
export function readDescription(sdp: string): CallDescription {
  const description = parseSdp(sdp);
  if (description.ok) return description.value;
  const { error } = description;
  const rule = error.code === "bad-sdp" ? `${error.code}:${error.what}` : error.code;
  throw new MessengerError("CALL_INVALID", "this is no description of a call's media", { details: { rule } });
}

/** Candidates of kinds that are not let through are left out: none of them is needed. */
export function readCandidates(lines: readonly string[]): readonly IceCandidate[] {
  return lines.flatMap((line) => {
    const candidate = parseCandidate(line);
    return candidate.ok ? [candidate.value] : [];
  });
}
