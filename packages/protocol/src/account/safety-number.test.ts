import { expect, test } from "vitest";
import { fromHex, utf8 } from "../bytes.ts";
import type { AccountId } from "../ids.ts";
import vectors from "./account.vectors.json" with { type: "json" };
import { fingerprintDigits, safetyNumber } from "./safety-number.ts";

const [alice, bob] = [vectors.account, vectors.otherAccount] as [AccountId, AccountId];

test("the digits of one side are Signal's", () => {
  const key = fromHex("0506863bc66d02b40d27b8d49ca7c09e9239236f9d7d25d6fcca5ce13c7064d868");
  expect(fingerprintDigits(key, utf8("+14152222222"))).toBe("300354477692869396892869876765");
});

test("both sides see the vector's number, in twelve groups of five digits", () => {
  expect(safetyNumber(alice, bob)).toBe(vectors.safetyNumber);
  expect(safetyNumber(bob, alice)).toBe(vectors.safetyNumber);
  expect(vectors.safetyNumber).toMatch(/^(\d{5} ){11}\d{5}$/);
});

test("another account gives another number", () => {
  const other = alice.replace(/^./, (digit) => (digit === "0" ? "1" : "0")) as AccountId;
  expect(safetyNumber(other, bob)).not.toBe(vectors.safetyNumber);
});
