/** Relay addresses as people write them: a multiaddr that ends in the relay's identity. */
import type { RelayId, RelayRef } from "@kith/protocol";

const ADDRESS = /^((?:\/[A-Za-z0-9._:%-]+)+)\/p2p\/([1-9A-HJ-NP-Za-km-z]{40,60})$/;
const MAX_ADDRESS_CHARACTERS = 320;

/** The relay an address names, or null when it is not `/…/p2p/PEERID`. */
export function parseRelayAddress(address: string): RelayRef | null {
  if (address.length > MAX_ADDRESS_CHARACTERS) return null;
  const [, route, relay] = ADDRESS.exec(address.trim()) ?? [];
  return route === undefined || relay === undefined ? null : { relay: relay as RelayId, addresses: [route] };
}

/** One reference for each relay, with all its addresses, in the order in which they were written. */
export function groupRelayAddresses(refs: readonly RelayRef[]): readonly RelayRef[] {
  const byRelay = new Map<RelayId, string[]>();
  for (const { relay, addresses } of refs) byRelay.set(relay, [...(byRelay.get(relay) ?? []), ...addresses]);
  return [...byRelay].map(([relay, addresses]) => ({ relay, addresses: [...new Set(addresses)] }));
}
