/**
 * The recovery words: 24 English BIP-39 words (12 are accepted) and nothing else of an account.
 * Errors name positions, never words.
 */
import { entropyToMnemonic, mnemonicToEntropy } from "@scure/bip39";
import { wordlist } from "@scure/bip39/wordlists/english.js";
import type { Brand } from "../brand.ts";
import type { RandomBytes } from "../crypto/suite.ts";
import { err, ok, type Result } from "../result.ts";

/** Recovery words in normal form: lower case, single spaces, checksum verified. A secret. */
export type Words = Brand<string, "Words">;

/** Why a text is not recovery words; `index` counts from 0. */
export type WordsError =
  | { readonly code: "WORDS_COUNT"; readonly count: number }
  | { readonly code: "WORDS_UNKNOWN"; readonly index: number }
  | { readonly code: "WORDS_CHECKSUM" };

/** Entropy of 24 words, in bytes. */
const ENTROPY_BYTES = 32;

/** Makes 24 new words from 32 random bytes. */
export function createWords(random: RandomBytes): Words {
  return entropyToMnemonic(random(ENTROPY_BYTES), wordlist) as Words;
}

/** Reads 12 or 24 words in any case, with any white space between and around them. */
export function parseWords(input: string): Result<Words, WordsError> {
  const words = input
    .normalize("NFKD")
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  if (words.length !== 12 && words.length !== 24) return err({ code: "WORDS_COUNT", count: words.length });
  const index = words.findIndex((word) => !wordlist.includes(word));
  if (index >= 0) return err({ code: "WORDS_UNKNOWN", index });
  const normal = words.join(" ");
  try {
    mnemonicToEntropy(normal, wordlist);
  } catch {
    return err({ code: "WORDS_CHECKSUM" }); // count and words are known good: only the checksum is left to fail
  }
  return ok(normal as Words);
}
