/** Relays and addresses in few bytes, for texts that people scan or paste. */
import { base58 } from "@scure/base";
import { bytes, mapped, type Shape } from "../codec/schema.ts";
import { type RelayId, relayId } from "../ids.ts";
import { MAX_ADDRESS_BYTES } from "../limits.ts";
import { publicKeyToRelay, relayPublicKey } from "../relay/relay-record.ts";
import { addressToBytes, bytesToAddress } from "./address-bytes.ts";

/** Bytes of an Ed25519 public key; longer PeerIds travel whole. */
const ED25519_BYTES = 32;
const MAX_PEER_ID_BYTES = 48;

/** Codec shape of a relay's id. */
export const relayBytes: Shape<RelayId> = mapped(
  bytes(ED25519_BYTES, MAX_PEER_ID_BYTES),
  bytesToRelay,
  (relay) => relayPublicKey(relay) ?? base58.decode(relay),
);

function bytesToRelay(value: Uint8Array): RelayId | null {
  if (value.length === ED25519_BYTES) return publicKeyToRelay(value);
  const read = relayId.fromCbor(base58.encode(value), "");
  return read.ok && relayPublicKey(read.value) === null ? read.value : null;
}

/** Codec shape of an address. */
export const addressShape: Shape<string> = mapped(bytes(1, MAX_ADDRESS_BYTES + 1), bytesToAddress, addressToBytes);
