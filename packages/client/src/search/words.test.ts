import { describe, expect, it } from "vitest";
import { matchRanges } from "./match-ranges.ts";
import { foldWord, MAX_TERM_LENGTH, wordsOf } from "./words.ts";

const termsOf = (text: string): readonly string[] => wordsOf(text).map(({ term }) => term);

describe("words of search", () => {
  it.each([
    ["Latin without case and accents", "Café ÉCOLE Straße", "cafe ecole strasse"],
    ["Arabic without vowel marks and tatweel", "مُحَمَّد مـــحمد", "محمد محمد"],
    ["one alef", "أحمد إلى آخر ٱسم", "احمد الي اخر اسم"],
    ["one yeh", "على علي علی", "علي علي علي"],
    ["teh marbuta as heh", "مدرسة", "مدرسه"],
    ["Devanagari with and without nukta", "क़लम कलम", "कलम कलम"],
    ["nasal consonants as anusvara", "हिन्दी हिंदी", "हिंदी हिंदी"],
    ["candrabindu as anusvara", "हाँ हां", "हां हां"],
    ["digits of three scripts", "٢٠٢٦ ۲۰۲۶ २०२६ 2026", "2026 2026 2026 2026"],
    ["full-width letters", "Ｈｅｌｌｏ", "hello"],
    ["words joined by an apostrophe", "don't l’heure", "dont lheure"],
    ["handles and addresses", "@Alice_1 https://x.com/a-b", "alice_1 https x com a b"],
    ["pairs where there are no spaces", "東京都 です", "東京 京都 です"],
    ["mixed text", "اجتماع Kith غدًا", "اجتماع kith غدا"],
  ])("folds %s", (_, text, terms) => {
    expect(termsOf(text).join(" ")).toBe(terms);
  });

  it("keeps the vowel signs of Devanagari", () => {
    expect(foldWord("किताब")).not.toBe(foldWord("कताब"));
  });

  it("says where each word stands in the text as it is", () => {
    const text = "नमस्ते, Été!";
    expect(wordsOf(text).map(({ start, end }) => text.slice(start, end))).toEqual(["नमस्ते", "Été"]);
  });

  it("finds no words in marks, emoji and white space", () => {
    expect(termsOf(" …!? 😀 \u0301 ")).toEqual([]);
  });

  it("cuts a word that has no end", () => {
    expect(termsOf("a".repeat(50_000))).toEqual(["a".repeat(MAX_TERM_LENGTH)]);
  });
});

describe("match ranges", () => {
  it("mark every word that begins with a word of the query", () => {
    const text = "The café is cafeteria-like";
    const found = matchRanges(text, "CAFE").map(({ start, end }) => text.slice(start, end));
    expect(found).toEqual(["café", "cafeteria"]);
  });

  it("join pairs that touch", () => {
    expect(matchRanges("東京都", "東京都")).toEqual([{ start: 0, end: 3 }]);
  });
});
