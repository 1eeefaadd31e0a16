/** Chains that were verified, found again by the hash of their head; whoever verifies for many keeps one. */
import { toHex } from "../bytes.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import { readEntry } from "./chain-entry.ts";
import type { ChainState } from "./chain-state.ts";

/** Bounded: the chain that was used least lately goes first. */
export class ChainCache {
  readonly #maxChains: number;
  readonly #byHead = new Map<string, ChainState>();

  /** @param maxChains how many are kept, each of at most 24 KiB of entries and what was read from them. */
  constructor(maxChains: number) {
    this.#maxChains = maxChains;
  }

  /** The chain with this last entry, for one hash; its other entries are to be compared. Nothing for what is no entry. */
  find(suite: CryptoSuite, entries: readonly Uint8Array[]): ChainState | undefined {
    const last = entries.at(-1);
    const read = last === undefined ? undefined : readEntry(suite, last);
    if (!read?.ok) return undefined;
    const chain = this.#byHead.get(toHex(read.value.hash));
    if (chain !== undefined) this.keep(chain);
    return chain;
  }

  /** Remembers a chain that was verified. */
  keep(chain: ChainState): void {
    const name = toHex(chain.head.hash);
    this.#byHead.delete(name);
    this.#byHead.set(name, chain);
    const [oldest] = this.#byHead.keys();
    if (this.#byHead.size > this.#maxChains && oldest !== undefined) this.#byHead.delete(oldest);
  }
}
