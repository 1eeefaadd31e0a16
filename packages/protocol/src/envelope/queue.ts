/**
 * One-way queues: two secrets, so that a contact can send and nothing else.
 * The owner seed never leaves the device and opens the receiving side; the queue secret Q goes to the contact inside
 * the session and opens the sending side. Ids differ on every relay and between the two sides.
 * @see docs/spec/05-relay.md (Queues)
 */
import { concat, toHex, uint32ToBytes, utf8 } from "../bytes.ts";
import { bytes, field, list, record, type Shape, uint } from "../codec/schema.ts";
import { LABELS } from "../crypto/labels.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import { type BoxId, type QueueId, type RelayId, type RelayRef, relayRef } from "../ids.ts";
import { MAX_RELAYS } from "../limits.ts";

/** What a contact is told inside the session, so that it can reach one device. */
export interface QueueDescriptor {
  /** Q, 32 bytes. */
  readonly secret: Uint8Array;
  /** Grows with each new queue for the same contact device; a higher one replaces a lower one. */
  readonly number: number;
  /** Relays the queue lives on; empty while none is known, then the box and the direct path remain. */
  readonly relays: readonly RelayRef[];
}

/** Codec shape of a queue descriptor. */
export const queueDescriptor: Shape<QueueDescriptor> = record<QueueDescriptor>({
  secret: field(1, bytes(32)),
  number: field(2, uint(0xffff_ffff)),
  relays: field(3, list(relayRef, MAX_RELAYS)),
});

/** Where envelopes are put: a relay, or the device itself; `volatile` is for what the device keeps nowhere. */
export type QueuePlace = RelayId | "direct" | "volatile";

/** What the queue secret opens at one place. */
export interface SenderSide {
  readonly sendId: QueueId;
  readonly macKey: Uint8Array;
  readonly envelopeKey: Uint8Array;
  readonly nonceKey: Uint8Array;
}

/** What the owner seed opens on one relay. */
export interface OwnerSide {
  readonly receiveId: QueueId;
  readonly macKey: Uint8Array;
}

const ID_BYTES = 16;
const KEY_BYTES = 32;

/** Derives the sending side at one place from the 32-byte queue secret. */
export function deriveSenderSide(suite: CryptoSuite, secret: Uint8Array, place: QueuePlace): SenderSide {
  const derive = (label: string, length: number) => suite.hkdf(secret, utf8(place), utf8(label), length);
  return {
    sendId: toHex(derive(LABELS.queueSend, ID_BYTES)) as QueueId,
    macKey: derive(LABELS.queueSenderMac, KEY_BYTES),
    envelopeKey: derive(LABELS.queueEnvelope, KEY_BYTES),
    nonceKey: derive(LABELS.queueNonce, KEY_BYTES),
  };
}

/** Derives the receiving side of queue `queueNumber` on one relay from the device's 32-byte owner seed. */
export function deriveOwnerSide(
  suite: CryptoSuite,
  ownerSeed: Uint8Array,
  queueNumber: number,
  relay: RelayId,
): OwnerSide {
  const salt = concat(uint32ToBytes(queueNumber), utf8(relay));
  const derive = (label: string, length: number) => suite.hkdf(ownerSeed, salt, utf8(label), length);
  return {
    receiveId: toHex(derive(LABELS.queueReceive, ID_BYTES)) as QueueId,
    macKey: derive(LABELS.queueOwnerMac, KEY_BYTES),
  };
}

/** A device's request box on one relay. */
export interface BoxSide {
  readonly box: BoxId;
  readonly macKey: Uint8Array;
}

/** Derives the request box of a device on one relay from its owner seed. */
export function deriveBox(suite: CryptoSuite, ownerSeed: Uint8Array, relay: RelayId): BoxSide {
  const derive = (label: string, length: number) => suite.hkdf(ownerSeed, utf8(relay), utf8(label), length);
  return {
    box: toHex(derive(LABELS.boxId, ID_BYTES)) as BoxId,
    macKey: derive(LABELS.boxOwnerMac, KEY_BYTES),
  };
}
