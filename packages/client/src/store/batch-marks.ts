/**
 * Marks that show a missing batch. LevelDB opens without an error after its log was damaged in the middle and simply
 * lacks what stood there, so each batch carries its number: batch n writes mark n and deletes mark n - 64.
 * A lost batch leaves a gap in the window, and later a mark below it that nobody deleted, so a hole shows at every
 * later opening. Damage that cuts off only the newest batches looks like an earlier state and cannot be told from one.
 */

/** Marks kept; the size only bounds the scan at opening, since an undeleted mark shows older holes. */
export const MARK_WINDOW = 64;

/** Marks lie below every key of the port, so that no range shows them. */
const PREFIX = "\u0001mark/";
const DIGITS = 12;

/** The range of all marks. */
export const MARK_RANGE: { readonly gte: string; readonly lt: string } = { gte: PREFIX, lt: "\u0001mark0" };

/** The key of mark `number`. */
export function markKey(number: number): string {
  return PREFIX + number.toString(16).padStart(DIGITS, "0");
}

/** What the marks of a store say. null stands for a store never written. */
export interface MarkReport {
  /** The number of the next batch. */
  readonly next: number;
  /** At least this many batches are lost; 0 only when none is, as far as marks can tell. */
  readonly missing: number;
}

/** Reads the sorted keys found in `MARK_RANGE`. */
export function readMarks(keys: readonly string[]): MarkReport | null {
  if (keys.length === 0) return null;
  const numbers = keys.map((key) => Number.parseInt(key.slice(PREFIX.length), 16));
  const newest = numbers.at(-1) as number;
  const windowStart = newest - MARK_WINDOW + 1;
  const inWindow = numbers.filter((number) => number >= windowStart).length;
  const undeleted = numbers.length - inWindow;
  // A recent hole shows in the window and, 64 batches on, as the mark it should have deleted: count each hole once.
  return { next: newest + 1, missing: Math.max(MARK_WINDOW - inWindow, undeleted) };
}
