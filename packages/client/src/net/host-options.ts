/**
 * What every libp2p host of a Node process has in common, and the throw-away hosts: those that dial, and those introduced.
 * The counterpart of `page/hosts.ts`.
 */
import { identify } from "@libp2p/identify";
import { noise } from "@libp2p/noise";
import { yamux } from "@libp2p/yamux";
import type { Multiaddr } from "@multiformats/multiaddr";
import { createLibp2p, type Libp2pOptions } from "libp2p";
import { makeIntroducedTransports, makeTransports } from "#transports";
import {
  ADDRESS_DIAL_TIMEOUT_MS,
  CLIENT_PING_INTERVAL_MS,
  INTRODUCE_TIMEOUT_MS,
  type IntroducedHost,
  MAX_INTRODUCED,
  type PeerHost,
  STREAM_WINDOW_BYTES,
  type TransportFactory,
} from "./host-contract.ts";

/** The options of every host. @param withWebRtc loads the WebRTC transport where it is not built in. */
export async function commonOptions(withWebRtc: boolean): Promise<Libp2pOptions> {
  return optionsWith(await makeTransports(withWebRtc));
}

function optionsWith(transports: readonly TransportFactory[]): Libp2pOptions {
  return {
    nodeInfo: { name: "kith", version: "1", userAgent: "kith" },
    transports: [...transports] as unknown as NonNullable<Libp2pOptions["transports"]>,
    connectionEncrypters: [noise()],
    streamMuxers: [yamux({ streamOptions: { maxStreamWindowSize: STREAM_WINDOW_BYTES } })],
    // Browsers refuse private and plain websocket addresses by default; a relay at home has no others.
    connectionGater: { denyDialMultiaddr: () => false },
  };
}

/** Makes a throw-away host: a fresh identity that dials and neither listens nor tells anything about itself. */
export async function startClientHost(withWebRtc: boolean): Promise<PeerHost> {
  return await createLibp2p({
    ...(await commonOptions(withWebRtc)),
    addresses: { listen: [] },
    connectionManager: { addressDialTimeout: ADDRESS_DIAL_TIMEOUT_MS },
    connectionMonitor: { pingInterval: CLIENT_PING_INTERVAL_MS },
  });
}

/**
 * Makes a throw-away host that relays can introduce to others, or others to it; null where WebRTC does not exist.
 * @param iceServers URLs of STUN and TURN servers; none are asked without.
 */
export async function startIntroducedHost(iceServers: readonly string[]): Promise<IntroducedHost | null> {
  const transports = await makeIntroducedTransports(iceServers);
  if (transports === null) return null;
  let listen: (addresses: Multiaddr[]) => Promise<void> = () => Promise.reject(new Error("the host has not started"));
  const host = await createLibp2p({
    ...optionsWith(transports),
    addresses: { listen: [] },
    connectionManager: {
      addressDialTimeout: INTRODUCE_TIMEOUT_MS,
      dialTimeout: INTRODUCE_TIMEOUT_MS,
      maxConnections: MAX_INTRODUCED,
    },
    connectionMonitor: { pingInterval: CLIENT_PING_INTERVAL_MS },
    services: {
      identify: identify(),
      // The only way to ask for a place after the start, and so for one that was lost.
      places: ({ transportManager }: { transportManager: { listen(addresses: Multiaddr[]): Promise<void> } }) => {
        listen = (addresses) => transportManager.listen(addresses);
        return {};
      },
    } as unknown as NonNullable<Libp2pOptions["services"]>,
  });
  return {
    host,
    reserve: (circuit) => listen([circuit]),
    held: () => new Set(host.getMultiaddrs().map(String).flatMap(relayOf)),
    onPlaces: (listener) => host.addEventListener("self:peer:update", listener),
  };
}

/** The relay that holds the place at an address. */
function relayOf(address: string): readonly string[] {
  return /\/p2p\/([^/]+)\/p2p-circuit/.exec(address)?.slice(1, 2) ?? [];
}
