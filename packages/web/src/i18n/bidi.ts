/** Names and texts of other people within one line of ours: no control character of theirs reaches our layout. */

/** First strong isolate and pop directional isolate. */
const FSI = "\u2068";
const PDI = "\u2069";

/** Marks, embeddings, overrides and isolates that steer the bidi algorithm. */
const BIDI_CONTROLS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Control and format characters that show nothing; joiners stay, since Arabic, Devanagari and emoji need them. */
const INVISIBLE = /[\p{Cc}\u00ad\u180e\u200b\u2028\u2029\u2060-\u2064\ufeff\ufff9-\ufffb]/gu;

/** Combining marks beyond what any script stacks on one letter. */
const PILED_MARKS = /(\p{M}{4})\p{M}+/gu;

/** A name or handle without characters that could disguise it or reorder what stands beside it. */
export function plainName(name: string): string {
  const plain = name.replace(BIDI_CONTROLS, "").replace(INVISIBLE, " ").replace(PILED_MARKS, "$1");
  return plain.trim().replace(/\s+/gu, " ");
}

/** Text for one line of preview. */
export function plainLine(text: string): string {
  return plainName(text.slice(0, 300));
}

/** Text that keeps its own direction within a sentence. */
export function isolate(text: string): string {
  return FSI + text + PDI;
}

/** What says nothing about the direction of a message: leading mentions, links, digits, signs and emoji. */
const LEADING_NEUTRAL = /^(?:\s|@\w+|(?:https?:\/\/|www\.)\S+|kith:\S+|[^\p{L}])+/u;

const RIGHT_TO_LEFT_LETTER =
  /^[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]/u;

/** The direction of a message by its first word that is neither a mention nor a link; `auto` when it has none. */
export function textDirection(text: string): "ltr" | "rtl" | "auto" {
  const first = text.slice(0, 2000).replace(LEADING_NEUTRAL, "");
  if (first === "") return "auto";
  return RIGHT_TO_LEFT_LETTER.test(first) ? "rtl" : "ltr";
}
