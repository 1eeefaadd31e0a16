/**
 * File names that are safe to show and to write on every system. A sender makes a name safe, a reader refuses one that
 * is not: there is one form, and no name that looks like another by invisible means.
 * @see docs/spec/07-file.md (Names)
 */
import { utf8Length } from "../codec/utf8.ts";

/** A file name, in UTF-8 bytes: what most file systems allow. */
export const MAX_FILE_NAME_BYTES = 255;

/** What a name becomes of which nothing is left. */
const NAMELESS = "file";

/** An ending is kept when a long name is cut, up to so many bytes with its dot. */
const MAX_ENDING_BYTES = 32;

/** Not allowed in names on some system: path separators, wildcards, quotes, pipes. */
const SEPARATORS = /[/\\:*?"<>|]/gu;

/** Controls, half surrogate pairs, line separators, and unassigned or private characters. */
const UNSHOWABLE = /[\p{Cc}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu;

/** Invisible formatting, bidi controls among it; the joiners of Indic and Arabic words and of emoji stay. */
const INVISIBLE = /(?![\u200c\u200d])\p{Cf}/gu;

/** Device names of Windows, with or without an ending. */
const RESERVED = /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)/iu;

/** The safe form of a name; the safe form of a safe name is itself. */
export function safeFileName(name: string): string {
  let safe = name.replace(UNSHOWABLE, "_").replace(INVISIBLE, "").replace(SEPARATORS, "_").normalize("NFC");
  safe = safe.replace(/\p{Zs}/gu, " ").replace(/^[\s.]+|[\s.]+$/gu, "");
  safe = cutName(safe).replace(/[\s.]+$/u, "");
  if (RESERVED.test(safe)) safe = cutName(`_${safe}`).replace(/[\s.]+$/u, "");
  return safe === "" ? NAMELESS : safe;
}

/** Whether a name is its own safe form. */
export function isSafeFileName(name: string): boolean {
  return name.length <= MAX_FILE_NAME_BYTES && safeFileName(name) === name;
}

/** The name with a number, for a folder that has one of this name already: `photo (2).jpg`. */
export function numberedFileName(name: string, number: number): string {
  const { stem, ending } = splitName(name);
  const suffix = ` (${number})${ending}`;
  return cutTo(stem, MAX_FILE_NAME_BYTES - utf8Length(suffix)) + suffix;
}

/** Cuts a name to the limit, its ending kept. */
function cutName(name: string): string {
  if (utf8Length(name) <= MAX_FILE_NAME_BYTES) return name;
  const { stem, ending } = splitName(name);
  return cutTo(stem, MAX_FILE_NAME_BYTES - utf8Length(ending)).replace(/[\s.]+$/u, "") + ending;
}

function splitName(name: string): { readonly stem: string; readonly ending: string } {
  const dot = name.lastIndexOf(".");
  const ending = dot > 0 ? name.slice(dot) : "";
  return utf8Length(ending) <= MAX_ENDING_BYTES
    ? { stem: name.slice(0, name.length - ending.length), ending }
    : { stem: name, ending: "" };
}

/** Whole characters from the front that fit so many bytes. */
function cutTo(text: string, maxBytes: number): string {
  let length = 0;
  let result = "";
  for (const character of text) {
    length += utf8Length(character);
    if (length > maxBytes) break;
    result += character;
  }
  return result;
}
