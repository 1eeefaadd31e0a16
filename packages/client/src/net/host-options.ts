/** What every libp2p host of Kith has in common, and the throw-away hosts that only dial. */
import type { Transport } from "@libp2p/interface";
import { noise } from "@libp2p/noise";
import { yamux } from "@libp2p/yamux";
import { createLibp2p, type Libp2p, type Libp2pOptions } from "libp2p";
import { makeTransports } from "#transports";

/** Makes one transport of a host. */
export type TransportFactory = (components: never) => Transport;

/** How long one address may take, in ms: three of them fit the bound of a whole dial. */
export const ADDRESS_DIAL_TIMEOUT_MS = 2_500;

/** Upper end of the receive window of a stream; with what a framed stream buffers it stays near 1 MiB. */
const STREAM_WINDOW_BYTES = 512 * 1024;

/** How often a client asks whether a relay still lives, in ms. */
const CLIENT_PING_INTERVAL_MS = 15_000;

/** The options of every host. @param withWebRtc loads the WebRTC transport where it is not built in. */
export async function commonOptions(withWebRtc: boolean): Promise<Libp2pOptions> {
  const transports = await makeTransports(withWebRtc);
  return {
    nodeInfo: { name: "kith", version: "1", userAgent: "kith" },
    transports: transports as unknown as NonNullable<Libp2pOptions["transports"]>,
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
