/**
 * Words as search compares them: one spelling for letters that people write in several ways.
 * Latin loses case and accents; Arabic loses vowel marks and tatweel, and its forms of alef, yeh, kaf and teh marbuta
 * become one; Devanagari loses nukta, and its nasals become anusvara; digits of all these scripts become ASCII.
 * Scripts without spaces are cut into pairs of characters.
 */

/** One word of a text. */
export interface Word {
  /** The folded spelling, never empty. */
  readonly term: string;
  /** Where it stands in the text, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
}

/** UTF-16 units of a term that are compared; longer words are found by their beginning. */
export const MAX_TERM_LENGTH = 32;

/** Letters, marks and digits; joiners and the apostrophe only between them. */
const WORD = /[\p{L}\p{N}\p{M}_]+(?:[\u200d\u200c'’][\p{L}\p{N}\p{M}_]+)*/gu;

const UNSPACED_RUN =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}\u30fc]+/gu;

/** What does not tell words apart. */
const IGNORED_RANGES = [
  "\\u0300-\\u036f", // accents
  "\\u0610-\\u061a\\u064b-\\u065f\\u0670\\u06d6-\\u06dc\\u06df-\\u06e8\\u06ea-\\u06ed", // Arabic vowels and hamzas
  "\\u0640", // tatweel
  "\\u093c", // nukta
  "\\u200c\\u200d'’", // joiners and apostrophes
];
const IGNORED = new RegExp(`[${IGNORED_RANGES.join("")}]`, "g");

const SAME_LETTER: Readonly<Record<string, string>> = Object.freeze({
  "\u0671": "\u0627", // alef wasla
  "\u0649": "\u064a", // alef maksura
  "\u06cc": "\u064a", // Farsi yeh
  "\u0629": "\u0647", // teh marbuta
  "\u06a9": "\u0643", // keheh
  "\u06c1": "\u0647", // heh goal
  "\u0901": "\u0902", // candrabindu
  ß: "ss",
  ı: "i",
});
const VARIANT = new RegExp(`[${Object.keys(SAME_LETTER).join("")}]`, "g");

/** A nasal that stands before another consonant is written with anusvara as well. */
const DEVANAGARI_NASAL = /[\u0919\u091e\u0923\u0928\u092e]\u094d(?=[\u0915-\u0939])/g;

/** First digits of the decimal rows that people type: Arabic-Indic, extended Arabic-Indic, Devanagari. */
const DIGIT_ROWS = [0x0660, 0x06f0, 0x0966];
const DIGIT = /[\u0660-\u0669\u06f0-\u06f9\u0966-\u096f]/g;

const ASCII = /^[a-z0-9_]*$/;

/** The one spelling of a word or of the beginning of one; may be empty. */
export function foldWord(word: string): string {
  const lower = word.toLowerCase();
  if (ASCII.test(lower)) return lower.slice(0, MAX_TERM_LENGTH);
  return lower
    .normalize("NFKD")
    .replace(IGNORED, "")
    .replace(VARIANT, (letter) => SAME_LETTER[letter] ?? letter)
    .replace(DEVANAGARI_NASAL, "\u0902")
    .replace(DIGIT, digitOf)
    .normalize("NFC")
    .toLowerCase()
    .slice(0, MAX_TERM_LENGTH);
}

function digitOf(digit: string): string {
  const code = digit.charCodeAt(0);
  const row = DIGIT_ROWS.findLast((first) => first <= code) ?? code;
  return String(code - row);
}

/** All words of a text, in order. */
export function wordsOf(text: string): readonly Word[] {
  const words: Word[] = [];
  for (const match of text.matchAll(WORD)) {
    const [word] = match;
    if (UNSPACED_RUN.test(word)) addUnspaced(words, word, match.index);
    else addWord(words, word, match.index);
    UNSPACED_RUN.lastIndex = 0;
  }
  return words;
}

function addWord(words: Word[], word: string, start: number): void {
  const term = foldWord(word);
  if (term !== "") words.push({ term, start, end: start + word.length });
}

/** Pairs of neighbouring characters for unspaced runs, whole words for what stands between them. */
function addUnspaced(words: Word[], word: string, offset: number): void {
  let done = 0;
  UNSPACED_RUN.lastIndex = 0;
  for (const run of word.matchAll(UNSPACED_RUN)) {
    if (run.index > done) addWord(words, word.slice(done, run.index), offset + done);
    addPairs(words, run[0], offset + run.index);
    done = run.index + run[0].length;
  }
  if (done < word.length) addWord(words, word.slice(done), offset + done);
}

function addPairs(words: Word[], run: string, offset: number): void {
  const characters = [...run];
  let at = offset;
  for (const [index, character] of characters.entries()) {
    const next = characters[index + 1];
    if (next !== undefined || characters.length === 1) addWord(words, character + (next ?? ""), at);
    at += character.length;
  }
}
