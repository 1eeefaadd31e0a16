/** Where the words of a query stand in a text, for an interface to mark. */
import { wordsOf } from "./words.ts";

/** A stretch of a text in UTF-16 units, end not included. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** The words of `text` that begin with a word of `query`, in order; neighbours that touch are joined. */
export function matchRanges(text: string, query: string): readonly TextRange[] {
  const prefixes = wordsOf(query).map(({ term }) => term);
  const ranges: TextRange[] = [];
  for (const { term, start, end } of wordsOf(text)) {
    if (!prefixes.some((prefix) => term.startsWith(prefix))) continue;
    const last = ranges.at(-1);
    if (last !== undefined && start <= last.end) ranges[ranges.length - 1] = { start: last.start, end };
    else ranges.push({ start, end });
  }
  return ranges;
}
