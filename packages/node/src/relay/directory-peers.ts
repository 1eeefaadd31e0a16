/** Asking other directory nodes: one channel a peer, kept for the next walk, every answer judged before it counts. */
import type { Channel, Network, Routing } from "@kith/client";
import {
  type CryptoSuite,
  chanceOfCrowd,
  checkReceipt,
  type DirectoryRequest,
  type DirectoryResponse,
  decodeDirectoryResponse,
  distancesTo,
  encodeDirectoryRequest,
  type HeldRecord,
  type RelayId,
  type RelayRef,
  toHex,
} from "@kith/protocol";
import type { HeldClaim } from "./directory-row.ts";

/** What asking needs. */
export interface DirectoryPeersOptions {
  readonly self: RelayId;
  readonly suite: CryptoSuite;
  readonly network: Network;
  readonly routing: Routing;
  readonly peersPerKey: number;
  readonly timeoutMs: number;
  /** Monotonic ms. */
  readonly nowMs: () => number;
}

/** Frames asked of one peer for one key: 64 claims of the largest size. */
const MAX_PAGES = 64;

/** Channels kept when nobody waits on them; the least used goes first. */
const MAX_CHANNELS = 128;

/** Keys whose nearest nodes are remembered, and for how long in ms: nodes come and go more slowly than that. */
const MAX_PLACES = 1024;
const PLACE_MS = 10 * 60 * 1000;

interface Place {
  readonly peers: readonly RelayRef[];
  readonly chance: number;
  readonly atMs: number;
}

interface Held {
  readonly opening: Promise<Channel | null>;
  /** Requests under way. */
  users: number;
}

/** The other nodes of the directory, as one node asks them. */
export class DirectoryPeers {
  readonly #options: DirectoryPeersOptions;
  readonly #channels = new Map<RelayId, Held>();
  readonly #places = new Map<string, Place>();

  constructor(options: DirectoryPeersOptions) {
    this.#options = options;
  }

  /** Other nodes closest to a key, by a walk. */
  async closest(key: Uint8Array): Promise<readonly RelayRef[]> {
    const { routing, self, peersPerKey, nowMs } = this.#options;
    const found = await routing.closestPeers(key);
    const peers = found.filter(({ relay }) => relay !== self).slice(0, peersPerKey);
    const name = toHex(key);
    this.#places.delete(name);
    if (peers.length > 0) this.#places.set(name, { peers, chance: this.#judge(key, peers), atMs: nowMs() });
    const [oldest] = this.#places.keys();
    if (this.#places.size > MAX_PLACES && oldest !== undefined) this.#places.delete(oldest);
    return peers;
  }

  /** What the last walk to a key found; null when there was none lately. */
  known(key: Uint8Array): readonly RelayRef[] | null {
    const place = this.#places.get(toHex(key));
    return place !== undefined && this.#options.nowMs() - place.atMs < PLACE_MS ? place.peers : null;
  }

  /** How likely nodes that nobody placed stand as close to a key as those that the last walk found. */
  chanceOfCrowd(key: Uint8Array): number {
    return this.#places.get(toHex(key))?.chance ?? 1;
  }

  #judge(key: Uint8Array, peers: readonly RelayRef[]): number {
    const { suite, routing } = this.#options;
    const relays = peers.map(({ relay }) => relay);
    return chanceOfCrowd(distancesTo(suite, key, relays), routing.estimatedNodes(key));
  }

  /** Puts a record at a peer; true for a receipt that verifies. */
  async put(peer: RelayRef, key: Uint8Array, held: HeldClaim): Promise<boolean> {
    const answer = await this.#ask(peer, { type: "put", key, record: held.record });
    if (answer?.type !== "receipt") return false;
    const subject = { key, claimHash: held.hash, node: peer.relay };
    return (await checkReceipt(this.#options.suite, answer.receipt, subject)).ok;
  }

  /** Everything a peer holds under a key, not judged yet; null when it gave no proper answer. */
  async get(peer: RelayRef, key: Uint8Array): Promise<readonly HeldRecord[] | null> {
    const records: HeldRecord[] = [];
    for (let page = 0; page < MAX_PAGES; page++) {
      const answer = await this.#ask(peer, { type: "get", key, skip: records.length });
      if (answer?.type !== "records") return page === 0 ? null : records;
      records.push(...answer.records);
      if (!answer.more || answer.records.length === 0 || records.length >= MAX_PAGES) break;
    }
    return records.slice(0, MAX_PAGES);
  }

  async #ask(peer: RelayRef, request: DirectoryRequest): Promise<DirectoryResponse | null> {
    const frame = encodeDirectoryRequest(request);
    const isKept = this.#channels.has(peer.relay);
    const first = await this.#send(peer, frame);
    // A kept channel may have ended unnoticed, when the node was started anew.
    const answer = first === "closed" && isKept ? await this.#send(peer, frame) : first;
    if (!(answer instanceof Uint8Array)) return null;
    const decoded = decodeDirectoryResponse(answer);
    return decoded.ok ? decoded.value : null;
  }

  async #send(peer: RelayRef, frame: Uint8Array): Promise<Uint8Array | "closed" | "silent"> {
    const held = this.#hold(peer);
    held.users += 1;
    const channel = await held.opening;
    const answer = await channel?.request(frame, this.#options.timeoutMs);
    held.users -= 1;
    this.#drop(this.#channels.size - MAX_CHANNELS);
    if (answer?.ok) return answer.value;
    if (this.#channels.get(peer.relay) === held) this.#channels.delete(peer.relay);
    channel?.close();
    return answer?.error.code === "closed" ? "closed" : "silent";
  }

  #hold(peer: RelayRef): Held {
    const held = this.#channels.get(peer.relay) ?? { opening: this.#open(peer), users: 0 };
    this.#channels.delete(peer.relay);
    this.#channels.set(peer.relay, held);
    return held;
  }

  async #open(peer: RelayRef): Promise<Channel | null> {
    const opened = await this.#options.network.open(peer, "directory", "node");
    return opened.ok ? opened.value : null;
  }

  /** Closes so many channels that nobody waits on, the longest unused first. */
  #drop(count: number): void {
    const idle = count <= 0 ? [] : [...this.#channels].filter(([, { users }]) => users === 0).slice(0, count);
    for (const [relay, { opening }] of idle) {
      this.#channels.delete(relay);
      void opening.then((channel) => channel?.close());
    }
  }

  /** Closes all channels. */
  close(): void {
    for (const { opening } of this.#channels.values()) void opening.then((channel) => channel?.close());
    this.#channels.clear();
  }
}
