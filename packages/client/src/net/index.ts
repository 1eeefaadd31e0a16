/** Kith's libp2p network; the only part of the engine that imports libp2p. */
export { pickAddresses, scopeOf, stripPeerId } from "./addresses.ts";
export type { Gossip, GossipVerdict } from "./gossip.ts";
export type { DhtMode } from "./host.ts";
export { createLibp2pNetwork, Libp2pNetwork, type Libp2pNetworkOptions } from "./libp2p-network.ts";
