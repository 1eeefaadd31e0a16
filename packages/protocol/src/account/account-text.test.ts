import { bech32, bech32m } from "@scure/base";
import fc from "fast-check";
import { expect, test } from "vitest";
import { fromHex, toHex } from "../bytes.ts";
import type { AccountId } from "../ids.ts";
import vectors from "./account.vectors.json" with { type: "json" };
import { accountToText, parseAccount } from "./account-text.ts";

const KEY = fromHex(vectors.account);
const refusal = (rule: string) => ({ ok: false, error: { code: "ACCOUNT_INVALID", rule } });

test("the vector's account has its text", () => {
  expect(accountToText(vectors.account as AccountId)).toBe(vectors.accountText);
  expect(parseAccount(` ${vectors.accountText.toUpperCase()}\n`)).toEqual({ ok: true, value: vectors.account });
});

test("every account survives its text", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (key) => {
      const account = toHex(key) as AccountId;
      expect(parseAccount(accountToText(account))).toEqual({ ok: true, value: account });
    }),
  );
});

test("one wrong character is noticed anywhere after the prefix", () => {
  for (let at = 5; at < vectors.accountText.length; at++) {
    const other = vectors.accountText[at] === "q" ? "p" : "q";
    const text = vectors.accountText.slice(0, at) + other + vectors.accountText.slice(at + 1);
    expect(parseAccount(text)).toEqual(refusal("not-bech32m"));
  }
});

test.each([
  ["another prefix", bech32m.encodeFromBytes("npub", KEY), "prefix"],
  ["a shorter key", bech32m.encodeFromBytes("kith", KEY.slice(1)), "length"],
  ["the older checksum", bech32.encodeFromBytes("kith", KEY), "not-bech32m"],
  ["mixed case", vectors.accountText.replace("kith", "Kith"), "not-bech32m"],
  ["an empty text", "", "not-bech32m"],
])("%s is refused", (_, text, rule) => {
  expect(parseAccount(text)).toEqual(refusal(rule));
});
