/** Publishing on behalf: all keys of a record to the nodes closest to each, again every day until the claim expires. */
import type { Store } from "@kith/client";
import { bytesToUint32, equalBytes, type PublishState, type RandomBytes, SALTS, UNUSUAL } from "@kith/protocol";
import type { DirectoryPeers } from "./directory-peers.ts";
import { decodeHeld, encodeHeld, type HeldClaim } from "./directory-row.ts";
import type { DirectoryShelf } from "./directory-shelf.ts";

/** What publishing works with. */
export interface PublisherOptions {
  readonly store: Store;
  readonly shelf: DirectoryShelf;
  readonly random: RandomBytes;
  readonly quorum: number;
  readonly renewalMs: number;
  readonly maxJobs: number;
  /** The directory keys a record belongs under; the first are those of its handle, salt by salt. */
  readonly keysOf: (held: HeldClaim) => readonly Uint8Array[];
  readonly peers: DirectoryPeers;
  /** Told of each record as it is published, and published again. */
  readonly onPublish: (record: Uint8Array) => void;
}

/** How a publication went: nodes that signed for it, this one among them, and whether it was found again. */
export interface Published {
  readonly receipts: number;
  readonly state: PublishState;
}

const JOB_PAGE = 256;

/** Records that are published for others. */
export class DirectoryPublisher {
  readonly #options: PublisherOptions;
  /** When each account's record is due again, Unix ms. */
  readonly #dueMs = new Map<string, number>();

  constructor(options: PublisherOptions) {
    this.#options = options;
  }

  /** Takes up the jobs of before the last stop; they are due at once, spread over an hour. */
  async start(nowMs: number): Promise<void> {
    let gte = "dp/";
    for (;;) {
      const rows = await this.#options.store.entries({ gte, lt: "dp0", limit: JOB_PAGE });
      for (const [key] of rows) this.#dueMs.set(key, nowMs + this.#jitter(3600 * 1000));
      const last = rows.at(-1);
      if (last === undefined) return;
      gte = `${last[0]} `;
    }
  }

  #jitter(rangeMs: number): number {
    return Math.floor((bytesToUint32(this.#options.random(4)) / 2 ** 32) * rangeMs);
  }

  #nextMs(nowMs: number): number {
    const spreadMs = Math.floor(this.#options.renewalMs / 12);
    return nowMs + this.#options.renewalMs - spreadMs + this.#jitter(2 * spreadMs);
  }

  /**
   * Publishes now and keeps the record for renewal; null when there are too many already.
   * At the deadline the answer counts the receipts so far, while the rest goes on.
   */
  async publish(held: HeldClaim, nowMs: number, deadline: Promise<void>): Promise<Published | null> {
    const key = `dp/${held.account}`;
    if (!this.#dueMs.has(key) && this.#dueMs.size >= this.#options.maxJobs) return null;
    this.#dueMs.set(key, this.#nextMs(nowMs));
    await this.#options.store.commit([{ key, value: encodeHeld(held) }]);
    const signers = new Set<string>();
    const late = deadline.then((): Published => ({ receipts: signers.size, state: "weak" }));
    return Promise.race([this.#spread(held, nowMs, signers), late]);
  }

  /** Publishes again what is due and forgets what has expired. */
  async renew(nowMs: number): Promise<void> {
    for (const [key, dueMs] of this.#dueMs) {
      if (dueMs > nowMs) continue;
      const row = await this.#options.store.get(key);
      const held = row === undefined ? null : decodeHeld(row);
      if (held === null || held.untilMs <= nowMs) {
        this.#dueMs.delete(key);
        await this.#options.store.commit([{ key }]);
        continue;
      }
      this.#dueMs.set(key, this.#nextMs(nowMs));
      await this.#spread(held, nowMs, new Set());
    }
  }

  async #spread(held: HeldClaim, nowMs: number, signers: Set<string>): Promise<Published> {
    const keys = this.#options.keysOf(held);
    this.#options.onPublish(held.record);
    await Promise.all(keys.map((key) => this.#putEverywhere(key, held, { nowMs, signers })));
    const found = await this.#readBack(keys.slice(0, SALTS.length), held, nowMs);
    const isFound = Math.min(signers.size, found) >= this.#options.quorum;
    return { receipts: signers.size, state: isFound ? "published" : "weak" };
  }

  async #putEverywhere(
    key: Uint8Array,
    held: HeldClaim,
    { nowMs, signers }: { readonly nowMs: number; readonly signers: Set<string> },
  ): Promise<void> {
    const kept = await this.#options.shelf.put(key, held, nowMs);
    if (typeof kept !== "string") signers.add("self");
    const { peers: others } = this.#options;
    const peers = await others.closest(key);
    await Promise.all(
      peers.map(async (peer) => {
        if (await others.put(peer, key, held)) signers.add(peer.relay);
      }),
    );
  }

  /** Nodes, this one among them, that answer with the claim, round the first of the keys that nobody crowds. */
  async #readBack(keys: readonly Uint8Array[], held: HeldClaim, nowMs: number): Promise<number> {
    const { peers: others, quorum, shelf } = this.#options;
    for (const key of keys) {
      const near = await others.closest(key);
      if (others.chanceOfCrowd(key) < UNUSUAL) continue;
      const own = await shelf.read(key, nowMs);
      const answers = await Promise.all(near.slice(0, quorum).map((peer) => others.get(peer, key)));
      const isThere = answers.filter((records) => records?.some(({ record }) => equalBytes(record, held.record)));
      return isThere.length + Number(own.some(({ account }) => account === held.account));
    }
    return 0;
  }
}
