/** The network port over libp2p: one host that listens, throw-away hosts that dial, the own relay without either. */
import { err, ok, type RelayId, type RelayRef, type Result } from "@kith/protocol";
import type { Connection, Libp2p, Stream } from "@libp2p/interface";
import type { Acceptor, Channel, ClientIdentity, KithProtocol, LinkError, Network, Prober, Routing } from "../ports.ts";
import { pickAddresses } from "./addresses.ts";
import { withFreePorts } from "./free-port.ts";
import { type Gossip, HostGossip } from "./gossip.ts";
import { HeldBudget } from "./held-budget.ts";
import { type DhtMode, type MainHost, remoteAddressOf, startMainHost } from "./host.ts";
import { InboundStream } from "./inbound.ts";
import { Lan } from "./lan.ts";
import { openOnHost } from "./open-on-host.ts";
import { openOwnChannel } from "./own-channel.ts";
import { MAX_STREAMS_PER_PEER, PeerClient, stopHost } from "./peer-client.ts";
import { PROTOCOL_IDS } from "./protocol-ids.ts";
import { RelayKeeper } from "./relay-keeper.ts";
import { createRouting, type WalkFigures } from "./routing.ts";
import { afterReal } from "./timers.ts";

/** How a process takes part in the network. */
export interface Libp2pNetworkOptions {
  /** 32-byte Ed25519 seed of the listening identity; without it the process listens nowhere. */
  readonly seed?: Uint8Array;
  /** Multiaddrs to listen on; a busy port gives way to the next free one, port 0 is any. */
  readonly listen: readonly string[];
  /** Multiaddrs to tell others instead of those bound. */
  readonly announce?: readonly string[];
  /** Whether to look for peers on the local network, and to be found there. */
  readonly mdns: boolean;
  readonly dht: DhtMode;
  /** Whether to introduce peers behind NATs to each other; 128 KiB and two minutes each. */
  readonly relayCircuits?: boolean;
  /** Whether to pass on what listening nodes tell each other unasked. */
  readonly gossips?: boolean;
  /** Peers to stay connected to, asked for again and again. */
  readonly knownPeers?: () => readonly RelayRef[];
  /** The client behind a connection from a port of this machine, when something of ours hands connections on. */
  readonly findSource?: (port: number) => string | undefined;
  /** Told after each walk of the DHT, for figures. */
  readonly onWalk?: (figures: WalkFigures) => void;
  /** Something outside of this program does not work; the text has no ids and no addresses of people. */
  readonly onWarning?: (message: string) => void;
  /** A bug of this program: a request handler threw. */
  readonly onError?: (error: unknown) => void;
}

/** Tries to bind again when a port found free was taken meanwhile. */
const BIND_ATTEMPTS = 3;

/** The network of one process. */
export class Libp2pNetwork implements Network, Prober {
  /** Which peers are close to a key. */
  readonly routing: Routing;
  /** Notes of other listening nodes; silent unless it gossips. */
  readonly gossip: Gossip;
  readonly #gossip = new HostGossip();
  readonly #options: Libp2pNetworkOptions;
  readonly #client = new PeerClient();
  readonly #acceptors = new Map<KithProtocol, Acceptor>();
  readonly #changeListeners: (() => void)[] = [];
  readonly #lan: Lan;
  readonly #budget = new HeldBudget();
  #main: MainHost | null = null;
  // Asked for with every message; parsing the addresses anew would cost more than sealing it.
  #self: RelayRef | null = null;
  #keeper: RelayKeeper | null = null;

  constructor(options: Libp2pNetworkOptions) {
    this.#options = options;
    this.#lan = new Lan({ onChange: () => this.#changed(), onWarning: (text) => options.onWarning?.(text) });
    this.gossip = this.#gossip;
    this.routing = createRouting({
      main: () => this.#main,
      self: () => this.self(),
      servesDirectory: () => this.#acceptors.has("directory"),
      onWalk: (figures) => options.onWalk?.(figures),
    });
  }

