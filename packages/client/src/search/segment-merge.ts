/** Makes one segment out of several, or out of the rest of one. */
import type { SegmentReader } from "./segment-reader.ts";
import { encodeSegment, type IndexedMessage } from "./segment-writer.ts";

/**
 * Joins segments, keeping what `isKept` allows; the first of two entries of one message wins.
 * @returns the new segment with its size, or null when nothing is kept.
 */
export function mergeSegments(
  readers: readonly SegmentReader[],
  isKept: (message: IndexedMessage) => boolean,
): { readonly bytes: Uint8Array; readonly size: number } | null {
  const entries = readers.flatMap((reader, source) =>
    Array.from({ length: reader.size }, (_, number) => ({ source, number, message: reader.message(number) })),
  );
  const kept = entries.filter(({ message }) => isKept(message));
  if (kept.length === 0) return null;
  kept.sort((a, b) => a.message.orderMs - b.message.orderMs || a.source - b.source);
  const newNumbers = readers.map((reader) => new Int32Array(reader.size).fill(-1));
  for (const [index, { source, number }] of kept.entries()) (newNumbers[source] as Int32Array)[number] = index;
  const bytes = encodeSegment(
    kept.map(({ message }) => message),
    mergeTerms(readers, newNumbers),
  );
  return { bytes, size: kept.length };
}

function mergeTerms(
  readers: readonly SegmentReader[],
  newNumbers: readonly Int32Array[],
): ReadonlyMap<string, readonly number[]> {
  const numbersByTerm = new Map<string, number[]>();
  for (const [source, reader] of readers.entries()) {
    const renumber = newNumbers[source] as Int32Array;
    for (const [term, numbers] of reader.terms()) {
      const renamed = numbers.map((number) => renumber[number] as number).filter((number) => number >= 0);
      if (renamed.length === 0) continue;
      const known = numbersByTerm.get(term);
      if (known === undefined) numbersByTerm.set(term, renamed);
      else known.push(...renamed);
    }
  }
  // The messages of segments interleave in time.
  if (readers.length > 1) for (const numbers of numbersByTerm.values()) numbers.sort((a, b) => a - b);
  return numbersByTerm;
}
