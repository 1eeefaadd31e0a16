/** The part of a found message that is shown: some words around the first match, with every match in it marked. */
import type { FoundMessage } from "@kith/client/rpc";

/** A stretch of a snippet. */
export interface SnippetPart {
  readonly text: string;
  readonly isMatch: boolean;
}

/** UTF-16 units before the first match, and in all. */
const UNITS_BEFORE = 24;
const UNITS = 160;

/** Line breaks, tabs and marks that reorder text, halves of pairs: a snippet is one line of ours. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Moves a cut to the beginning of a word, so that no letter or pair is cut in two. */
function wordStart(text: string, at: number): number {
  const space = text.lastIndexOf(" ", at);
  return space >= 0 && at - space < UNITS_BEFORE ? space + 1 : at;
}

/** The stretches in their order. */
export function snippetOf({ message, matches }: Pick<FoundMessage, "message" | "matches">): readonly SnippetPart[] {
  const { text } = message;
  const first = matches[0]?.start ?? 0;
  const start = first <= UNITS_BEFORE ? 0 : wordStart(text, first - UNITS_BEFORE);
  const end = Math.min(text.length, start + UNITS);
  const parts: SnippetPart[] = [];
  const add = (from: number, to: number, isMatch: boolean): void => {
    const part = text.slice(from, to).replace(UNPRINTABLE, " ");
    if (part !== "") parts.push({ text: part, isMatch });
  };
  if (start > 0) parts.push({ text: "…", isMatch: false });
  let at = start;
  for (const match of matches) {
    if (match.start < at || match.end > end) continue;
    add(at, match.start, false);
    add(match.start, match.end, true);
    at = match.end;
  }
  add(at, end, false);
  if (end < text.length) parts.push({ text: "…", isMatch: false });
  return parts;
}
