/** How hard a passphrase is to guess for somebody who has the file, as far as that can be counted. */

/** short: refused · weak: guessed soon · fair: costs much · strong: nobody tries that many. */
export type PassphraseStrength = "short" | "weak" | "fair" | "strong";

/** Fewest characters that the engine takes. */
export const MIN_PASSPHRASE_CHARACTERS = 8;

const FAIR_CHARACTERS = 12;
const STRONG_CHARACTERS = 20;
const STRONG_WORDS = 4;

/** Fewer different ones are a pattern, however long. */
const FAIR_DISTINCT = 6;
const STRONG_DISTINCT = 9;

/** Counts characters, different ones and words; it knows no lists, so it cannot tell a famous sentence from a secret. */
export function passphraseStrength(passphrase: string): PassphraseStrength {
  const characters = [...passphrase.normalize("NFKC").trim()];
  if (characters.length < MIN_PASSPHRASE_CHARACTERS) return "short";
  const distinct = new Set(characters).size;
  const words = new Set(passphrase.trim().split(/\s+/u)).size;
  const areDigits = characters.every((each) => /[\p{Nd}\s]/u.test(each));
  if (areDigits || distinct < FAIR_DISTINCT || characters.length < FAIR_CHARACTERS) return "weak";
  const isLong = characters.length >= STRONG_CHARACTERS && distinct >= STRONG_DISTINCT;
  return isLong && (words === 1 || words >= STRONG_WORDS) ? "strong" : "fair";
}
