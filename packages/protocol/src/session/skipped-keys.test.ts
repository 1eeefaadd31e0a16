import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_SKIPPED_KEY_AGE_MS, MAX_SKIPPED_KEYS } from "../limits.ts";
import {
  addSkippedRun,
  dropExpiredKeys,
  NO_SKIPPED_KEYS,
  SEED_BYTES,
  type SkippedRun,
  takeSkippedKey,
} from "./skipped-keys.ts";

/** Seeds that name their counter in the first two bytes. */
function createRun(firstCounter: number, count: number, storedAtMs = 0): SkippedRun {
  const seeds = new Uint8Array(count * SEED_BYTES);
  for (let i = 0; i < count; i++) {
    seeds[i * SEED_BYTES] = (firstCounter + i) & 0xff;
    seeds[i * SEED_BYTES + 1] = (firstCounter + i) >> 8;
  }
  return { firstCounter, storedAtMs, seeds };
}

describe("skipped keys", () => {
  it("are given out once, whatever the order of asking", () => {
    const counters = fc.uniqueArray(fc.integer({ min: 0, max: 59 }), { maxLength: 60 });
    fc.assert(
      fc.property(counters, (asked) => {
        let keys = addSkippedRun(addSkippedRun(NO_SKIPPED_KEYS, createRun(0, 20)), createRun(30, 20));
        for (const counter of asked) {
          const isHeld = counter < 20 || (counter >= 30 && counter < 50);
          const taken = takeSkippedKey(keys, counter);
          expect(taken?.seed[0] ?? null).toBe(isHeld ? counter : null);
          if (taken === null) continue;
          expect(taken.keys.count).toBe(keys.count - 1);
          keys = taken.keys;
          expect(takeSkippedKey(keys, counter)).toBeNull();
        }
      }),
      { numRuns: 30 },
    );
  });

  it("are not changed by giving one out", () => {
    const keys = addSkippedRun(NO_SKIPPED_KEYS, createRun(0, 3));
    takeSkippedKey(keys, 1);
    expect(keys.count).toBe(3);
    expect(takeSkippedKey(keys, 1)?.seed[0]).toBe(1);
  });

  it("number at most 2,000 a chain, the newest", () => {
    const first = addSkippedRun(NO_SKIPPED_KEYS, createRun(0, MAX_SKIPPED_KEYS));
    const keys = addSkippedRun(first, createRun(5000, 10));
    expect(keys.count).toBe(MAX_SKIPPED_KEYS);
    expect(takeSkippedKey(keys, 9)).toBeNull();
    expect(takeSkippedKey(keys, 10)?.seed[0]).toBe(10);
    expect(takeSkippedKey(keys, 5009)?.seed[0]).toBe(5009 & 0xff);
    const replaced = addSkippedRun(first, createRun(9000, MAX_SKIPPED_KEYS));
    expect(replaced.runs.map((run) => run.firstCounter)).toEqual([9000]);
  });

  it("die after 30 days, and only then", () => {
    const keys = addSkippedRun(addSkippedRun(NO_SKIPPED_KEYS, createRun(0, 2, 0)), createRun(5, 2, 1000));
    expect(dropExpiredKeys(keys, MAX_SKIPPED_KEY_AGE_MS)).toBe(keys);
    const left = dropExpiredKeys(keys, MAX_SKIPPED_KEY_AGE_MS + 1);
    expect(left.runs.map((run) => run.firstCounter)).toEqual([5]);
    expect(dropExpiredKeys(left, MAX_SKIPPED_KEY_AGE_MS + 1001)).toEqual(NO_SKIPPED_KEYS);
  });
});
