/** Asking other directory nodes: one channel a peer and walk, every answer judged before it counts. */
import type { Channel, Network, Routing } from "@kith/client";
import {
  type CryptoSuite,
  checkReceipt,
  type DirectoryRequest,
  type DirectoryResponse,
  decodeDirectoryResponse,
  encodeDirectoryRequest,
  type HeldRecord,
  type RelayId,
  type RelayRef,
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
}

/** Frames asked of one peer for one key: 64 claims of the largest size. */
const MAX_PAGES = 64;

/** One walk: its channels are closed by `close`. */
export class DirectoryPeers {
  readonly #options: DirectoryPeersOptions;
  readonly #channels = new Map<RelayId, Promise<Channel | null>>();

  constructor(options: DirectoryPeersOptions) {
    this.#options = options;
  }

  /** Other nodes closest to a key. */
  async closest(key: Uint8Array): Promise<readonly RelayRef[]> {
    const peers = await this.#options.routing.closestPeers(key);
    return peers.filter(({ relay }) => relay !== this.#options.self).slice(0, this.#options.peersPerKey);
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
    const opening = this.#channels.get(peer.relay) ?? this.#open(peer);
    this.#channels.set(peer.relay, opening);
    const channel = await opening;
    if (channel === null) return null;
    const answer = await channel.request(encodeDirectoryRequest(request), this.#options.timeoutMs);
    if (!answer.ok) return null;
    const decoded = decodeDirectoryResponse(answer.value);
    return decoded.ok ? decoded.value : null;
  }

  async #open(peer: RelayRef): Promise<Channel | null> {
    const opened = await this.#options.network.open(peer, "directory", "send");
    return opened.ok ? opened.value : null;
  }

  /** Closes the walk's channels. */
  async close(): Promise<void> {
    for (const opening of this.#channels.values()) (await opening)?.close();
    this.#channels.clear();
  }
}
