/**
 * Makes what others wrote safe to show in a terminal: it may hold escape sequences that move the cursor, change the
 * title or answer for the person, and direction marks that reorder what stands beside it.
 */
import { stripVTControlCharacters } from "node:util";

/** C0 and C1 controls, DEL, line and paragraph separators; tabs and line feeds are handled before. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: removing control characters is what this file is for.
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;

/** Embeddings, overrides and isolates: they work beyond the text that holds them. */
const BIDI_CONTROLS = /[\u202a-\u202e\u2066-\u2069]/g;

/** Marks that show as nothing and make two names look alike. */
const INVISIBLE = /[\u00ad\u061c\u180e\u200b\u200e\u200f\u2060-\u2064\ufeff\u{e0000}-\u{e007f}]/gu;

const FIRST_STRONG_ISOLATE = "\u2068";
const POP_ISOLATE = "\u2069";

/** What stands for a line break in one-line output. */
const LINE_BREAK_MARK = " ⏎ ";

function stripControls(value: string): string {
  return stripVTControlCharacters(value).replace(CONTROLS, "").replace(BIDI_CONTROLS, "");
}

function isolate(value: string): string {
  return `${FIRST_STRONG_ISOLATE}${value}${POP_ISOLATE}`;
}

/** A name or handle for a terminal: one line, nothing invisible, isolated from the text around it. */
export function printableName(name: string): string {
  return isolate(stripControls(name).replace(INVISIBLE, "").trim());
}

/** A message for a terminal on one line, isolated from what stands beside it. */
export function printableLine(value: string): string {
  const lines = value.replace(/\r\n?|\u2028|\u2029|\u0085/g, "\n").split("\n");
  return isolate(lines.map((line) => stripControls(line.replaceAll("\t", " "))).join(LINE_BREAK_MARK));
}

/** A message for a terminal as its lines, each isolated on its own. */
export function printableLines(value: string): readonly string[] {
  const lines = value.replace(/\r\n?|\u2028|\u2029|\u0085/g, "\n").split("\n");
  return lines.map((line) => isolate(stripControls(line.replaceAll("\t", "  "))));
}

/** Any other text that came from outside, such as an address in an error: controls removed, not isolated. */
export function printableText(value: string): string {
  return stripControls(value);
}

/** JSON on one line in which nothing acts on a terminal: what JSON leaves as it is gets escaped too. */
export function printableJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
