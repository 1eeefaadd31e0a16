/**
 * Message seeds of one receiving chain that were passed over, kept for late messages.
 * Kept as runs of consecutive counters that share their bytes between states, so that a message that skips nothing
 * costs nothing here and one that does costs work in the number of runs, not of keys.
 * A seed whose message arrived is no longer reachable from the new state; earlier states still hold its bytes.
 */
import { MAX_SKIPPED_KEY_AGE_MS, MAX_SKIPPED_KEYS } from "../limits.ts";

/** Bytes of one message seed. */
export const SEED_BYTES = 32;

/** Seeds of the counters `firstCounter`, `firstCounter + 1`, … in one buffer of 32 bytes each. */
export interface SkippedRun {
  readonly firstCounter: number;
  readonly storedAtMs: number;
  readonly seeds: Uint8Array;
}

/** The skipped seeds of a chain, by ascending counter. */
export interface SkippedKeys {
  readonly runs: readonly SkippedRun[];
  readonly count: number;
  /** When the oldest was stored; Infinity when there is none. */
  readonly oldestMs: number;
}

/** A chain that skipped nothing. */
export const NO_SKIPPED_KEYS: SkippedKeys = Object.freeze({ runs: Object.freeze([]), count: 0, oldestMs: Infinity });

/** Builds the set from runs in ascending order. */
export function createSkippedKeys(runs: readonly SkippedRun[]): SkippedKeys {
  if (runs.length === 0) return NO_SKIPPED_KEYS;
  let count = 0;
  let oldestMs = Infinity;
  for (const run of runs) {
    count += keysOf(run);
    oldestMs = Math.min(oldestMs, run.storedAtMs);
  }
  return { runs, count, oldestMs };
}

/** Adds a run of counters above all held ones; only the newest 2,000 keys stay. */
export function addSkippedRun(keys: SkippedKeys, run: SkippedRun): SkippedKeys {
  let excess = keys.count + keysOf(run) - MAX_SKIPPED_KEYS;
  const runs: SkippedRun[] = [];
  for (const each of [...keys.runs, run]) {
    const dropped = Math.max(0, Math.min(excess, keysOf(each)));
    excess -= dropped;
    if (dropped < keysOf(each)) runs.push(dropped === 0 ? each : sliceRun(each, dropped, keysOf(each)));
  }
  return createSkippedKeys(runs);
}

/** The seed of a counter, and the set without it; null when it is not held. */
export function takeSkippedKey(
  keys: SkippedKeys,
  counter: number,
): { readonly seed: Uint8Array; readonly keys: SkippedKeys } | null {
  const index = keys.runs.findIndex((run) => counter >= run.firstCounter && counter < run.firstCounter + keysOf(run));
  const run = keys.runs[index];
  if (run === undefined) return null;
  const at = counter - run.firstCounter;
  const rest = [sliceRun(run, 0, at), sliceRun(run, at + 1, keysOf(run))].filter((each) => each.seeds.length > 0);
  const runs = [...keys.runs.slice(0, index), ...rest, ...keys.runs.slice(index + 1)];
  return { seed: run.seeds.subarray(at * SEED_BYTES, (at + 1) * SEED_BYTES), keys: createSkippedKeys(runs) };
}

/** Whether something stored at `storedAtMs` has outlived the 30 days of skipped keys. */
export function isExpired(storedAtMs: number, nowMs: number): boolean {
  return nowMs - storedAtMs > MAX_SKIPPED_KEY_AGE_MS;
}

/** The set without keys older than 30 days; the same object when there are none. */
export function dropExpiredKeys(keys: SkippedKeys, nowMs: number): SkippedKeys {
  if (!isExpired(keys.oldestMs, nowMs)) return keys;
  return createSkippedKeys(keys.runs.filter((run) => !isExpired(run.storedAtMs, nowMs)));
}

function keysOf(run: SkippedRun): number {
  return run.seeds.length / SEED_BYTES;
}

function sliceRun(run: SkippedRun, from: number, to: number): SkippedRun {
  return {
    firstCounter: run.firstCounter + from,
    storedAtMs: run.storedAtMs,
    seeds: run.seeds.subarray(from * SEED_BYTES, to * SEED_BYTES),
  };
}
