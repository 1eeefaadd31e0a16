/**
 * A chain of message seeds by HMAC, as the Double Ratchet and sender keys both have it: the seed of any counter, and
 * the chain after it, which keeps what was passed over.
 * @see docs/spec/03-session.md (Double Ratchet rev. 3 §5.2, KDF_CK)
 */
import type { CryptoSuite } from "../crypto/suite.ts";
import { MAX_SKIPPED_KEYS } from "../limits.ts";
import { err, ok, type Result } from "../result.ts";
import { addSkippedRun, SEED_BYTES, type SkippedKeys, takeSkippedKey } from "./skipped-keys.ts";

const SEED_STEP = Uint8Array.of(1);
const CHAIN_STEP = Uint8Array.of(2);

/** A receiving chain. */
export interface MessageChain {
  readonly chainKey: Uint8Array;
  /** Counter of the next message. */
  readonly counter: number;
  readonly skipped: SkippedKeys;
}

/** Why a chain gives no seed for a counter. */
export type ChainError =
  /** Its seed was used, or expired, or was pushed out by newer skipped ones. */
  { readonly code: "duplicate" } | { readonly code: "too-far-ahead"; readonly gap: number; readonly limit: number };

/** The message seed a chain key stands for, 32 bytes. */
export function deriveMessageSeed(suite: CryptoSuite, chainKey: Uint8Array): Uint8Array {
  return suite.hmacSha256(chainKey, SEED_STEP);
}

/** The chain key after `chainKey`, 32 bytes. */
export function deriveNextChainKey(suite: CryptoSuite, chainKey: Uint8Array): Uint8Array {
  return suite.hmacSha256(chainKey, CHAIN_STEP);
}

/** How far a chain may be moved, and when. */
export interface ChainStep {
  readonly counter: number;
  /** Most seeds that may be passed over. */
  readonly maxJump: number;
  readonly nowMs: number;
}

/** The seed of a counter and the chain after it; of what is passed over the newest 2,000 seeds are kept. */
export function takeMessageSeed<C extends MessageChain>(
  suite: CryptoSuite,
  chain: C,
  { counter, maxJump, nowMs }: ChainStep,
): Result<{ readonly seed: Uint8Array; readonly chain: C }, ChainError> {
  if (counter < chain.counter) {
    const taken = takeSkippedKey(chain.skipped, counter);
    return taken === null
      ? err({ code: "duplicate" })
      : ok({ seed: taken.seed, chain: { ...chain, skipped: taken.keys } });
  }
  const gap = counter - chain.counter;
  if (gap > maxJump) return err({ code: "too-far-ahead", gap, limit: maxJump });
  const kept = Math.min(gap, MAX_SKIPPED_KEYS);
  const seeds = new Uint8Array(kept * SEED_BYTES);
  let chainKey = chain.chainKey;
  for (let at = kept - gap; at < kept; at++) {
    if (at >= 0) seeds.set(deriveMessageSeed(suite, chainKey), at * SEED_BYTES);
    chainKey = deriveNextChainKey(suite, chainKey);
  }
  const run = { firstCounter: counter - kept, storedAtMs: nowMs, seeds };
  const skipped = kept === 0 ? chain.skipped : addSkippedRun(chain.skipped, run);
  const seed = deriveMessageSeed(suite, chainKey);
  const next = { chainKey: deriveNextChainKey(suite, chainKey), counter: counter + 1, skipped };
  return ok({ seed, chain: { ...chain, ...next } });
}
