/**
 * What a relay has seen of accounts: one chain each, the first it saw and what extends it, and since when. It says so to
 * whoever asks, and shows what it has to whoever comes with another chain, so that two views of one account come to light.
 */
import type { Store } from "@kith/client";
import {
  type AccountId,
  bytes,
  type ChainState,
  type CryptoSuite,
  containsHead,
  decodeAs,
  encodeAs,
  encodeEquivocation,
  extendsChain,
  field,
  InvariantError,
  list,
  MAX_CHAIN_BYTES,
  MAX_CHAIN_ENTRIES,
  MAX_ENTRY_BYTES,
  MAX_EQUIVOCATION_BYTES,
  optional,
  type ProvenEquivocation,
  record,
  relateChains,
  rereadChain,
  type Shape,
  speaksAgainst,
  uint,
} from "@kith/protocol";
import { DAY_MS } from "./relay-limits.ts";
import { SerialLock } from "./serial-lock.ts";

/** How long an account is remembered after it was seen last, in ms: claims live half as long. */
const KEPT_MS: number = 60 * DAY_MS;

/** A row is written anew when it was seen this much later, in ms. */
const SEEN_GRAIN_MS: number = DAY_MS;

const PAGE = 64;

/** What was seen of one account. Times in ms since 1970. */
interface Seen {
  readonly entries: readonly Uint8Array[];
  readonly sinceMs: number;
  readonly seenMs: number;
  /** That it showed two histories. */
  readonly proof?: Uint8Array | undefined;
  /** The epoch that the proof is of: a higher one clears it. */
  readonly proofEpoch?: number | undefined;
}

const seenShape: Shape<Seen> = record<Seen>({
  entries: field(1, list(bytes(1, MAX_ENTRY_BYTES), MAX_CHAIN_ENTRIES)),
  sinceMs: field(2, uint()),
  seenMs: field(3, uint()),
  proof: optional(4, bytes(1, MAX_EQUIVOCATION_BYTES)),
  proofEpoch: optional(5, uint()),
});

/** Entries, their headers, a proof and times. */
const MAX_ROW_BYTES: number = MAX_CHAIN_BYTES + MAX_CHAIN_ENTRIES * 4 + MAX_EQUIVOCATION_BYTES + 64;

/** How a chain that is shown stands to what was seen. */
export type Sighting =
  /** Its head lies in the one chain that was seen, since then. */
  | { readonly type: "seen"; readonly sinceMs: number }
  /** The account, or its new beginning, was never seen before; it is from now on. */
  | { readonly type: "unseen" }
  /** Another chain was seen. */
  | { readonly type: "other"; readonly chain: readonly Uint8Array[] }
  | { readonly type: "equivocation"; readonly proof: Uint8Array }
  /** There is no room to remember it. */
  | { readonly type: "full" };

/** The ledger on disk. */
export class WitnessLedger {
  readonly #store: Store;
  readonly #suite: CryptoSuite;
  readonly #maxBytes: number;
  readonly #onProof: (proof: Uint8Array) => void;
  readonly #lock = new SerialLock();
  #sizeBytes = 0;

  /** @param options.onProof told of each account that is seen to show two histories for the first time. */
  constructor(options: {
    readonly store: Store;
    readonly suite: CryptoSuite;
    readonly maxBytes: number;
    readonly onProof: (proof: Uint8Array) => void;
  }) {
    this.#store = options.store;
    this.#suite = options.suite;
    this.#maxBytes = options.maxBytes;
    this.#onProof = options.onProof;
  }

  /** Reads every row once to know the total. */
  async start(): Promise<void> {
    for await (const rows of this.#pages()) for (const [, row] of rows) this.#sizeBytes += row.length;
  }

  /** Compares a verified chain with what was seen of its account, and remembers what is new in it. */
  see(chain: ChainState, nowMs: number): Promise<Sighting> {
    return this.#lock.run(chain.account, async () => {
      const held = await this.#read(chain.account);
      if (held?.proof !== undefined && (held.proofEpoch ?? 0) >= chain.head.epoch) {
        return { type: "equivocation", proof: held.proof };
      }
      if (held === null) return this.#begin(chain, nowMs);
      const known = rereadChain(this.#suite, held.entries);
      if (!known.ok) throw new InvariantError("a chain that was verified can be read");
      return this.#compare(held, known.value, chain, nowMs);
    });
  }

