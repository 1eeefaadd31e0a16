/** Relays and addresses in few bytes, for texts that people scan or paste. */
import { base58 } from "@scure/base";
import { bytes, field, list, mapped, record, type Shape } from "../codec/schema.ts";
import { boxId, type RelayId, relayId } from "../ids.ts";
import { MAX_ADDRESS_BYTES, MAX_ADDRESSES } from "../limits.ts";
import { publicKeyToRelay, relayPublicKey } from "../relay/relay-record.ts";
import { addressToBytes, bytesToAddress } from "./address-bytes.ts";
import type { BoxRef } from "./box-ref.ts";

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

interface FlatBox {
  readonly boxId: BoxRef["boxId"];
  readonly relay: RelayId;
  readonly addresses: readonly string[];
}

/** Codec shape of a box. */
export const compactBox: Shape<BoxRef> = mapped(
  record<FlatBox>({
    boxId: field(1, boxId),
    relay: field(2, relayBytes),
    addresses: field(3, list(addressShape, MAX_ADDRESSES)),
  }),
  (flat) => ({ boxId: flat.boxId, relay: { relay: flat.relay, addresses: flat.addresses } }),
  ({ boxId: id, relay }) => ({ boxId: id, relay: relay.relay, addresses: relay.addresses }),
);

/** The same boxes without the last address of the one that has most. */
export function withFewerAddresses(boxes: readonly BoxRef[]): readonly BoxRef[] {
  const most = Math.max(...boxes.map((each) => each.relay.addresses.length));
  const at = boxes.findLastIndex((each) => each.relay.addresses.length === most);
  return boxes.map((each, index) => (index === at ? withoutLastAddress(each) : each));
}

function withoutLastAddress(each: BoxRef): BoxRef {
  return { ...each, relay: { ...each.relay, addresses: each.relay.addresses.slice(0, -1) } };
}
