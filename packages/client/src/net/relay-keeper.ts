/** Keeps connections to a few known peers, so that the DHT has somebody to ask. */
import type { RelayRef } from "@kith/protocol";
import type { Libp2p } from "@libp2p/interface";
import type { Cancel } from "../ports.ts";
import { dialAddresses } from "./dial-addresses.ts";
import { afterReal } from "./timers.ts";

/** Peers kept connected. */
const KEPT_PEERS = 4;

/** Dials under way at once. */
const MAX_DIALS = 3;

/** How often the connections are looked at, in ms. */
const LOOK_INTERVAL_MS = 2_000;

/** Wait after a first failure, doubled with each further one up to the limit, in ms. */
const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 5 * 60 * 1000;

/** How long one dial may take, in ms. */
const DIAL_TIMEOUT_MS = 8_000;

interface Retry {
  readonly atMs: number;
  readonly waitMs: number;
}

/** Dials known peers at start, and again with growing waits when they are gone. */
export class RelayKeeper {
  readonly #host: Libp2p;
  readonly #knownPeers: () => readonly RelayRef[];
  readonly #retries = new Map<string, Retry>();
  readonly #dialling = new Set<string>();
  #cancel: Cancel = () => undefined;
  #isStopped = false;

  constructor(host: Libp2p, knownPeers: () => readonly RelayRef[]) {
    this.#host = host;
    this.#knownPeers = knownPeers;
  }

  /** Begins to dial; returns at once. */
  start(): void {
    if (this.#isStopped) return;
    this.#look();
    this.#cancel = afterReal(LOOK_INTERVAL_MS, () => this.start());
  }

  /** Dials no more. */
  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  #look(): void {
    const connected = new Set(this.#host.getPeers().map(String));
    const known = this.#knownPeers().filter((ref) => ref.relay !== this.#host.peerId.toString());
    const missing = KEPT_PEERS - known.filter((ref) => connected.has(ref.relay)).length;
    const nowMs = performance.now();
    const due = known.filter(
      (ref) =>
        !connected.has(ref.relay) &&
        !this.#dialling.has(ref.relay) &&
        (this.#retries.get(ref.relay)?.atMs ?? 0) <= nowMs,
    );
    const free = Math.min(missing, MAX_DIALS - this.#dialling.size);
    for (const ref of shuffled(due).slice(0, Math.max(0, free))) void this.#dial(ref);
  }

  async #dial(ref: RelayRef): Promise<void> {
    this.#dialling.add(ref.relay);
    try {
      await this.#host.dial(dialAddresses(ref), { signal: AbortSignal.timeout(DIAL_TIMEOUT_MS) });
      this.#retries.delete(ref.relay);
    } catch {
      // whatever the reason, the peer is not there now
      const waitMs = Math.min(LONGEST_WAIT_MS, (this.#retries.get(ref.relay)?.waitMs ?? FIRST_WAIT_MS / 2) * 2);
      this.#retries.set(ref.relay, { atMs: performance.now() + waitMs * (0.5 + Math.random()), waitMs });
    }
    this.#dialling.delete(ref.relay);
  }
}

// Which of the known peers come first must not depend on the order in which they were stored; nothing secret here.
function shuffled<T>(items: readonly T[]): readonly T[] {
  return items
    .map((item) => ({ item, rank: Math.random() }))
    .sort((a, b) => a.rank - b.rank)
    .map((entry) => entry.item);
}
