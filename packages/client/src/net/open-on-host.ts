/** Channels of the listening host: over the connections that the DHT has already, which stay when a channel ends. */
import { err, ok, type RelayRef, type Result } from "@kith/protocol";
import type { Channel, KithProtocol, LinkError } from "../ports.ts";
import { openChannel } from "./channel.ts";
import { dialAddresses } from "./dial-addresses.ts";
import type { PeerHost } from "./host-contract.ts";
import { DIAL_TIMEOUT_MS, MAX_STREAMS_PER_PEER, streamError } from "./peer-client.ts";
import { PROTOCOL_IDS } from "./protocol-ids.ts";

/** Opens a channel under the identity of a host, dialling only where no connection is open. */
export async function openOnHost(
  host: Pick<PeerHost, "dial">,
  target: RelayRef,
  protocol: KithProtocol,
): Promise<Result<Channel, LinkError>> {
  const signal = AbortSignal.timeout(DIAL_TIMEOUT_MS);
  const unreachable = err({ code: "unreachable", tried: target.addresses } as const);
  const addresses = dialAddresses(target);
  if (addresses.length === 0) return unreachable;
  const connection = await host.dial(addresses, { signal }).catch(() => null);
  if (connection === null) return unreachable;
  try {
    const stream = await connection.newStream(PROTOCOL_IDS[protocol], {
      signal,
      maxOutboundStreams: MAX_STREAMS_PER_PEER,
    });
    return ok(openChannel(stream, target.relay));
  } catch (error) {
    return err(streamError(error, signal));
  }
}
