import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareBytes } from "../bytes.ts";
import type { AccountId } from "../ids.ts";
import { MAX_CLAIMS_PER_KEY } from "../limits.ts";
import { type MergeableClaim, mergeClaims, newestByAccount } from "./merge.ts";

/** Few accounts, times and hashes, so that ties and overflow are common; one hash has several encodings. */
const claim: fc.Arbitrary<MergeableClaim> = fc
  .tuple(fc.nat(3), fc.nat(1), fc.nat(3), fc.nat(3), fc.nat(3), fc.nat(1))
  .map(([account, epoch, seq, issuedMs, work, copy]) => ({
    account: String(account).repeat(64) as AccountId,
    head: { epoch, seq, hash: new Uint8Array(32) },
    issuedMs,
    hash: Uint8Array.of(work, account, epoch, seq, issuedMs),
    encoded: Uint8Array.of(copy),
  }));
const LIMIT = 5;
/** Random merges of each law. */
const RUNS = 10_000;
const state = fc.array(claim, { maxLength: 12 }).map((claims) => mergeClaims(claims, [], LIMIT));
const merge = (a: readonly MergeableClaim[], b: readonly MergeableClaim[]) => mergeClaims(a, b, LIMIT);

describe("merging", () => {
  test("is commutative, associative and idempotent, and bounded", () => {
    fc.assert(
      fc.property(state, state, state, (a, b, c) => {
        expect(merge(a, b)).toEqual(merge(b, a));
        expect(merge(merge(a, b), c)).toEqual(merge(a, merge(b, c)));
        expect(merge(a, a)).toEqual(a);
        expect(merge(merge(a, b), b)).toEqual(merge(a, b));
        expect(merge(a, b).length).toBeLessThanOrEqual(LIMIT);
      }),
      { numRuns: RUNS },
    );
  }, 60_000);

  test("does not depend on the order in which claims arrive", () => {
    fc.assert(
      fc.property(fc.array(claim, { maxLength: 12 }), (claims) => {
        const forth = claims.reduce((held, each) => merge(held, [each]), [] as readonly MergeableClaim[]);
        const back = claims.reduceRight((held, each) => merge([each], held), [] as readonly MergeableClaim[]);
        expect(forth).toEqual(back);
      }),
    );
  });

  test("never rolls back: what is left out had less work than all that stays, and no account's newest is older than before", () => {
    fc.assert(
      fc.property(state, state, (a, b) => {
        const merged = mergeClaims(a, b);
        for (const each of newestByAccount(a)) {
          const now = newestByAccount(merged).find(({ account }) => account === each.account);
          expect(now === undefined ? -1 : ageOf(now)).toBeGreaterThanOrEqual(ageOf(each));
        }
        const cut = merge(a, b);
        const worst = cut.at(-1)?.hash ?? new Uint8Array(0);
        const dropped = merged.slice(cut.length);
        expect(dropped.every(({ hash }) => compareBytes(hash, worst) >= 0)).toBe(true);
      }),
      { numRuns: RUNS },
    );
  }, 60_000);

  test("never lets a claim with less work push out one with more", () => {
    const strong = one("a");
    const crowd = Array.from({ length: 100 }, (_, i) => ({ ...one("b"), hash: Uint8Array.of(1, i), issuedMs: i }));
    const merged = mergeClaims([strong], crowd);
    expect(merged).toHaveLength(MAX_CLAIMS_PER_KEY);
    expect(merged[0]).toBe(strong);
  });

  test("takes copies of one work for one claim, and keeps the copy with the lowest bytes", () => {
    const copies = Array.from({ length: 5 }, (_, i) => ({ ...one("a"), encoded: Uint8Array.of(9 - i) }));
    expect(mergeClaims(copies, [])).toEqual([copies[4]]);
  });
});

/** Epoch, number and time of a claim of these tests as one number. */
function ageOf({ head, issuedMs }: MergeableClaim): number {
  return (head.epoch * 10 + head.seq) * 10 + issuedMs;
}

function one(account: string): MergeableClaim {
  const head = { epoch: 0, seq: 1, hash: new Uint8Array(32) };
  return {
    account: account.repeat(64) as AccountId,
    head,
    issuedMs: 0,
    hash: Uint8Array.of(0),
    encoded: Uint8Array.of(0),
  };
}

describe("the newest claim of an account", () => {
  test.each([
    ["a higher epoch", { head: { epoch: 1, seq: 0, hash: new Uint8Array(32) } }],
    ["a higher number", { head: { epoch: 0, seq: 2, hash: new Uint8Array(32) } }],
    ["a later issue", { issuedMs: 1 }],
    ["more work", { hash: Uint8Array.of(0) }],
  ])("is the one with %s", (_, change) => {
    const older = { ...one("a"), hash: Uint8Array.of(1) };
    const newer = { ...older, hash: Uint8Array.of(2), ...change };
    expect(newestByAccount([older, newer])).toEqual([newer]);
    expect(newestByAccount([newer, older])).toEqual([newer]);
  });

  test("stands for each account once", () => {
    fc.assert(
      fc.property(state, (claims) => {
        const newest = newestByAccount(claims).map((each) => each.account);
        expect(new Set(newest).size).toBe(newest.length);
        expect(new Set(newest)).toEqual(new Set(claims.map((each) => each.account)));
      }),
    );
  });
});
