/** From references to what libp2p dials. */
import type { RelayRef } from "@kith/protocol";
import { type Multiaddr, multiaddr } from "@multiformats/multiaddr";
import { chooseAddresses } from "#transports";
import { isDialable } from "./addresses.ts";

/** The addresses of a reference that this process dials, each with the peer's id; empty when its id is not one. */
export function dialAddresses(target: RelayRef): Multiaddr[] {
  const addresses: Multiaddr[] = [];
  for (const address of chooseAddresses(target.addresses.filter(isDialable))) {
    try {
      addresses.push(multiaddr(`${address}/p2p/${target.relay}`));
    } catch {
      // not a multiaddr or not a PeerId, whatever it looked like: nothing to dial
    }
  }
  return addresses;
}
