/**
 * Merging what directory nodes hold under one key: commutative, associative, idempotent, never last-writer-wins.
 * The state is the top of a set of claims by an order that lies in the claims themselves. It is cut before the newest
 * claim of each account is picked, not after: picking first would drop an older claim with more work for a newer one
 * with less, cut that, and the result would depend on who met whom first.
 */
import { compareHeads } from "../account/chain-comparison.ts";
import type { ChainHead } from "../account/chain-state.ts";
import { compareBytes, toHex } from "../bytes.ts";
import type { AccountId } from "../ids.ts";
import { MAX_CLAIMS_PER_KEY } from "../limits.ts";

/** What merging needs to know of a claim that has been checked. */
export interface MergeableClaim {
  readonly account: AccountId;
  readonly head: ChainHead;
  readonly issuedMs: number;
  /** The 32-byte work hash: the claim's identity, and its rank, since more zero bits sort first. */
  readonly hash: Uint8Array;
  /** The claim as it travels. */
  readonly encoded: Uint8Array;
}

/**
 * The union of two states: at most `limit` claims, lowest work hash first. Claims with one work hash are one claim:
 * signing it again or differently must not multiply it, so the copy with the lowest bytes stays.
 */
export function mergeClaims<T extends MergeableClaim>(
  a: readonly T[],
  b: readonly T[],
  limit: number = MAX_CLAIMS_PER_KEY,
): readonly T[] {
  const byHash = new Map<string, T>();
  for (const claim of [...a, ...b]) {
    const held = byHash.get(toHex(claim.hash));
    if (held === undefined || compareBytes(claim.encoded, held.encoded) < 0) byHash.set(toHex(claim.hash), claim);
  }
  return [...byHash.values()].sort((one, other) => compareBytes(one.hash, other.hash)).slice(0, limit);
}

/** The newest claim of each account: highest (epoch, seq, issued), then most work; in the order of the state. */
export function newestByAccount<T extends MergeableClaim>(claims: readonly T[]): readonly T[] {
  const newest = new Map<AccountId, T>();
  for (const claim of claims) {
    const held = newest.get(claim.account);
    if (held === undefined || compareByAge(claim, held) > 0) newest.set(claim.account, claim);
  }
  return claims.filter((claim) => newest.get(claim.account) === claim);
}

function compareByAge(a: MergeableClaim, b: MergeableClaim): number {
  return compareHeads(a.head, b.head) || a.issuedMs - b.issuedMs || compareBytes(b.hash, a.hash);
}
