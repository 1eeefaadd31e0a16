/** Words that two people read to each other in a call: the same on both ends only when nobody stands between. */
import { wordlist } from "@scure/bip39/wordlists/english.js";
import { concat, utf8 } from "../bytes.ts";
import { LABELS } from "../crypto/labels.ts";
import type { CryptoSuite } from "../crypto/suite.ts";

/** Words shown: 44 bits. */
export const CHECK_WORDS = 4;

const BITS_PER_WORD = 11n;

/** The check words of a call, from the certificates of caller and callee (SHA-256 each). */
export function checkWords(
  suite: Pick<CryptoSuite, "sha256">,
  caller: Uint8Array,
  callee: Uint8Array,
): readonly string[] {
  const hash = suite.sha256(concat(utf8(LABELS.callCheck), caller, callee));
  let bits = 0n;
  for (const byte of hash.subarray(0, 8)) bits = (bits << 8n) | BigInt(byte);
  return Array.from({ length: CHECK_WORDS }, (_, index) => {
    const at = (bits >> (64n - BITS_PER_WORD * BigInt(index + 1))) & 0x7ffn;
    return wordlist[Number(at)] as string;
  });
}
