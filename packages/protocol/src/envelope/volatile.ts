/**
 * Frames that nobody keeps: that somebody writes just now. They go straight to the other device under
 * `/kith/direct/1.0.0` or not at all, and move no ratchet.
 * @see docs/spec/06-messages.md (Typing)
 */
import { bytes, type DecodeError, decodeAs, encodeAs, field, record, type Shape, uint } from "../codec/schema.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import { type QueueId, queueId } from "../ids.ts";
import { ENVELOPE_CLASSES } from "../limits.ts";
import { err, type Result } from "../result.ts";
import { type EnvelopeError, openEnvelope, sealEnvelope } from "./envelope.ts";
import type { SenderSide } from "./queue.ts";

/** Every frame has the smallest size there is: its size says nothing. */
const SEALED_BYTES = ENVELOPE_CLASSES[0] as number;

/** A note for the device that made the queue. */
export interface VolatileFrame {
  /** The `direct` send id of the queue. */
  readonly queue: QueueId;
  /** 768 bytes, sealed under the `volatile` side of the queue. */
  readonly sealed: Uint8Array;
}

/** What a note says; kinds of newer versions are passed over. */
export interface VolatileNote {
  /** 1: the sender is writing · 2: no longer. */
  readonly kind: number;
  /** The sender's clock, Unix ms: of two notes of one device the later counts, the same one never twice. */
  readonly atMs: number;
}

/** Numbers of the kinds. */
export const VOLATILE_KINDS = { typing: 1, stopped: 2 } as const;

/** How long somebody is taken to be writing after saying so, in ms. */
export const TYPING_LIFE_MS = 6000;

// 1 is the key of envelopes handed over on the same protocol.
const frameShape: Shape<VolatileFrame> = record<VolatileFrame>({
  queue: field(2, queueId),
  sealed: field(3, bytes(SEALED_BYTES)),
});

const noteShape: Shape<VolatileNote> = record<VolatileNote>({ kind: field(1, uint(0xffff)), atMs: field(2, uint()) });

/** Why a note cannot be read. */
export type VolatileError = DecodeError | EnvelopeError;

/** Seals a note. @param side the `volatile` side of the recipient's queue. */
export function sealNote(suite: CryptoSuite, side: SenderSide, note: VolatileNote): Uint8Array {
  return sealEnvelope(suite, side, encodeAs(noteShape, note));
}

/** Opens a note that was sealed under a queue of ours. */
export function openNote(
  suite: CryptoSuite,
  side: SenderSide,
  sealed: Uint8Array,
): Result<VolatileNote, VolatileError> {
  if (sealed.length !== SEALED_BYTES) return err({ code: "envelope-size" });
  const opened = openEnvelope(suite, side, sealed);
  return opened.ok ? decodeAs(noteShape, opened.value, SEALED_BYTES) : opened;
}

/** Encodes a frame. @throws RangeError for a note that is not sealed. */
export function encodeVolatile(frame: VolatileFrame): Uint8Array {
  return encodeAs(frameShape, frame);
}

/** Decodes a frame. */
export function decodeVolatile(frame: Uint8Array): Result<VolatileFrame, DecodeError> {
  return decodeAs(frameShape, frame, SEALED_BYTES + 64);
}
