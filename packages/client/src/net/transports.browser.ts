/** How a page connects: WebSocket and webrtc-direct. */
import { webRTC, webRTCDirect } from "@libp2p/webrtc";
import { webSockets } from "@libp2p/websockets";
import { scopeOf, transportOf } from "./addresses.ts";
import type { TransportFactory } from "./host-contract.ts";

/** The transports of one host; a browser has WebRTC built in, so it costs nothing to have it always. */
export async function makeTransports(): Promise<readonly TransportFactory[]> {
  // Without an explicit list the package asks four public STUN servers for every connection.
  return [webSockets(), webRTCDirect({ rtcConfiguration: { iceServers: [] } })];
}

/** The transports of a host that relays introduce. */
export async function makeIntroducedTransports(iceServers: readonly string[]): Promise<readonly TransportFactory[]> {
  const rtcConfiguration = { iceServers: iceServers.map((urls) => ({ urls })) };
  return [...(await makeTransports()), webRTC({ rtcConfiguration })];
}

/**
 * Which of the addresses of one peer a page dials: no TCP, and from an https page no WebSocket without TLS except on
 * this machine, because browsers refuse it as mixed content. WebSocket first: webrtc-direct waits longer for a machine
 * that is off.
 * @param pageProtocol `https:` for a page that came over TLS.
 */
export function chooseAddresses(
  addresses: readonly string[],
  pageProtocol: string = globalThis.location?.protocol ?? "",
): readonly string[] {
  const isSecurePage = pageProtocol === "https:";
  const webSocket = addresses.filter(
    (address) => transportOf(address) === "ws" && (!isSecurePage || hasTls(address) || scopeOf(address) === "loopback"),
  );
  return [...webSocket, ...addresses.filter((address) => transportOf(address) === "webrtc-direct")];
}

function hasTls(address: string): boolean {
  return /\/(wss|tls)(\/|$)/.test(address);
}
