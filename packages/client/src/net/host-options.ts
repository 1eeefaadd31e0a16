/** What every libp2p host of Kith has in common, and the throw-away hosts: those that dial, and those introduced. */
import { identify } from "@libp2p/identify";
import type { Transport } from "@libp2p/interface";
import { noise } from "@libp2p/noise";
import { yamux } from "@libp2p/yamux";
import type { Multiaddr } from "@multiformats/multiaddr";
import { createLibp2p, type Libp2p, type Libp2pOptions } from "libp2p";
import { makeIntroducedTransports, makeTransports } from "#transports";

/** Makes one transport of a host. */
export type TransportFactory = (components: never) => Transport;

/** How long one address may take, in ms: three of them fit the bound of a whole dial. */
export const ADDRESS_DIAL_TIMEOUT_MS = 2_500;

/** Upper end of the receive window of a stream; with what a framed stream buffers it stays near 1 MiB. */
const STREAM_WINDOW_BYTES = 512 * 1024;

/** How often a client asks whether a relay still lives, in ms. */
const CLIENT_PING_INTERVAL_MS = 15_000;

/** How long one try to be introduced to a peer may take, in ms: one try in five stalls, the others take under one. */
export const INTRODUCE_TIMEOUT_MS = 6_000;

/** Connections of a host that can be introduced: its relays, and contacts. */
const MAX_INTRODUCED = 128;

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
export async function startClientHost(withWebRtc: boolean): Promise<Libp2p> {
  return await createLibp2p({
    ...(await commonOptions(withWebRtc)),
    addresses: { listen: [] },
    connectionManager: { addressDialTimeout: ADDRESS_DIAL_TIMEOUT_MS },
    connectionMonitor: { pingInterval: CLIENT_PING_INTERVAL_MS },
  });
}

/** A host that can be introduced, and how it asks a relay for a place. */
export interface IntroducedHost {
  readonly host: Libp2p;
  /** @throws Error when the relay cannot be dialled or holds no place for us. */
  reserve(circuit: Multiaddr): Promise<void>;
}

/**
 * Makes a throw-away host that relays can introduce to others, or others to it; null where WebRTC does not exist.
 * @param iceServers URLs of STUN and TURN servers; none are asked without.
 */
export async function startIntroducedHost(iceServers: readonly string[]): Promise<IntroducedHost | null> {
  const transports = await makeIntroducedTransports(iceServers);
  if (transports === null) return null;
  let reserve: IntroducedHost["reserve"] = () => Promise.reject(new Error("the host has not started"));
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
        reserve = (circuit) => transportManager.listen([circuit]);
        return {};
      },
    } as unknown as NonNullable<Libp2pOptions["services"]>,
  });
  return { host, reserve: (circuit) => reserve(circuit) };
}
