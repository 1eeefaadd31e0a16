/** From references to what libp2p dials. */
import type { RelayRef } from "@kith/protocol";
import { type Multiaddr, multiaddr } from "@multiformats/multiaddr";
import { isDialable, transportOf } from "./addresses.ts";

/**
 * The addresses of a reference that Kith dials, each with the peer's id; empty when its id is not one.
 * Where there is TCP, webrtc-direct is left to peers that offer nothing else: it costs ten times as much, waits seconds
 * for a machine that is off, and its native listener can abort a process that stops while somebody dials it.
 */
export function dialAddresses(target: RelayRef, hasTcp: boolean = isNode()): Multiaddr[] {
  const dialable = target.addresses.filter(isDialable);
  const plain = dialable.filter((address) => transportOf(address) !== "webrtc-direct");
  const addresses: Multiaddr[] = [];
  for (const address of hasTcp && plain.length > 0 ? plain : dialable) {
    try {
      addresses.push(multiaddr(`${address}/p2p/${target.relay}`));
    } catch {
      // not a multiaddr or not a PeerId, whatever it looked like: nothing to dial
    }
  }
  return addresses;
}

function isNode(): boolean {
  return globalThis.process?.versions?.node !== undefined;
}
