import { entropyToMnemonic } from "@scure/bip39";
import { wordlist } from "@scure/bip39/wordlists/english.js";
import { describe, expect, test } from "vitest";
import { fromHex, toHex } from "../bytes.ts";
import vectors from "./account.vectors.json" with { type: "json" };
import bip39 from "./bip39.vectors.json" with { type: "json" };
import { ALICE_WORDS } from "./fixtures.ts";
import { rootKeyFromWords } from "./root-key.ts";
import { createWords, parseWords } from "./words.ts";

describe("recovery words", () => {
  test.each(bip39.rows)("the entropy $entropy has its official words", ({ entropy, words }) => {
    expect(parseWords(words)).toEqual({ ok: true, value: words });
    expect(entropyToMnemonic(fromHex(entropy), wordlist)).toBe(words);
    if (entropy.length === 64) expect(createWords(() => fromHex(entropy))).toBe(words);
  });

  test("capitals and white space do not matter", () => {
    const typed = `\t ${ALICE_WORDS.toUpperCase().replaceAll(" ", " \n ")}  `;
    expect(parseWords(typed)).toEqual({ ok: true, value: ALICE_WORDS });
  });

  test.each([0, 11, 13, 15, 18, 23, 25])("%i words are refused with their count", (count) => {
    const words = new Array(count).fill("abandon").join(" ");
    expect(parseWords(words)).toEqual({ ok: false, error: { code: "WORDS_COUNT", count } });
  });

  test("an unknown word is named by position only", () => {
    const words = ALICE_WORDS.replace(/art$/, "secretword");
    expect(parseWords(words)).toEqual({ ok: false, error: { code: "WORDS_UNKNOWN", index: 23 } });
  });

  test("a wrong last word fails the checksum", () => {
    const words = ALICE_WORDS.replace(/art$/, "abandon");
    expect(parseWords(words)).toEqual({ ok: false, error: { code: "WORDS_CHECKSUM" } });
  });
});

test("words give the root key of the vector", () => {
  const words = parseWords(vectors.words);
  if (!words.ok) throw new Error("the vector's words are good");
  const root = rootKeyFromWords(words.value);
  expect(toHex(root.privateKey)).toBe(vectors.rootPrivateKey);
  expect(root.accountId).toBe(vectors.account);
  expect(toHex(root.publicKey)).toBe(vectors.account);
});
