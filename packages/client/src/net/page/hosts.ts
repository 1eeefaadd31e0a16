/** The throw-away hosts of a page: those that dial, and the one that is introduced. The counterpart of `host-options.ts`. */
import { makeIntroducedTransports, makeTransports } from "#transports";
import { ADDRESS_DIAL_TIMEOUT_MS, INTRODUCE_TIMEOUT_MS, type IntroducedHost, type PeerHost } from "../host-contract.ts";
import { PageHost } from "./page-host.ts";

/** Makes a host with a fresh identity that dials, and tells nothing about itself. */
export async function startClientHost(withWebRtc: boolean): Promise<PeerHost> {
  return await PageHost.start(await makeTransports(withWebRtc), ADDRESS_DIAL_TIMEOUT_MS);
}

/**
 * Makes a host that relays can introduce to others, or others to it.
 * @param iceServers URLs of STUN and TURN servers; none are asked without.
 */
export async function startIntroducedHost(iceServers: readonly string[]): Promise<IntroducedHost | null> {
  const transports = await makeIntroducedTransports(iceServers);
  if (transports === null) return null;
  const host = await PageHost.start(transports, INTRODUCE_TIMEOUT_MS);
  const { circuits } = host;
  return {
    host,
    reserve: (circuit) => circuits.reserve(circuit),
    held: () => circuits.held(),
    onPlaces: (listener) => circuits.onPlaces(listener),
  };
}
