/** Identifiers as branded texts: map keys, log-safe names and JSON values; bytes only inside codecs. */
import type { Brand } from "./brand.ts";
import { fromHex, toHex } from "./bytes.ts";
import { bytes, field, list, mapped, record, type Shape, text } from "./codec/schema.ts";
import { MAX_ADDRESS_BYTES, MAX_ADDRESSES } from "./limits.ts";

/** An account: hex of the 32-byte x-only root public key. */
export type AccountId = Brand<string, "AccountId">;
/** A device: hex of its 32-byte Ed25519 signing key. */
export type DeviceId = Brand<string, "DeviceId">;
/** A device's request box on one relay: hex of 16 bytes. */
export type BoxId = Brand<string, "BoxId">;
/** One side's name of a queue on one relay (send id or receive id): hex of 16 bytes. */
export type QueueId = Brand<string, "QueueId">;
/** A message's content: hex of 16 random bytes, the same on every device and try. */
export type ContentId = Brand<string, "ContentId">;
/** An envelope: hex of SHA-256 over its bytes. */
export type EnvelopeId = Brand<string, "EnvelopeId">;
/** A relay: its libp2p PeerId in text form. */
export type RelayId = Brand<string, "RelayId">;

/** The shape of an id that is the hex of `size` bytes. */
export function hexId<T extends string>(size: number): Shape<T> {
  return mapped(
    bytes(size),
    (value) => toHex(value) as T,
    (id) => fromHex(id),
  );
}

/** Codec shapes of the identifiers. */
export const accountId: Shape<AccountId> = hexId(32);
export const deviceId: Shape<DeviceId> = hexId(32);
export const boxId: Shape<BoxId> = hexId(16);
export const queueId: Shape<QueueId> = hexId(16);
export const contentId: Shape<ContentId> = hexId(16);
export const envelopeId: Shape<EnvelopeId> = hexId(32);
export const relayId: Shape<RelayId> = mapped(
  text(64),
  (value) => (/^[1-9A-HJ-NP-Za-km-z]{40,60}$/.test(value) ? (value as RelayId) : null),
  (id) => id,
);

/** Where a relay can be found: its identity and at most three multiaddrs without the trailing /p2p part. */
export interface RelayRef {
  readonly relay: RelayId;
  readonly addresses: readonly string[];
}

/** Codec shape of a relay reference. */
export const relayRef: Shape<RelayRef> = record<RelayRef>({
  relay: field(1, relayId),
  addresses: field(2, list(text(MAX_ADDRESS_BYTES), MAX_ADDRESSES)),
});
