/** The input line of the chat screen as a pure state: text and cursor, counted in whole characters. */

/** An input line. */
export interface EditedLine {
  readonly text: string;
  /** Characters before the cursor, as people see characters. */
  readonly cursor: number;
}

/** An empty line. */
export const EMPTY_LINE: EditedLine = Object.freeze({ text: "", cursor: 0 });

/** What a key does to the line. */
export type LineEdit = "left" | "right" | "start" | "end" | "backspace" | "delete" | "clear-before";

function split(text: string): string[] {
  return [...new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(text)].map(({ segment }) => segment);
}

/** Inserts text at the cursor; line breaks become spaces, since Enter sends. */
export function insertText({ text, cursor }: EditedLine, added: string): EditedLine {
  const characters = split(text);
  const before = characters.slice(0, cursor).join("") + added.replace(/[\r\n]+/g, " ");
  return { text: before + characters.slice(cursor).join(""), cursor: split(before).length };
}

/** The line after an editing key. */
export function editLine(line: EditedLine, edit: LineEdit): EditedLine {
  const { text, cursor } = line;
  const characters = split(text);
  const without = (from: number, to: number): string =>
    [...characters.slice(0, from), ...characters.slice(to)].join("");
  switch (edit) {
    case "left":
      return { text, cursor: Math.max(0, cursor - 1) };
    case "right":
      return { text, cursor: Math.min(characters.length, cursor + 1) };
    case "start":
      return { text, cursor: 0 };
    case "end":
      return { text, cursor: characters.length };
    case "backspace":
      return cursor === 0 ? line : { text: without(cursor - 1, cursor), cursor: cursor - 1 };
    case "delete":
      return { text: without(cursor, cursor + 1), cursor };
    case "clear-before":
      return { text: without(0, cursor), cursor: 0 };
  }
}

/** The line cut at the cursor: before it, the character on it (a space at the end), after it. */
export function cutAtCursor({ text, cursor }: EditedLine): readonly [before: string, at: string, after: string] {
  const characters = split(text);
  return [characters.slice(0, cursor).join(""), characters[cursor] ?? " ", characters.slice(cursor + 1).join("")];
}
