/** Comparing two verified views of one account's chain: newer, forked, or two-faced. */
import { equalBytes } from "../bytes.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import { InvariantError } from "../result.ts";
import { type ReadEntry, readEntry } from "./chain-entry.ts";
import type { ChainHead, ChainState } from "./chain-state.ts";

/** Two different entries by one signer at one place of a chain: the proof that the account showed two histories. */
export interface Equivocation {
  readonly epoch: number;
  readonly seq: number;
  /** Hex of the key that signed both. */
  readonly signer: string;
  /** Both entries as they travel. */
  readonly entries: readonly [Uint8Array, Uint8Array];
}

/** A place in a chain, however much of the hash it carries. */
type Place = Pick<ChainHead, "epoch" | "seq">;

/** Orders heads by (epoch, seq): negative, zero or positive. Zero does not mean equal hashes. */
export function compareHeads(a: Place, b: Place): number {
  return a.epoch - b.epoch || a.seq - b.seq;
}

/** Whether a chain contains exactly this head. */
export function containsHead(chain: ChainState, head: ChainHead): boolean {
  return chain.heads.some((each) => compareHeads(each, head) === 0 && equalBytes(each.hash, head.hash));
}

/** Whether `newer` is `older` with entries appended, or the same chain: an entry's hash covers account and past. */
export function extendsChain(older: ChainState, newer: ChainState): boolean {
  return containsHead(newer, older.head);
}

/**
 * Finds the equivocation between two verified chains of one account: where they part, one signer signed both entries.
 * Null when one extends the other, and for a fork made by two devices. Places after a fork are not compared, because
 * the loser of a fork rightly signs its places anew on the winning branch.
 */
export function findEquivocation(suite: CryptoSuite, a: ChainState, b: ChainState): Equivocation | null {
  if (a.account !== b.account) return null;
  const index = a.heads.findIndex((head, at) => !isSameHead(head, b.heads[at]));
  const [one, other] = [entryAt(suite, a, index), entryAt(suite, b, index)];
  if (one === null || other === null || one.entry.signer !== other.entry.signer) return null;
  const { epoch, seq, signer } = one.entry;
  return { epoch, seq, signer, entries: [one.encoded, other.encoded] };
}

function isSameHead(a: ChainHead, b: ChainHead | undefined): boolean {
  return b !== undefined && compareHeads(a, b) === 0 && equalBytes(a.hash, b.hash);
}

function entryAt(suite: CryptoSuite, chain: ChainState, index: number): ReadEntry | null {
  const encoded = chain.entries[index];
  if (encoded === undefined) return null;
  const read = readEntry(suite, encoded);
  if (!read.ok) throw new InvariantError("entries of a verified chain can be read");
  return read.value;
}
