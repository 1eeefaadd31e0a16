import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeAs, encodeAs } from "../codec/schema.ts";
import { handleShape, normalHandle, parseHandle, writtenHandleShape } from "./handle.ts";

describe("parseHandle", () => {
  test.each([
    "Alice_1",
    "@Alice_1",
    "＠Alice_1",
    "  @Alice_1\n",
    "\u202e@Ali\u200bce_1\u2069\ufeff",
    "x.com/Alice_1",
    "https://x.com/Alice_1",
    "HTTPS://X.COM/Alice_1",
    "http://www.twitter.com/Alice_1/",
    "https://mobile.twitter.com/Alice_1?lang=fa",
    "https://x.com/Alice_1/status/1234567890?s=20#reply",
    "x.com/@Alice_1",
    "\u2066@Alice_1\u2069",
    "\u061cAlice_1",
    "Ali\u200c\u200dce_1",
    "\u2060x.com/Alice_1",
  ])("reads %j", (input) => {
    expect(parseHandle(input)).toEqual({ ok: true, value: { handle: "alice_1", written: "Alice_1" } });
  });

  test.each([
    ["", "empty"],
    ["@", "empty"],
    ["\u200e \u200f", "empty"],
    ["sixteen_letters_", "too-long"],
    [`x.com/${"a".repeat(16)}`, "too-long"],
    ["a".repeat(3000), "too-long"],
    ["@@alice", "character"],
    ["al ice", "character"],
    ["alice.com", "character"],
    ["ａｌｉｃｅ", "character"],
    ["علی", "character"],
    ["alice_١", "character"],
    ["alice_۱", "character"],
    ["alice_१", "character"],
    ["alice_１", "character"],
    ["аlice", "character"],
    ["alιce", "character"],
    ["alıce", "character"],
    ["ali\u0301ce", "character"],
    ["ſam", "character"],
    ["\u212aith", "character"],
    ["alice＿1", "character"],
    ["x.com/alice_١", "character"],
    ["x.com/al%69ce", "character"],
    ["https://example.com/alice", "not-a-profile-link"],
    ["https://x.com.evil.example/alice", "not-a-profile-link"],
    ["https://evil.example/x.com/alice", "not-a-profile-link"],
    ["https://x.com/", "not-a-profile-link"],
    ["https://x.com/i/status/1234567890", "not-a-profile-link"],
    ["x.com/Home", "not-a-profile-link"],
  ])("refuses %j by the rule %s", (input, rule) => {
    expect(parseHandle(input)).toEqual({ ok: false, error: { code: "HANDLE_INVALID", rule } });
  });

  test("every handle in every form gives the same handle back", () => {
    const forms = ["", "@", "＠", "x.com/", "https://twitter.com/", "https://www.x.com/@"];
    const name = fc.stringMatching(/^[A-Za-z0-9_]{1,15}$/).filter((each) => parseHandle(`x.com/${each}`).ok);
    fc.assert(
      fc.property(name, fc.constantFrom(...forms), (written, form) => {
        expect(parseHandle(form + written)).toEqual({ ok: true, value: { handle: normalHandle(written), written } });
      }),
    );
  });

  test("no text makes it throw, and what it accepts is a handle", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 0x10ffff })), (points) => {
        const input = String.fromCodePoint(...points);
        const result = parseHandle(input);
        if (result.ok) expect(result.value.handle).toMatch(/^[a-z0-9_]{1,15}$/);
        else expect(result.error.code).toBe("HANDLE_INVALID");
      }),
    );
  });
});

describe("handle shapes", () => {
  test("the normal form refuses capitals in both directions", () => {
    expect(decodeAs(handleShape, encodeAs(writtenHandleShape, "Alice"), 32).ok).toBe(false);
    expect(() => encodeAs(handleShape, "Alice" as never)).toThrow(RangeError);
  });

  test("a written handle with another character is refused in both directions", () => {
    const encoded = encodeAs(writtenHandleShape, "al_ice");
    expect(decodeAs(writtenHandleShape, encoded, 32)).toEqual({ ok: true, value: "al_ice" });
    const dotted = encoded.map((byte) => (byte === 0x5f ? 0x2e : byte));
    expect(decodeAs(writtenHandleShape, dotted, 32).ok).toBe(false);
    expect(() => encodeAs(writtenHandleShape, "al.ice")).toThrow(RangeError);
  });
});
