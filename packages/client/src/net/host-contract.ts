/** What the network needs of a libp2p host: under Node all of libp2p, in a page the small one of `page/`. */
import type { Connection, PeerId, StreamHandler, StreamHandlerOptions, Transport } from "@libp2p/interface";
import type { Multiaddr } from "@multiformats/multiaddr";

/** Makes one transport of a host. */
export type TransportFactory = (components: never) => Transport;

/** How long one address may take, in ms: three of them fit the bound of a whole dial. */
export const ADDRESS_DIAL_TIMEOUT_MS = 2_500;

/** Upper end of the receive window of a stream; with what a framed stream buffers it stays near 1 MiB. */
export const STREAM_WINDOW_BYTES: number = 512 * 1024;

/** How often a client asks whether a relay still lives, in ms. */
export const CLIENT_PING_INTERVAL_MS = 15_000;

/** How long one try to be introduced to a peer may take, in ms: one try in five stalls, the others take under one. */
export const INTRODUCE_TIMEOUT_MS = 6_000;

/** Connections of a host that can be introduced: its relays, and contacts. */
export const MAX_INTRODUCED = 128;

/** A throw-away host. */
export interface PeerHost {
  readonly peerId: PeerId;
  /** An open connection to the peer that the addresses end in, or a new one at the first that works. */
  dial(addresses: Multiaddr[], options: { readonly signal: AbortSignal }): Promise<Connection>;
  getConnections(): Connection[];
  handle(protocol: string, handler: StreamHandler, options: StreamHandlerOptions): Promise<void>;
  /** Aborts what is still open. */
  stop(): Promise<void> | void;
}

/** A host that relays introduce to others, and others to it. */
export interface IntroducedHost {
  readonly host: PeerHost;
  /** Asks a relay for a place. @throws Error when it cannot be dialled or holds no place for us. */
  reserve(circuit: Multiaddr): Promise<void>;
  /** The ids of the relays that hold a place now. */
  held(): ReadonlySet<string>;
  /** Calls `listener` when places came or went. */
  onPlaces(listener: () => void): void;
}
