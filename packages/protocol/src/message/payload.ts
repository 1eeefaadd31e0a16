/**
 * The plaintext of one ratchet message, behind its binding: what one device tells one other device.
 * @see docs/spec/06-messages.md (Payload)
 */
import {
  bytes,
  type DecodeError,
  decodeAs,
  encodeAs,
  field,
  list,
  mapped,
  optional,
  record,
  type Shape,
  uint,
} from "../codec/schema.ts";
import { type QueueDescriptor, queueDescriptor } from "../envelope/queue.ts";
import { type ContentId, contentId, type RelayRef, relayRef } from "../ids.ts";
import { MAX_CARD_BYTES, MAX_CLAIM_BYTES, MAX_SIGNAL_BYTES, MAX_TEXT_BYTES } from "../limits.ts";
import type { Result } from "../result.ts";
import { type Content, contentShape } from "./content.ts";

/** A position in a sigchain, as repeated in every payload. */
export interface HeadHint {
  readonly epoch: number;
  readonly seq: number;
  /** The first 16 bytes of the entry's hash. */
  readonly hash: Uint8Array;
}

/** Where a device can be reached directly until `untilMs`. */
export interface Reach {
  readonly at: RelayRef;
  readonly untilMs: number;
}

/** Everything a payload can say; each part is there only when there is something to say. */
export interface Payload {
  readonly senderHead: HeadHint;
  /** The newest head of the recipient's chain that the sender has seen. */
  readonly recipientHead?: HeadHint | undefined;
  /** Number of this durable content between the two devices, from 1 without gaps; there exactly when `content` is. */
  readonly number?: number | undefined;
  readonly content?: Content | undefined;
  readonly delivered?: readonly ContentId[] | undefined;
  readonly read?: readonly ContentId[] | undefined;
  /** The queue to use from now on for this device. */
  readonly queue?: QueueDescriptor | undefined;
  readonly reach?: Reach | undefined;
  /** Numbers the sender of this payload never received. */
  readonly missing?: readonly number[] | undefined;
  /** The sender's newest handle claim, after a change. */
  readonly claim?: Uint8Array | undefined;
  /** The person accepted: sessions may carry everything from now on. */
  readonly accepted?: number | undefined;
  /** The sender of this payload could not read something and has started this session for it. */
  readonly undecryptable?: number | undefined;
  /** A signal about a call, read by whoever takes calls; worthless once it is old. */
  readonly call?: Uint8Array | undefined;
  /** The sender's newest device card, after a change: where its boxes are, the way back in when every queue is gone. */
  readonly card?: Uint8Array | undefined;
}

/** Receipts in one payload. */
export const MAX_RECEIPTS = 64;

const MAX_PAYLOAD_BYTES: number = MAX_TEXT_BYTES + 8192 + MAX_CARD_BYTES;

/** Codec shape of a position. */
export const headHint: Shape<HeadHint> = record<HeadHint>({
  epoch: field(1, uint()),
  seq: field(2, uint()),
  hash: field(3, bytes(16)),
});

const payloadRecord: Shape<Payload> = record<Payload>({
  senderHead: field(1, headHint),
  recipientHead: optional(2, headHint),
  number: optional(3, uint()),
  content: optional(4, contentShape),
  delivered: optional(5, list(contentId, MAX_RECEIPTS)),
  read: optional(6, list(contentId, MAX_RECEIPTS)),
  queue: optional(7, queueDescriptor),
  reach: optional(8, record<Reach>({ at: field(1, relayRef), untilMs: field(2, uint()) })),
  missing: optional(9, list(uint(), MAX_RECEIPTS)),
  claim: optional(10, bytes(1, MAX_CLAIM_BYTES)),
  accepted: optional(11, uint(1)),
  undecryptable: optional(12, uint(1)),
  call: optional(13, bytes(1, MAX_SIGNAL_BYTES)),
  card: optional(14, bytes(1, MAX_CARD_BYTES)),
});

const payloadShape: Shape<Payload> = mapped(
  payloadRecord,
  (payload) => (isNumbered(payload) ? payload : null),
  (payload) => {
    if (!isNumbered(payload)) throw new RangeError("a content and its number, from 1, go together");
    return payload;
  },
);

function isNumbered({ content, number }: Payload): boolean {
  return content === undefined ? number === undefined : number !== undefined && number > 0;
}

/** Encodes a payload. @throws RangeError when a bound is broken, or a content has no number or the reverse. */
export function encodePayload(payload: Payload): Uint8Array {
  return encodeAs(payloadShape, payload);
}

/** Decodes a payload of at most `MAX_TEXT_BYTES` plus 10 KiB. */
export function decodePayload(encoded: Uint8Array): Result<Payload, DecodeError> {
  return decodeAs(payloadShape, encoded, MAX_PAYLOAD_BYTES);
}
