/** How a Node process connects: TCP, WebSocket, and webrtc-direct where its native part exists. */
import { circuitRelayTransport } from "@libp2p/circuit-relay-v2";
import { tcp } from "@libp2p/tcp";
import { webSockets } from "@libp2p/websockets";
import { transportOf } from "./addresses.ts";
import type { TransportFactory } from "./host-contract.ts";
import { withKeptSockets } from "./kept-socket.ts";

/**
 * The transports of one host.
 * @param withWebRtc loads the WebRTC transport, which costs a second's quarter once and 6 ms a host.
 */
export async function makeTransports(withWebRtc: boolean): Promise<readonly TransportFactory[]> {
  const noDelay = { noDelay: true };
  const transports: TransportFactory[] = [tcp({ dialOpts: noDelay, listenOpts: noDelay }), webSockets()];
  const webRtc = withWebRtc ? await loadWebRtc() : null;
  return webRtc === null ? transports : [...transports, webRtc];
}

/** The transports of a host that relays introduce; null where the native part of WebRTC does not exist. */
export async function makeIntroducedTransports(
  iceServers: readonly string[],
): Promise<readonly TransportFactory[] | null> {
  try {
    const { webRTC } = await import("@libp2p/webrtc");
    const rtcConfiguration = { iceServers: iceServers.map((urls) => ({ urls })) };
    return [...(await makeTransports(true)), webRTC({ rtcConfiguration }), circuitRelayTransport()];
  } catch {
    return null;
  }
}

/**
 * Which of the addresses of one peer are dialled. Where there is TCP, webrtc-direct is left to peers that offer nothing
 * else: it costs ten times as much and waits seconds for a machine that is off.
 */
export function chooseAddresses(addresses: readonly string[]): readonly string[] {
  const plain = addresses.filter((address) => transportOf(address) !== "webrtc-direct");
  return plain.length > 0 ? plain : addresses;
}

// The package is native code that does not exist for every system; without it tcp and websockets still work.
async function loadWebRtc(): Promise<TransportFactory | null> {
  try {
    const { webRTCDirect } = await import("@libp2p/webrtc");
    // Without an explicit list the package asks four public STUN servers for every connection.
    return withKeptSockets(webRTCDirect({ rtcConfiguration: { iceServers: [] } }));
  } catch {
    return null;
  }
}
