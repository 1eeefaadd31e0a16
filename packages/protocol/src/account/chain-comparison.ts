/** Comparing two verified views of one account's chain: newer, recovered, forked, or two-faced. */
import { equalBytes } from "../bytes.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import { InvariantError } from "../result.ts";
import { isRootSigned, type ReadEntry, readEntry } from "./chain-entry.ts";
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

/** How a chain that is offered stands to the one that is held. */
export type ChainRelation =
  /** The same chain, or one with entries missing at the end: there is nothing to learn. */
  | { readonly type: "not-newer" }
  /** The held chain with entries appended. */
  | { readonly type: "extended" }
  /** The root started the chain anew. */
  | { readonly type: "recovered" }
  /** Two devices appended at one place; the offered branch wins: what was believed of devices and handle is replaced. */
  | { readonly type: "fork-won" }
  /** The offered branch loses. */
  | { readonly type: "fork-lost" }
  /** One signer signed both branches: neither is to be believed until the root starts the chain anew. */
  | { readonly type: "equivocation"; readonly proof: Equivocation };

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
 * How `offered` stands to `held`, both verified and of one account. Whoever has seen both decides alike, whichever came
 * first: a higher epoch wins; within one, the branch whose first own entry was signed by the root, else by the device
 * that was added earlier.
 * @throws TypeError for chains of two accounts.
 */
export function relateChains(suite: CryptoSuite, held: ChainState, offered: ChainState): ChainRelation {
  if (held.account !== offered.account) throw new TypeError("chains of two accounts are not compared");
  if (extendsChain(offered, held)) return { type: "not-newer" };
  if (extendsChain(held, offered)) return { type: "extended" };
  const epochs = offered.head.epoch - held.head.epoch;
  if (epochs !== 0) return { type: epochs > 0 ? "recovered" : "not-newer" };
  const proof = findEquivocation(suite, held, offered);
  if (proof !== null) return { type: "equivocation", proof };
  return partingAge(suite, offered, held) < partingAge(suite, held, offered)
    ? { type: "fork-won" }
    : { type: "fork-lost" };
}

/** How old the signer is of the entry with which `chain` leaves `other`: the root is older than any device. */
function partingAge(suite: CryptoSuite, chain: ChainState, other: ChainState): number {
  const read = entryAt(suite, chain, partingIndex(chain, other));
  if (read === null) throw new InvariantError("neither of two parting chains ends where they part");
  if (isRootSigned(read.entry)) return 0;
  const signer = [...chain.devices, ...chain.former].find(({ deviceId }) => deviceId === read.entry.signer);
  if (signer === undefined) throw new InvariantError("whoever signed an entry was active in its chain");
  return signer.addedAt.seq;
}

/**
 * Finds the equivocation between two verified chains of one account: where they part, one signer signed both entries.
 * Null when one extends the other, and for a fork made by two devices. Places after a fork are not compared, because
 * the loser of a fork rightly signs its places anew on the winning branch.
 */
export function findEquivocation(suite: CryptoSuite, a: ChainState, b: ChainState): Equivocation | null {
  if (a.account !== b.account) return null;
  const index = partingIndex(a, b);
  const [one, other] = [entryAt(suite, a, index), entryAt(suite, b, index)];
  if (one === null || other === null || one.entry.signer !== other.entry.signer) return null;
  if (one.entry.epoch !== other.entry.epoch) return null;
  const { epoch, seq, signer } = one.entry;
  return { epoch, seq, signer, entries: [one.encoded, other.encoded] };
}

function partingIndex(a: ChainState, b: ChainState): number {
  return a.heads.findIndex((head, at) => !isSameHead(head, b.heads[at]));
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
