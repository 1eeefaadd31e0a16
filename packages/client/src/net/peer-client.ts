/**
 * Opens channels under throw-away identities. One host and so one PeerId per identity, started when first needed;
 * one connection per identity and peer, closed with its last channel; `once` has a host of its own.
 */
import { err, ok, type RelayRef, type Result } from "@kith/protocol";
import type { Connection, Stream } from "@libp2p/interface";
import type { Multiaddr } from "@multiformats/multiaddr";
import { startClientHost, startIntroducedHost } from "#hosts";
import type { Channel, ClientIdentity, KithProtocol, LinkError } from "../ports.ts";
import { transportOf } from "./addresses.ts";
import { openChannel } from "./channel.ts";
import { dialAddresses } from "./dial-addresses.ts";
import { INTRODUCE_TIMEOUT_MS, type PeerHost } from "./host-contract.ts";
import { introducedDials } from "./introduced.ts";
import { PROTOCOL_IDS } from "./protocol-ids.ts";
import { withinMs } from "./timers.ts";

/** How long opening a channel may take, in ms. */
export const DIAL_TIMEOUT_MS = 8_000;

/** How long a host may take to stop, in ms: one with WebRTC connections sometimes never does. */
const STOP_TIMEOUT_MS = 3_000;

/** How long an open connection may take to end in good order when its host stops, in ms. */
const LINGER_MS = 100;

/** Streams of one protocol on one connection; the serving side allows as many. */
export const MAX_STREAMS_PER_PEER = 64;

/** Tries to be introduced: one in five stalls, and the next one mostly works. */
const INTRODUCE_TRIES = 3;

type LastingIdentity = Exclude<ClientIdentity, "once">;

/** The dialling half of the network. */
export class PeerClient {
  readonly #hosts = new Map<LastingIdentity, Promise<PeerHost>>();
  readonly #onceHosts = new Set<PeerHost>();
  readonly #uses = new Map<Connection, number>();
  readonly #iceServers: readonly string[];
  #isStopped = false;

  /** @param iceServers URLs of STUN and TURN servers for links that a relay introduces. */
  constructor(iceServers: readonly string[] = []) {
    this.#iceServers = iceServers;
  }