  /** All addresses this process is bound to, without the peer id. */
  get boundAddresses(): readonly string[] {
    if (this.#main === null || this.#options.seed === undefined) return [];
    return this.#main.host.getMultiaddrs().map((address) => address.toString().replace(/\/p2p\/[^/]+$/, ""));
  }

  /**
   * Binds the addresses and begins to look for peers.
   * @throws Error when an address cannot be bound.
   */
  async start(): Promise<void> {
    const { mdns, dht, seed } = this.#options;
    if (this.#main !== null || (seed === undefined && !mdns && dht === "off")) return;
    const main = await this.#startMain();
    this.#main = main;
    if (main.gossip !== null) this.#gossip.attach(main.gossip);
    main.host.addEventListener("self:peer:update", () => this.#changed());
    if (mdns) this.#lan.attach(main.host);
    this.#keeper = new RelayKeeper(main.host, this.#options.knownPeers ?? (() => []));
    this.#keeper.start();
  }

  /** Closes every channel; takes a few seconds at most. */
  async stop(): Promise<void> {
    this.#keeper?.stop();
    this.#gossip.detach();
    const main = this.#main;
    this.#main = null;
    this.#self = null;
    await Promise.all([this.#client.stop(), main === null ? null : stopHost(main.host)]);
  }

  async open(target: RelayRef, protocol: KithProtocol, identity: ClientIdentity): Promise<Result<Channel, LinkError>> {
    if (this.#main === null || target.relay !== this.#ownId()) {
      const host = identity === "node" && this.#ownId() !== null ? this.#main?.host : undefined;
      return host === undefined
        ? await this.#client.open(target, protocol, identity)
        : await openOnHost(host, target, protocol);
    }
    const acceptor = this.#acceptors.get(protocol);
    if (acceptor === undefined) return err({ code: "unsupported" });
    const onHandlerError = (error: unknown) => this.#options.onError?.(error);
    return ok(openOwnChannel({ peer: target.relay, acceptor, after: afterReal, onHandlerError }));
  }

  serve(protocol: KithProtocol, acceptor: Acceptor): void {
    this.#acceptors.set(protocol, acceptor);
    if (this.#main === null) return;
    void this.#handle(this.#main.host, protocol, acceptor).catch((error: unknown) => this.#options.onError?.(error));
  }

  self(): RelayRef | null {
    const relay = this.#ownId();
    if (relay === null) return null;
    if (this.#self === null) {
      const announce = this.#options.announce ?? [];
      this.#self = { relay, addresses: pickAddresses(announce.length > 0 ? announce : this.boundAddresses) };
    }
    return this.#self;
  }

  nearby(): readonly RelayRef[] {
    return this.#lan.nearby;
  }

  onChange(listener: () => void): void {
    this.#changeListeners.push(listener);
  }

  async probe(target: RelayRef): Promise<boolean> {
    return await this.#client.probe(target);
  }

  /** The PeerId remotes see for an identity; `once` has a new one for every channel. */
  async peerIdOf(identity: Exclude<ClientIdentity, "once">): Promise<string> {
    return await this.#client.peerIdOf(identity);
  }

  /** PeerIds now connected to the listening host. */
  connectedPeers(): readonly string[] {
    return this.#main?.host.getPeers().map(String) ?? [];
  }

  /** How many peers the DHT's routing table holds now; known at once, unlike what a walk would find. */
  get routingPeers(): number {
    return this.#main?.dht?.routingTable.size ?? 0;
  }

  #ownId(): RelayId | null {
    if (this.#main === null || this.#options.seed === undefined) return null;
    return this.#main.host.peerId.toString() as RelayId;
  }

  #changed(): void {
    this.#self = null;
    for (const listener of this.#changeListeners) listener();
  }

  async #startMain(): Promise<MainHost> {
    const { seed, announce = [], dht, mdns, relayCircuits = false, gossips = false } = this.#options;
    for (let attempt = 1; ; attempt++) {
      const listen = seed === undefined ? [] : await withFreePorts(this.#options.listen);
      try {
        return await startMainHost({
          seed: seed ?? null,
          listen,
          announce,
          dht,
          relayCircuits,
          gossips,
          discovery: mdns ? [this.#lan.discovery()] : [],
          prepare: async (host) => {
            for (const [protocol, acceptor] of this.#acceptors) await this.#handle(host, protocol, acceptor);
          },
        });
      } catch (error) {
        if (attempt === BIND_ATTEMPTS || !String(error).includes("EADDRINUSE")) throw error;
      }
    }
  }

  async #handle(host: Libp2p, protocol: KithProtocol, acceptor: Acceptor): Promise<void> {
    const onHandlerError = (error: unknown) => this.#options.onError?.(error);
    const onStream = (stream: Stream, connection: Connection): void => {
      try {
        new InboundStream(stream, {
          remoteAddress: remoteAddressOf(connection, this.#options.findSource),
          acceptor,
          budget: this.#budget,
          onHandlerError,
        });
      } catch (error) {
        stream.abort(new Error("the acceptor failed"));
        onHandlerError(error);
      }
    };
    await host.handle(PROTOCOL_IDS[protocol], onStream, { maxInboundStreams: MAX_STREAMS_PER_PEER, force: true });
  }
}

/**
 * Makes and starts the network of one process. To serve from the first connection on, construct it, call `serve`,
 * then `start`.
 * @throws RangeError for a seed that has not 32 bytes; Error when an address cannot be bound.
 */
export async function createLibp2pNetwork(options: Libp2pNetworkOptions): Promise<Libp2pNetwork> {
  const network = new Libp2pNetwork(options);
  await network.start();
  return network;
}
