/** A relay's own signed address record, so that its newest addresses can be asked of any relay. */
import { base58 } from "@scure/base";
import { type DecodeError, decodeAs, encodeAs, field, list, record, type Shape, text, uint } from "../codec/schema.ts";
import { decodeSigned, encodeSigned, signedBytes } from "../codec/signed.ts";
import { DOMAINS } from "../crypto/labels.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import { type RelayId, relayId } from "../ids.ts";
import { MAX_ADDRESS_BYTES, MAX_ADDRESSES } from "../limits.ts";
import { err, ok, type Result } from "../result.ts";

/** Addresses of a relay; a higher `seq` replaces a lower one. Times are Unix ms. */
export interface RelayRecord {
  readonly relay: RelayId;
  readonly addresses: readonly string[];
  readonly seq: number;
  readonly expiresMs: number;
}

/** Why a relay record is refused. */
export type RelayRecordError =
  | DecodeError
  | { readonly code: "relay-record-forged" }
  | { readonly code: "relay-record-expired" };

const MAX_RELAY_RECORD_BYTES = 2048;

const relayRecordShape: Shape<RelayRecord> = record<RelayRecord>({
  relay: field(1, relayId),
  addresses: field(2, list(text(MAX_ADDRESS_BYTES), MAX_ADDRESSES)),
  seq: field(3, uint()),
  expiresMs: field(4, uint()),
});

/** The start of an Ed25519 PeerId: identity multihash of a 36-byte protobuf key. */
const ED25519_PEER_ID = [0x00, 0x24, 0x08, 0x01, 0x12, 0x20];

/** The Ed25519 public key inside a PeerId of text form `12D3Koo…`; null for other key types and other texts. */
export function relayPublicKey(relay: RelayId): Uint8Array | null {
  let decoded: Uint8Array;
  try {
    decoded = base58.decode(relay);
  } catch {
    return null; // the library has one failure: not this alphabet
  }
  const isEd25519 = decoded.length === 38 && ED25519_PEER_ID.every((byte, index) => decoded[index] === byte);
  return isEd25519 ? decoded.slice(ED25519_PEER_ID.length) : null;
}

/** The bytes of an Ed25519 PeerId, whose SHA-256 is its place in the DHT; null for other key types and other texts. */
export function relayMultihash(relay: RelayId): Uint8Array | null {
  const publicKey = relayPublicKey(relay);
  return publicKey === null ? null : bytesOf(publicKey);
}

/** The PeerId of an Ed25519 public key. */
export function publicKeyToRelay(publicKey: Uint8Array): RelayId {
  return base58.encode(bytesOf(publicKey)) as RelayId;
}

function bytesOf(publicKey: Uint8Array): Uint8Array {
  return Uint8Array.from([...ED25519_PEER_ID, ...publicKey]);
}

/** Signs a record with the relay's 32-byte Ed25519 seed. */
export async function signRelayRecord(suite: CryptoSuite, seed: Uint8Array, value: RelayRecord): Promise<Uint8Array> {
  const body = encodeAs(relayRecordShape, value);
  return encodeSigned({ body, signature: await suite.ed25519Sign(seed, signedBytes(DOMAINS.relayRecord, body)) });
}

/** Verifies a record against the key inside the PeerId it names. */
export async function verifyRelayRecord(
  suite: CryptoSuite,
  encoded: Uint8Array,
  nowMs: number,
): Promise<Result<RelayRecord, RelayRecordError>> {
  const signed = decodeSigned(encoded, MAX_RELAY_RECORD_BYTES);
  if (!signed.ok) return signed;
  const value = decodeAs(relayRecordShape, signed.value.body, MAX_RELAY_RECORD_BYTES);
  if (!value.ok) return value;
  const key = relayPublicKey(value.value.relay);
  const input = signedBytes(DOMAINS.relayRecord, signed.value.body);
  if (key === null || !(await suite.ed25519Verify(key, input, signed.value.signature))) {
    return err({ code: "relay-record-forged" });
  }
  return value.value.expiresMs > nowMs ? ok(value.value) : err({ code: "relay-record-expired" });
}
