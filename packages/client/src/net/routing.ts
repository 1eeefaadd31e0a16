/** The DHT as routing layer: which peers are close to a key. Its records are never read or written. */
import { compareBytes, distancePart, estimateNodes, nobleSuite, type RelayId, type RelayRef } from "@kith/protocol";
import type { Libp2p, PeerId, PeerInfo } from "@libp2p/interface";
import type { QueryEvent } from "@libp2p/kad-dht";
import type { Routing } from "../ports.ts";
import { pickAddresses } from "./addresses.ts";
import type { MainHost } from "./host.ts";
import { PROTOCOL_IDS } from "./protocol-ids.ts";

/** How long one walk may take, in ms. */
const WALK_TIMEOUT_MS = 10_000;

/** Peers a walk looks for: publishers and readers agree on the nearest few, and the whole k = 20 costs 2.5 times more. */
const WALK_WIDTH = 8;

/** Names a peer must have told by identify before its list of protocols counts. */
const IDENTIFY_PROTOCOL_ID = "/ipfs/id/1.0.0";

/** What one walk cost: peers asked, and the longest way by which one of the peers found was heard of. */
export interface WalkFigures {
  readonly requests: number;
  readonly hops: number;
}

/** What the routing needs from the network. */
export interface RoutingSource {
  main(): MainHost | null;
  self(): RelayRef | null;
  servesDirectory(): boolean;
  /** Told after each walk. */
  onWalk?(figures: WalkFigures): void;
}

/** Nodes of the table, nearest to oneself first, from which the number of all is told. */
const TABLE_PART = 96;

interface Candidate {
  readonly id: PeerId;
  readonly distance: Uint8Array;
  state: "known" | "answered" | "failed";
  addresses: readonly string[];
  /** Peers asked one after the other to reach this one, itself counted: 1 for one of the own table. */
  hops: number;
}

/** Makes the routing port over the main host's DHT. */
export function createRouting(source: RoutingSource): Routing {
  return {
    async closestPeers(key: Uint8Array): Promise<readonly RelayRef[]> {
      const main = source.main();
      const self = source.servesDirectory() ? source.self() : null;
      // With an empty table a query would wait for the first peer to appear.
      if (main?.dht == null || main.dht.routingTable.size === 0) return self === null ? [] : [self];
      const walk = new Walk(key);
      await walk.run(main.dht.getClosestPeers(key, { signal: walk.signal }));
      source.onWalk?.(walk.figures());
      const found = await Promise.all(walk.nearest("answered").map((peer) => toRef(main.host, peer)));
      const refs = found.filter((ref) => ref !== null);
      if (self === null) return refs;
      const own = { ref: self, distance: walk.distanceTo(main.host.peerId) };
      return mergeSelf(refs, own, walk);
    },
    estimatedNodes(key: Uint8Array): number {
      const main = source.main();
      if (main == null) return 0;
      const own = placeOf(main.host.peerId);
      const table = main.dht?.routingTable as Partial<Table> | undefined;
      const near = (table?.closestPeers?.(own, { count: TABLE_PART }) ?? []).map((id) =>
        distancePart(placeOf(id), own),
      );
      return near.length === 0 ? 0 : estimateNodes(near, distancePart(nobleSuite.sha256(key), own));
    },
  };
}

/** What the table offers; the type of the library names its size alone. */
interface Table {
  closestPeers(place: Uint8Array, options: { readonly count: number }): readonly PeerId[];
}

function placeOf(id: PeerId): Uint8Array {
  return nobleSuite.sha256(id.toMultihash().bytes);
}

/** One walk towards a key: ends when the nearest peers it heard of have all answered or failed. */
class Walk {
  readonly signal: AbortSignal = AbortSignal.timeout(WALK_TIMEOUT_MS);
  readonly #target: Uint8Array;
  readonly #peers = new Map<string, Candidate>();
  #requests = 0;

  constructor(key: Uint8Array) {
    this.#target = nobleSuite.sha256(key);
  }

  async run(events: AsyncIterable<QueryEvent>): Promise<void> {
    try {
      for await (const event of events) {
        this.#take(event);
        if (this.signal.aborted || this.#isComplete()) return;
      }
    } catch {
      // The walk ran out of time, or the host stops: what was found so far is the answer.
    }
  }

  /** XOR distance of the DHT between the key and a peer. */
  distanceTo(id: PeerId): Uint8Array {
    return placeOf(id).map((byte, i) => byte ^ (this.#target[i] ?? 0));
  }

  /** The nearest peers of one state, nearest first. */
  nearest(state: Candidate["state"]): readonly Candidate[] {
    return this.#sorted((peer) => peer.state === state).slice(0, WALK_WIDTH);
  }

  /** What it cost so far. */
  figures(): WalkFigures {
    return { requests: this.#requests, hops: Math.max(0, ...this.nearest("answered").map(({ hops }) => hops)) };
  }

  #take(event: QueryEvent): void {
    if (event.name === "SEND_QUERY") this.#requests += 1;
    else if (event.name === "PEER_RESPONSE") {
      const from = this.#meet(event.from);
      for (const peer of event.closer) this.#meet(peer.id, peer, from.hops + 1);
      from.state = "answered";
    } else if (event.name === "FINAL_PEER") this.#meet(event.peer.id, event.peer).state = "answered";
    else if (event.name === "QUERY_ERROR") this.#meet(event.from).state = "failed";
  }

  #meet(id: PeerId, info?: PeerInfo, hops = 1): Candidate {
    const name = id.toString();
    const peer = this.#peers.get(name) ?? { id, distance: this.distanceTo(id), state: "known", addresses: [], hops };
    if (info !== undefined && info.multiaddrs.length > 0) peer.addresses = info.multiaddrs.map(String);
    this.#peers.set(name, peer);
    return peer;
  }

  // A peer nobody could be asked about stays "known" and keeps the walk going to its natural end.
  #isComplete(): boolean {
    const alive = this.#sorted((peer) => peer.state !== "failed").slice(0, WALK_WIDTH);
    return alive.length === WALK_WIDTH && alive.every((peer) => peer.state === "answered");
  }

  #sorted(keep: (peer: Candidate) => boolean): Candidate[] {
    return [...this.#peers.values()].filter(keep).sort((a, b) => compareBytes(a.distance, b.distance));
  }
}

async function toRef(host: Libp2p, peer: Candidate): Promise<RelayRef | null> {
  let addresses = peer.addresses;
  try {
    const known = await host.peerStore.get(peer.id);
    const isIdentified = known.protocols.includes(IDENTIFY_PROTOCOL_ID);
    if (isIdentified && !known.protocols.includes(PROTOCOL_IDS.directory)) return null;
    if (known.addresses.length > 0) addresses = known.addresses.map((entry) => entry.multiaddr.toString());
  } catch {
    // not in the peer store: what the other peers told about it has to do
  }
  const picked = pickAddresses(addresses);
  return picked.length === 0 ? null : { relay: peer.id.toString() as RelayId, addresses: picked };
}

function mergeSelf(
  refs: readonly RelayRef[],
  own: { readonly ref: RelayRef; readonly distance: Uint8Array },
  walk: Walk,
): readonly RelayRef[] {
  const distances = new Map(walk.nearest("answered").map((peer) => [peer.id.toString(), peer.distance]));
  const place = refs.findIndex((ref) => {
    const distance = distances.get(ref.relay);
    return distance !== undefined && compareBytes(own.distance, distance) < 0;
  });
  const at = place === -1 ? refs.length : place;
  return [...refs.slice(0, at), own.ref, ...refs.slice(at)].slice(0, WALK_WIDTH);
}
