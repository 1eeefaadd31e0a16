/**
 * What two devices say to each other about a call. Signals ride in payloads of their session and are kept nowhere.
 * @see docs/spec/09-call.md (Signals)
 */
import {
  bool,
  type DecodeError,
  decodeAs,
  encodeAs,
  field,
  list,
  oneOf,
  record,
  type Shape,
  uint,
  union,
} from "../codec/schema.ts";
import { type ContentId, contentId } from "../ids.ts";
import { MAX_SIGNAL_BYTES } from "../limits.ts";
import type { Result } from "../result.ts";
import { candidateShape, type IceCandidate } from "./candidate.ts";
import { checked } from "./checked.ts";
import { type CallDescription, descriptionShape } from "./description.ts";

/** What a side sends just now. */
export interface CallMedia {
  readonly hasMicrophone: boolean;
  readonly picture: "none" | "camera" | "screen";
}

/** Why a call ended. */
export type EndReason =
  /** One of the two hung up; before an answer: the caller gave up. */
  | "hang-up"
  | "declined"
  /** The person talks to somebody else. */
  | "busy"
  | "no-answer"
  /** Answered or declined on another device of the person. */
  | "elsewhere"
  /** No way was found between the two. */
  | "no-path"
  /** The way between the two broke and did not come back. */
  | "lost"
  /** The certificate of the other side is not the one it told. */
  | "mismatch"
  /** The device knows no such call, any more. */
  | "gone"
  /** Both called at the same time, and the other call goes on. */
  | "crossed";

/** One signal about one call. */
export type CallSignal =
  | {
      readonly type: "offer";
      readonly call: ContentId;
      readonly sentAtMs: number;
      readonly isVideo: boolean;
      readonly description: CallDescription;
    }
  /** The device rings. */
  | { readonly type: "ringing"; readonly call: ContentId }
  | {
      readonly type: "answer";
      readonly call: ContentId;
      readonly description: CallDescription;
      readonly candidates: readonly IceCandidate[];
      readonly media: CallMedia;
    }
  /** Places of one round of ICE; the first round is 0. */
  | {
      readonly type: "candidates";
      readonly call: ContentId;
      readonly round: number;
      readonly candidates: readonly IceCandidate[];
    }
  | { readonly type: "media"; readonly call: ContentId; readonly media: CallMedia }
  /** A new round of ICE under the same certificate: the caller's offer, or the answer to it. */
  | {
      readonly type: "restart";
      readonly call: ContentId;
      readonly round: number;
      readonly description: CallDescription;
    }
  | { readonly type: "end"; readonly call: ContentId; readonly reason: EndReason };

/** Candidates in one signal, and of one side in one round. */
export const MAX_CANDIDATES_PER_SIGNAL = 16;
export const MAX_CANDIDATES = 64;

/** Rounds of ICE of one call: more than a day of changing networks every five minutes. */
export const MAX_ROUNDS = 300;

const mediaShape: Shape<CallMedia> = record<CallMedia>({
  hasMicrophone: field(1, bool),
  picture: field(2, oneOf<CallMedia["picture"]>({ none: 0, camera: 1, screen: 2 })),
});

const reasonShape: Shape<EndReason> = oneOf<EndReason>({
  "hang-up": 0,
  declined: 1,
  busy: 2,
  "no-answer": 3,
  elsewhere: 4,
  "no-path": 5,
  lost: 6,
  mismatch: 7,
  gone: 8,
  crossed: 9,
});

const call = field(1, contentId);
const candidates = list(candidateShape, MAX_CANDIDATES_PER_SIGNAL);
const laterRound = checked(uint(MAX_ROUNDS), (round) => round > 0);

const signalShape: Shape<CallSignal> = union<CallSignal>({
  offer: [
    1,
    record({
      call,
      sentAtMs: field(2, uint()),
      isVideo: field(3, bool),
      description: field(4, descriptionShape),
    }),
  ],
  ringing: [2, record({ call })],
  answer: [
    3,
    record({
      call,
      description: field(2, descriptionShape),
      candidates: field(3, candidates),
      media: field(4, mediaShape),
    }),
  ],
  candidates: [
    4,
    record({
      call,
      round: field(2, uint(MAX_ROUNDS)),
      candidates: field(3, list(candidateShape, MAX_CANDIDATES_PER_SIGNAL, 1)),
    }),
  ],
  media: [5, record({ call, media: field(2, mediaShape) })],
  restart: [6, record({ call, round: field(2, laterRound), description: field(3, descriptionShape) })],
  end: [7, record({ call, reason: field(2, reasonShape) })],
});

/** Encodes a signal. @throws RangeError when a bound is broken. */
export function encodeSignal(signal: CallSignal): Uint8Array {
  return encodeAs(signalShape, signal);
}

/** Decodes a signal of at most `MAX_SIGNAL_BYTES`. */
export function decodeSignal(encoded: Uint8Array): Result<CallSignal, DecodeError> {
  return decodeAs(signalShape, encoded, MAX_SIGNAL_BYTES);
}
