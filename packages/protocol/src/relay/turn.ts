/**
 * What a relay offers to calls: STUN, and TURN with a name and a password that count for hours. Asked for in the channels
 * of `/kith/relay/1.0.0`, under a tag of its own. A relay names ports only: the host is the relay's own, so that nobody can
 * be sent to a third party.
 * @see docs/spec/05-relay.md (STUN and TURN)
 */

import { checked } from "../call/checked.ts";
import { field, oneOf, optional, record, type Shape, text, uint, union } from "../codec/schema.ts";
import { type QueueId, queueId } from "../ids.ts";
import { type RelayErrorCode, relayErrorCode } from "./responses.ts";

/** Asks in the name of a side of a queue that is open on this channel. */
export interface TurnRequest {
  readonly type: "turn";
  readonly side: "send" | "receive";
  readonly queue: QueueId;
}

/** A TURN server at the relay's host: one port for UDP and TCP. */
export interface TurnAccess {
  readonly port: number;
  /** Printable ASCII without spaces; says nothing about who holds it. */
  readonly name: string;
  readonly password: string;
  /** How long name and password count, in ms. */
  readonly lifeMs: number;
}

/** What is offered: STUN over UDP, TURN, both, or nothing. */
export interface IceOffer {
  readonly stunPort?: number | undefined;
  readonly turn?: TurnAccess | undefined;
}

/** The answer. */
export type TurnResponse =
  | ({ readonly type: "offer" } & IceOffer)
  | { readonly type: "error"; readonly code: RelayErrorCode; readonly retryAfterMs?: number | undefined };

const TAG = 64;

/** The longest life of a name, in ms: a day. */
const MAX_LIFE_MS = 24 * 3600 * 1000;

const port = checked(uint(65_535), (value) => value > 0);
const word = checked(text(128), (value) => /^[\x21-\x7e]+$/.test(value));

/** Codec shape of the request. */
export const turnRequest: Shape<TurnRequest> = union<TurnRequest>({
  turn: [
    TAG,
    record<Omit<TurnRequest, "type">>({
      side: field(1, oneOf<TurnRequest["side"]>({ send: 0, receive: 1 })),
      queue: field(2, queueId),
    }),
  ],
});

/** Codec shape of the answer. */
export const turnResponse: Shape<TurnResponse> = union<TurnResponse>({
  offer: [
    TAG,
    record<IceOffer>({
      stunPort: optional(1, port),
      turn: optional(
        2,
        record<TurnAccess>({
          port: field(1, port),
          name: field(2, word),
          password: field(3, word),
          lifeMs: field(4, uint(MAX_LIFE_MS)),
        }),
      ),
    }),
  ],
  error: [
    0,
    record<{ code: RelayErrorCode; retryAfterMs?: number | undefined }>({
      code: field(1, relayErrorCode),
      retryAfterMs: optional(3, uint()),
    }),
  ],
});

/** Whether a frame asks for this: told by its tag alone, before it is decoded. */
export function isTurnFrame(frame: Uint8Array): boolean {
  const [pair, wide, tag] = frame;
  return pair === 0x82 && wide === 0x18 && tag === TAG;
}
