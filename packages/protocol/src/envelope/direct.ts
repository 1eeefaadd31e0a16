/** Envelopes handed straight to the other device: `/kith/direct/1.0.0`. */
import { concat, fromHex, utf8 } from "../bytes.ts";
import { bytes, type DecodeError, decodeAs, encodeAs, field, list, record, type Shape } from "../codec/schema.ts";
import { LABELS } from "../crypto/labels.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import { type EnvelopeId, type QueueId, queueId } from "../ids.ts";
import { MAX_ENVELOPES_PER_FRAME, MAX_FRAME_BYTES } from "../limits.ts";
import { MAX_ENVELOPE_BYTES } from "../relay/requests.ts";
import type { Result } from "../result.ts";

/** Envelopes under their `direct` send ids. */
export interface DirectPut {
  readonly items: readonly { readonly queue: QueueId; readonly envelope: Uint8Array }[];
}

/** One acknowledgement per item: 32 bytes once committed, or empty when not taken. */
export interface DirectAnswer {
  readonly acks: readonly Uint8Array[];
}

const directPut: Shape<DirectPut> = record<DirectPut>({
  items: field(
    1,
    list(
      record<DirectPut["items"][number]>({
        queue: field(1, queueId),
        envelope: field(2, bytes(1, MAX_ENVELOPE_BYTES)),
      }),
      MAX_ENVELOPES_PER_FRAME,
      1,
    ),
  ),
});

const directAnswer: Shape<DirectAnswer> = record<DirectAnswer>({
  acks: field(1, list(bytes(0, 32), MAX_ENVELOPES_PER_FRAME)),
});

/** Encodes a frame of envelopes. */
export function encodeDirectPut(put: DirectPut): Uint8Array {
  return encodeAs(directPut, put);
}

/** Decodes a frame of envelopes. */
export function decodeDirectPut(frame: Uint8Array): Result<DirectPut, DecodeError> {
  return decodeAs(directPut, frame, MAX_FRAME_BYTES);
}

/** Encodes the answer to a frame of envelopes. */
export function encodeDirectAnswer(answer: DirectAnswer): Uint8Array {
  return encodeAs(directAnswer, answer);
}

/** Decodes the answer to a frame of envelopes. */
export function decodeDirectAnswer(frame: Uint8Array): Result<DirectAnswer, DecodeError> {
  return decodeAs(directAnswer, frame, MAX_FRAME_BYTES);
}

/** What only the holder of Q can say: this envelope is committed. `macKey` is the `direct` side's. */
export function directAck(suite: CryptoSuite, macKey: Uint8Array, envelope: EnvelopeId): Uint8Array {
  return suite.hmacSha256(macKey, concat(utf8(LABELS.directAck), fromHex(envelope), utf8("committed")));
}