  /** Opens a channel; an address that cannot be dialled is left out and all are named when none works. */
  async open(target: RelayRef, protocol: KithProtocol, identity: ClientIdentity): Promise<Result<Channel, LinkError>> {
    if (this.#isStopped) return err({ code: "closed" });
    const addresses = dialAddresses(target);
    if (addresses.length === 0) return await this.#openIntroduced(target, protocol);
    if (identity === "once") return await this.#openOnce(target, addresses, protocol);
    const host = await this.#hostFor(identity);
    const opened = await this.#openOn(host, target, addresses, protocol);
    // A connection that its last user closed in this moment is still handed out; the second dial makes a new one.
    if (opened.ok || opened.error.code !== "closed" || this.#isStopped) return opened;
    return await this.#openOn(host, target, addresses, protocol);
  }

  /** Whether a connection to the target can be made, under an identity of its own and on a connection of its own. */
  async probe(target: RelayRef): Promise<boolean> {
    const addresses = dialAddresses(target);
    if (addresses.length === 0 || this.#isStopped) return false;
    const host = await this.#startOnce(addresses);
    const isReachable = await withinMs(
      DIAL_TIMEOUT_MS,
      host.dial(addresses, { signal: AbortSignal.timeout(DIAL_TIMEOUT_MS) }),
    );
    this.#stopOnce(host);
    return isReachable;
  }

  /** The connections of one identity, for tests that look at what a relay can tell apart. */
  async peerIdOf(identity: LastingIdentity): Promise<string> {
    return (await this.#hostFor(identity)).peerId.toString();
  }

  /** Stops every host; gives up on one that does not stop. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    const hosts = [...this.#onceHosts, ...(await Promise.all(this.#hosts.values()))];
    this.#hosts.clear();
    this.#onceHosts.clear();
    await Promise.all(hosts.map((host) => stopHost(host)));
  }

  async #openOnce(
    target: RelayRef,
    addresses: Multiaddr[],
    protocol: KithProtocol,
  ): Promise<Result<Channel, LinkError>> {
    const host = await this.#startOnce(addresses);
    const opened = await this.#openOn(host, target, addresses, protocol);
    if (opened.ok) opened.value.onClose(() => this.#stopOnce(host));
    else this.#stopOnce(host);
    return opened;
  }

  /** By a relay that introduces us, under an identity for this once; the link does not need that relay any more. */
  async #openIntroduced(target: RelayRef, protocol: KithProtocol): Promise<Result<Channel, LinkError>> {
    const dials = protocol === "direct" || protocol === "file" ? introducedDials(target) : [];
    for (let attempt = 0; attempt < INTRODUCE_TRIES && dials.length > 0 && !this.#isStopped; attempt++) {
      const host = await this.#startIntroduced();
      if (host === null) break;
      const dial = dials[attempt % dials.length] as Multiaddr;
      const opened = await this.#openOn(host, target, [dial], protocol, INTRODUCE_TIMEOUT_MS);
      if (opened.ok) {
        opened.value.onClose(() => this.#stopOnce(host));
        leaveRelays(host);
        return opened;
      }
      this.#stopOnce(host);
    }
    return err({ code: "unreachable", tried: target.addresses });
  }

  async #openOn(
    host: PeerHost,
    target: RelayRef,
    addresses: Multiaddr[],
    protocol: KithProtocol,
    timeoutMs: number = DIAL_TIMEOUT_MS,
  ): Promise<Result<Channel, LinkError>> {
    const signal = AbortSignal.timeout(timeoutMs);
    let connection: Connection;
    try {
      connection = await host.dial(addresses, { signal });
    } catch {
      // A dial has dozens of causes and one meaning: no address led to that peer.
      return err({ code: "unreachable", tried: target.addresses });
    }
    this.#uses.set(connection, (this.#uses.get(connection) ?? 0) + 1);
    let stream: Stream;
    try {
      const limits = { maxOutboundStreams: MAX_STREAMS_PER_PEER };
      stream = await connection.newStream(PROTOCOL_IDS[protocol], { signal, ...limits });
    } catch (error) {
      this.#release(connection);
      return err(streamError(error, signal));
    }
    const channel = openChannel(stream, target.relay);
    channel.onClose(() => this.#release(connection));
    return ok(channel);
  }

  #release(connection: Connection): void {
    const uses = (this.#uses.get(connection) ?? 1) - 1;
    if (uses > 0) {
      this.#uses.set(connection, uses);
      return;
    }
    this.#uses.delete(connection);
    connection.close().catch((error: Error) => connection.abort(error));
  }

  #hostFor(identity: LastingIdentity): Promise<PeerHost> {
    const running = this.#hosts.get(identity);
    if (running !== undefined) return running;
    const started = startClientHost(true);
    this.#hosts.set(identity, started);
    return started;
  }

  async #startOnce(addresses: readonly Multiaddr[]): Promise<PeerHost> {
    const needsWebRtc = addresses.some((address) => transportOf(address.toString()) === "webrtc-direct");
    const host = await startClientHost(needsWebRtc);
    this.#onceHosts.add(host);
    return host;
  }

  async #startIntroduced(): Promise<PeerHost | null> {
    const started = await startIntroducedHost(this.#iceServers);
    if (started === null) return null;
    this.#onceHosts.add(started.host);
    return started.host;
  }

  #stopOnce(host: PeerHost): void {
    if (this.#onceHosts.delete(host)) void stopHost(host);
  }
}

/** Lets go of the relay that introduced us: a limited circuit and the connection under it. */
function leaveRelays(host: PeerHost): void {
  for (const connection of host.getConnections()) {
    if (connection.remoteAddr.toString().includes("/webrtc/")) continue;
    connection.close().catch((error: Error) => connection.abort(error));
  }
}

/** Stops a host, for at most three seconds; what it just sent has a moment to leave. */
export async function stopHost(host: PeerHost): Promise<void> {
  const connections = host.getConnections();
  await withinMs(
    LINGER_MS,
    Promise.all(connections.map((each) => each.close({ signal: AbortSignal.timeout(LINGER_MS) }))),
  );
  for (const connection of connections) if (connection.status !== "closed") connection.abort(new Error("stopping"));
  await withinMs(STOP_TIMEOUT_MS, Promise.resolve(host.stop()));
}

/** What a stream that could not be opened means for whoever wanted a channel. */
export function streamError(error: unknown, signal: AbortSignal): LinkError {
  if (error instanceof Error && error.name === "UnsupportedProtocolError") return { code: "unsupported" };
  return signal.aborted ? { code: "timeout" } : { code: "closed" };
}
