/**
 * What an origin offers to the app it serves, as the app reads it from `/network.json` beside its index.html: the face
 * of a node, or a network to be a peer of. The app decides by this file alone which of the two it is.
 */
import type { NetworkParameters } from "@kith/client";

/** Where the app asks. */
export const ORIGIN_PATH = "/network.json";

/** The version of this file; an app that knows only an older one says so instead of guessing. */
const FORMAT = 1;

/** A network for peers that run in the page. */
export interface PeerNetwork {
  readonly parameters: NetworkParameters;
  /** Multiaddrs that end in /p2p/PEERID and that a browser can dial. */
  readonly relays: readonly string[];
}

/** The file on the page that drives a node. @param peerPage the address of the page for peers; null when there is none. */
export function describeNodeOrigin(peerPage: string | null): object {
  return { format: FORMAT, mode: "node", peerPage };
}

/** The file on a page for peers. */
export function describePeerOrigin({ parameters, relays }: PeerNetwork): object {
  const { netId, seedRelays, ...rest } = parameters;
  const seeds = seedRelays.flatMap(({ relay, addresses }) => addresses.map((address) => `${address}/p2p/${relay}`));
  const all = new Set([...relays, ...seeds].filter(isForBrowsers));
  return { format: FORMAT, mode: "peer", netId, parameters: rest, relays: [...all] };
}

/** Whether a browser has a transport for an address: WebSocket or webrtc-direct. */
export function isForBrowsers(address: string): boolean {
  return /\/(?:wss?|webrtc-direct)(?:\/|$)/.test(address);
}
