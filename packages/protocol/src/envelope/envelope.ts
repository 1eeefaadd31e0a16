/**
 * Envelopes: what relays store. A session message, padded to a size class and sealed under the queue's envelope key.
 * The nonce is derived from the message, so sealing again after a crash gives identical bytes.
 * @see docs/spec/06-messages.md (Envelope)
 */
import { bytesToUint32, concat, fromHex, toHex, uint32ToBytes, utf8 } from "../bytes.ts";
import { LABELS } from "../crypto/labels.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import type { EnvelopeId } from "../ids.ts";
import { ENVELOPE_CLASSES } from "../limits.ts";
import { err, ok, type Result } from "../result.ts";
import type { SenderSide } from "./queue.ts";

/** Why an envelope does not open. */
export type EnvelopeError = { readonly code: "envelope-size" } | { readonly code: "envelope-not-authentic" };

const NONCE_BYTES = 24;
const TAG_BYTES = 16;
const LENGTH_BYTES = 4;
const OVERHEAD_BYTES: number = NONCE_BYTES + TAG_BYTES + LENGTH_BYTES;

/** The longest session message an envelope can carry, in bytes. */
export const MAX_SEALED_MESSAGE_BYTES: number =
  (ENVELOPE_CLASSES[ENVELOPE_CLASSES.length - 1] as number) - OVERHEAD_BYTES;

/**
 * Seals a session message for one place.
 * @throws RangeError when the message is longer than `MAX_SEALED_MESSAGE_BYTES`.
 */
export function sealEnvelope(suite: CryptoSuite, side: SenderSide, message: Uint8Array): Uint8Array {
  const sizeClass = ENVELOPE_CLASSES.findIndex((size) => size >= message.length + OVERHEAD_BYTES);
  if (sizeClass < 0) throw new RangeError(`message of ${message.length} bytes, limit ${MAX_SEALED_MESSAGE_BYTES}`);
  const padded = padMessage(message, (ENVELOPE_CLASSES[sizeClass] as number) - NONCE_BYTES - TAG_BYTES);
  const nonce = suite.hmacSha256(side.nonceKey, message).slice(0, NONCE_BYTES);
  return concat(nonce, suite.xchachaSeal(side.envelopeKey, nonce, padded, associatedData(side, sizeClass)));
}

/** Opens an envelope; checks the tag before anything else is looked at. */
export function openEnvelope(
  suite: CryptoSuite,
  side: SenderSide,
  envelope: Uint8Array,
): Result<Uint8Array, EnvelopeError> {
  const sizeClass = ENVELOPE_CLASSES.indexOf(envelope.length);
  if (sizeClass < 0) return err({ code: "envelope-size" });
  const nonce = envelope.subarray(0, NONCE_BYTES);
  const sealed = envelope.subarray(NONCE_BYTES);
  const padded = suite.xchachaOpen(side.envelopeKey, nonce, sealed, associatedData(side, sizeClass));
  if (padded === null) return err({ code: "envelope-not-authentic" });
  const message = unpadMessage(padded);
  return message === null ? err({ code: "envelope-size" }) : ok(message);
}

/** The id of an envelope: SHA-256 over its bytes. */
export function envelopeIdOf(suite: CryptoSuite, envelope: Uint8Array): EnvelopeId {
  return toHex(suite.sha256(envelope)) as EnvelopeId;
}

/** Length, message, zeros: `sizeBytes` in all. */
export function padMessage(message: Uint8Array, sizeBytes: number): Uint8Array {
  const padded = new Uint8Array(sizeBytes);
  padded.set(uint32ToBytes(message.length));
  padded.set(message, LENGTH_BYTES);
  return padded;
}

/** The message inside its padding; null when length or zeros are wrong. */
export function unpadMessage(padded: Uint8Array): Uint8Array | null {
  if (padded.length < LENGTH_BYTES) return null;
  const end = LENGTH_BYTES + bytesToUint32(padded);
  if (end > padded.length) return null;
  for (let i = end; i < padded.length; i++) if (padded[i] !== 0) return null;
  return padded.slice(LENGTH_BYTES, end);
}

function associatedData(side: SenderSide, sizeClass: number): Uint8Array {
  return concat(utf8(LABELS.envelope), fromHex(side.sendId), Uint8Array.of(sizeClass));
}