  async #compare(held: Seen, known: ChainState, chain: ChainState, nowMs: number): Promise<Sighting> {
    if (containsHead(known, chain.head)) {
      if (nowMs - held.seenMs > SEEN_GRAIN_MS) await this.#write(chain.account, { ...held, seenMs: nowMs });
      return { type: "seen", sinceMs: held.sinceMs };
    }
    if (extendsChain(known, chain)) {
      const kept = await this.#write(chain.account, { ...held, entries: chain.entries, seenMs: nowMs });
      return kept ? { type: "seen", sinceMs: held.sinceMs } : { type: "full" };
    }
    const relation = relateChains(this.#suite, known, chain);
    if (relation.type === "recovered") return this.#begin(chain, nowMs);
    if (relation.type === "equivocation") {
      const proof = encodeEquivocation(known, relation.proof) ?? encodeEquivocation(chain, relation.proof);
      if (proof !== null) return this.#accuse(held, chain.account, relation.proof.epoch, proof);
    }
    // All who see both agree on the branch that wins; whoever asks is told of the other all the same.
    if (relation.type === "fork-won") await this.#begin(chain, nowMs);
    return { type: "other", chain: held.entries };
  }

  /** Takes over a verified proof from elsewhere; false when it says nothing new, or nothing of an account that was seen. */
  accuse(proven: ProvenEquivocation, proof: Uint8Array): Promise<boolean> {
    return this.#lock.run(proven.account, async () => {
      const held = await this.#read(proven.account);
      if (held === null || (held.proofEpoch ?? -1) >= proven.epoch) return false;
      const known = rereadChain(this.#suite, held.entries);
      if (!known.ok || !speaksAgainst(this.#suite, proven, known.value)) return false;
      await this.#accuse(held, proven.account, proven.epoch, proof);
      return true;
    });
  }

  async #accuse(held: Seen, account: AccountId, proofEpoch: number, proof: Uint8Array): Promise<Sighting> {
    await this.#write(account, { ...held, proof, proofEpoch }, true);
    this.#onProof(proof);
    return { type: "equivocation", proof };
  }

  async #begin(chain: ChainState, nowMs: number): Promise<Sighting> {
    const isKept = await this.#write(chain.account, { entries: chain.entries, sinceMs: nowMs, seenMs: nowMs });
    return { type: isKept ? "unseen" : "full" };
  }

  async #read(account: AccountId): Promise<Seen | null> {
    const row = await this.#store.get(`dw/${account}`);
    return row === undefined ? null : decodeSeen(row);
  }

  async #write(account: AccountId, seen: Seen, isUrgent = false): Promise<boolean> {
    const key = `dw/${account}`;
    const before = await this.#store.get(key);
    const value = encodeAs(seenShape, seen);
    const growth = value.length - (before?.length ?? 0);
    if (growth > 0 && !isUrgent && this.#sizeBytes + growth > this.#maxBytes) return false;
    this.#sizeBytes += growth;
    await this.#store.commit([{ key, value }]);
    return true;
  }

  /** Forgets accounts that were not seen for long. */
  async sweep(nowMs: number): Promise<void> {
    for await (const rows of this.#pages()) {
      for (const [key, row] of rows) {
        if (nowMs - decodeSeen(row).seenMs > KEPT_MS) await this.#forget(key, row, nowMs);
      }
    }
  }

  async #forget(key: string, { length }: Uint8Array, nowMs: number): Promise<void> {
    await this.#lock.run(key.slice(3), async () => {
      const row = await this.#store.get(key);
      if (row === undefined || nowMs - decodeSeen(row).seenMs <= KEPT_MS) return;
      this.#sizeBytes -= length;
      await this.#store.commit([{ key }]);
    });
  }

  async *#pages(): AsyncGenerator<readonly (readonly [string, Uint8Array])[]> {
    let gte = "dw/";
    for (;;) {
      const rows = await this.#store.entries({ gte, lt: "dw0", limit: PAGE });
      if (rows.length === 0) return;
      yield rows;
      gte = `${rows.at(-1)?.[0]} `;
    }
  }
}

function decodeSeen(row: Uint8Array): Seen {
  const decoded = decodeAs(seenShape, row, MAX_ROW_BYTES);
  if (!decoded.ok) throw new InvariantError(`witness row: ${decoded.error.code}`);
  return decoded.value;
}
