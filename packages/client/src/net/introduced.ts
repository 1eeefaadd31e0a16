/**
 * Addresses at which a relay introduces two peers, who then go on without it: a relay's address, its id, a circuit, and
 * WebRTC. They belong to a throw-away identity of the one who can be met there, never to a relay.
 */
import { MAX_ADDRESS_BYTES, MAX_ADDRESSES, type RelayRef } from "@kith/protocol";
import { type Multiaddr, multiaddr } from "@multiformats/multiaddr";
import { chooseAddresses } from "#transports";
import { isDialable, transportOf } from "./addresses.ts";

const INTRODUCED = /^(.+)\/p2p\/([1-9A-HJ-NP-Za-km-z]{40,60})\/p2p-circuit\/webrtc$/;

/** The multiaddr at which a relay is asked to hold a place for introductions. */
export function circuitAddresses(relay: RelayRef): readonly Multiaddr[] {
  return chooseAddresses(relay.addresses.filter(isDialable)).map((address) =>
    multiaddr(`${address}/p2p/${relay.relay}/p2p-circuit`),
  );
}

/**
 * Where somebody can be introduced to us by these relays: at addresses that pages can dial, those with TLS first, since
 * they work in every page.
 * @returns at most three, of several relays rather than of one.
 */
export function introducedAddresses(relays: readonly RelayRef[]): readonly string[] {
  const perRelay = relays.map(({ relay, addresses }) =>
    addresses
      .filter((address) => isDialable(address) && transportOf(address) !== "tcp")
      .sort((a, b) => rank(a) - rank(b))
      .map((address) => `${address}/p2p/${relay}/p2p-circuit/webrtc`)
      .filter((address) => address.length <= MAX_ADDRESS_BYTES),
  );
  const longest = Math.max(0, ...perRelay.map((each) => each.length));
  const inTurn = Array.from({ length: longest }, (_, turn) => perRelay.flatMap((each) => each.slice(turn, turn + 1)));
  return inTurn.flat().slice(0, MAX_ADDRESSES);
}

/** The addresses of a reference at which this process can be introduced to it; empty when there is none. */
export function introducedDials(target: RelayRef): readonly Multiaddr[] {
  const dials: Multiaddr[] = [];
  for (const address of target.addresses) {
    const [, base = ""] = INTRODUCED.exec(address) ?? [];
    if (address.length > MAX_ADDRESS_BYTES || !isDialable(base) || chooseAddresses([base]).length === 0) continue;
    try {
      dials.push(multiaddr(`${address}/p2p/${target.relay}`));
    } catch {
      // not a multiaddr or not a PeerId, whatever it looked like: nothing to dial
    }
  }
  return dials;
}

function rank(address: string): number {
  if (/\/(wss|tls)(\/|$)/.test(address)) return 0;
  return transportOf(address) === "ws" ? 1 : 2;
}
