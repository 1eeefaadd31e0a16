/** A made-up history: words of three scripts in the frequencies of natural language, the same for the same seed. */

const LATIN = ["b", "d", "f", "g", "k", "l", "m", "n", "p", "r", "s", "t", "v", "st", "tr", "ch"];
const LATIN_VOWELS = ["a", "e", "i", "o", "u", "ea", "ou"];
const ARABIC = [..."بتثجحخدذرزسشصضطظعغفقكلمنهوي"];
const ARABIC_VOWELS = ["ا", "و", "ي", "", "", "أ", "ة"];
const HINDI = [..."कखगघचछजझटठडढतथदधनपफबभमयरलवशसह"];
const HINDI_VOWELS = ["ा", "ि", "ी", "ु", "े", "ो", "ं", ""];

const SCRIPTS = [
  { share: 0.6, first: LATIN, second: LATIN_VOWELS },
  { share: 0.8, first: ARABIC, second: ARABIC_VOWELS },
  { share: 1, first: HINDI, second: HINDI_VOWELS },
] as const;

const VOCABULARY = 30_000;
const MIN_WORDS = 2;
const MAX_WORDS = 18;

/** Texts of a history. */
export interface Corpus {
  readonly texts: readonly string[];
  /** Beginnings of words that occur, of two and more characters. */
  readonly queries: readonly string[];
}

/** Makes `count` texts and 400 queries. */
export function makeCorpus(count: number): Corpus {
  const next = createSequence(20261124);
  const vocabularies = SCRIPTS.map(({ first, second }) =>
    Array.from({ length: VOCABULARY }, () => makeWord(next, first, second)),
  );
  const makeText = (): string => {
    const script = SCRIPTS.findIndex(({ share }) => next() < share);
    const words = vocabularies[Math.max(0, script)] ?? [];
    const length = MIN_WORDS + Math.floor(next() ** 2 * (MAX_WORDS - MIN_WORDS));
    return Array.from({ length }, () => words[zipf(next)] ?? "").join(" ");
  };
  const texts = Array.from({ length: count }, makeText);
  const queries = Array.from({ length: 400 }, () => {
    const words = (texts[Math.floor(next() * count)] ?? "").split(" ");
    const wanted = next() < 0.5 ? words.slice(0, 1) : words.slice(0, 2);
    return wanted.map((word) => word.slice(0, 2 + Math.floor(next() * 4))).join(" ");
  });
  return { texts, queries };
}

/** A rank with the frequencies of words in a language: 1 / (rank + 2.7). */
function zipf(next: () => number): number {
  const offset = 2.7;
  return Math.min(VOCABULARY - 1, Math.floor(offset * ((VOCABULARY + offset) / offset) ** next() - offset));
}

function makeWord(next: () => number, first: readonly string[], second: readonly string[]): string {
  const syllables = 1 + Math.floor(next() * 3.4);
  let word = "";
  for (let i = 0; i < syllables; i++) word += pick(next, first) + pick(next, second);
  return word;
}

function pick(next: () => number, from: readonly string[]): string {
  return from[Math.floor(next() * from.length)] ?? "";
}

/** Numbers from 0 to 1 (mulberry32, public domain). */
function createSequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
