/** What is shown of a found message. */
import type { FoundMessage } from "@kith/client";
import { expect, test } from "vitest";
import { snippetOf } from "../src/screens/found-messages/snippet.ts";

function shown(text: string, ...words: readonly string[]): string {
  const matches = words.map((word) => ({ start: text.indexOf(word), end: text.indexOf(word) + word.length }));
  const parts = snippetOf({ message: { text } as FoundMessage["message"], matches });
  return parts.map((part) => (part.isMatch ? `[${part.text}]` : part.text)).join("");
}

test("every match is marked where it stands", () => {
  expect(shown("meet at the café", "meet", "café")).toBe("[meet] at the [café]");
  expect(shown("نلتقي عند السادسة", "السادسة")).toBe("نلتقي عند [السادسة]");
});

test("a long text begins a few words before the first match and is cut at the end", () => {
  const text = `${"long ".repeat(40)}orchid ${"tail ".repeat(80)}`;
  const snippet = shown(text, "orchid");
  expect(snippet).toMatch(/^…(?:long )+\[orchid\] (?:tail )+.*…$/);
  expect(snippet.length).toBeLessThan(180);
});

test("it is one line, without marks that reorder it and without half of a pair", () => {
  expect(shown("a\n\u202eb\u2066 orchid", "orchid")).toBe("a  b  [orchid]");
  expect(shown(`${"👩".repeat(40)}orchid`, "orchid")).not.toMatch(/\p{Surrogate}/u);
});

test("a match beyond what is shown is left out, and a text without any is shown from its start", () => {
  expect(shown(`orchid ${"x".repeat(300)} tulip`, "orchid", "tulip")).not.toContain("[tulip]");
  expect(shown("no match here")).toBe("no match here");
});
