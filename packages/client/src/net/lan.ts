/** Meets peers on the local network by mDNS; a peer counts once it has said that it is a Kith relay or directory. */
import type { RelayId, RelayRef } from "@kith/protocol";
import type { Libp2p, PeerDiscovery, PeerId, PeerInfo } from "@libp2p/interface";
import { type MulticastDNSComponents, mdns } from "@libp2p/mdns";
import type { Multiaddr } from "@multiformats/multiaddr";
import { isDialable, pickAddresses, scopeOf } from "./addresses.ts";
import { PROTOCOL_IDS } from "./protocol-ids.ts";

/** The name Kith peers ask for; other libp2p programs of the network stay out of it. */
const SERVICE_TAG = "_kith._udp.local";

/** How often the network is asked, in ms. */
const QUERY_INTERVAL_MS = 10_000;

/** Peers met on the network that are remembered; a hostile neighbour may invent as many as it likes. */
const MAX_NEARBY = 64;

/** How long getting to know one peer may take, in ms. */
const DIAL_TIMEOUT_MS = 8_000;

/** What the local network tells its owner. */
export interface LanListener {
  onChange(): void;
  /** Multicast is not possible here; everything else goes on. */
  onWarning(message: string): void;
}

/** The port of mDNS. */
const MDNS_PORT = 5353;

/** The peers of the local network. */
export class Lan {
  readonly #listener: LanListener;
  readonly #port: number;
  readonly #met = new Map<string, RelayRef>();
  readonly #asked = new Map<string, PeerInfo>();
  #host: Libp2p | null = null;
  #hasWarned = false;

  constructor(listener: LanListener, port: number = MDNS_PORT) {
    this.#listener = listener;
    this.#port = port;
  }

  /** Peers met so far. */
  get nearby(): readonly RelayRef[] {
    return [...this.#met.values()];
  }

  /** The discovery to build the host with. */
  discovery(): (components: MulticastDNSComponents) => PeerDiscovery {
    return (components) => {
      const service = mdns({ serviceTag: SERVICE_TAG, interval: QUERY_INTERVAL_MS, port: this.#port })(
        components,
      ) as MulticastService;
      const start = service.start.bind(service);
      // Errors of the socket come after start: without a listener of ours nobody would learn of them.
      service.start = async () => {
        await start();
        service.mdns?.on("error", (error: Error) => this.#warn(error));
        service.mdns?.on("warning", (error: Error) => this.#warn(error));
      };
      service.addEventListener("peer", (event) => this.#onPeer(event.detail));
      return service;
    };
  }

  /** Gives the started host over. */
  attach(host: Libp2p): void {
    this.#host = host;
    host.addEventListener("peer:identify", ({ detail }) => {
      this.#consider(detail.peerId.toString(), detail.protocols);
    });
    const early = [...this.#asked.values()];
    this.#asked.clear();
    for (const peer of early) this.#onPeer(peer);
  }

  #onPeer(peer: PeerInfo): void {
    const name = peer.id.toString();
    // A neighbour must not make this process dial hosts elsewhere.
    const local = peer.multiaddrs.filter(
      (each) => isDialable(each.toString()) && scopeOf(each.toString()) !== "public",
    );
    if (local.length === 0 || (this.#asked.size >= MAX_NEARBY && !this.#asked.has(name))) return;
    this.#asked.set(name, { id: peer.id, multiaddrs: local });
    if (this.#host !== null) void this.#ask(this.#host, peer.id, local);
  }

  // Connecting runs identify, which tells whether it is one of ours; a peer that is gone is asked again next time.
  async #ask(host: Libp2p, id: PeerId, local: readonly Multiaddr[]): Promise<void> {
    const name = id.toString();
    try {
      const addresses = local.map((address) => address.encapsulate(`/p2p/${name}`));
      await host.dial(addresses, { signal: AbortSignal.timeout(DIAL_TIMEOUT_MS) });
      // When it had connected to us before, identify is over and no event will come.
      const { protocols } = await host.peerStore.get(id);
      this.#consider(name, protocols);
    } catch {
      this.#asked.delete(name);
    }
  }

  #consider(name: string, protocols: readonly string[]): void {
    const asked = this.#asked.get(name);
    if (asked === undefined) return;
    if (!protocols.some((id) => id === PROTOCOL_IDS.relay || id === PROTOCOL_IDS.directory)) return;
    const addresses = pickAddresses(asked.multiaddrs.map(String));
    const known = this.#met.get(name);
    if (known !== undefined && known.addresses.join() === addresses.join()) return;
    if (known === undefined && this.#met.size >= MAX_NEARBY) return;
    this.#met.set(name, { relay: name as RelayId, addresses });
    this.#listener.onChange();
  }

  #warn(error: Error): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    this.#listener.onWarning(`peers on the local network cannot be found: ${error.message}`);
  }
}

interface MulticastService extends PeerDiscovery {
  start(): Promise<void>;
  mdns?: { on(event: "error" | "warning", listener: (error: Error) => void): void };
}
