import { describe, expect, test } from "vitest";
import vectors from "../../protocol/src/account/account.vectors.json" with { type: "json" };
import { isGroupLink, isSameNumber, readScannedCode, safetyNumberCode } from "../src/state/scanned-code.ts";

describe("a scanned code", () => {
  test("of a safety number is the vector's and reads back as its digits", () => {
    const code = safetyNumberCode(vectors.safetyNumber);
    expect(code).toBe(vectors.safetyNumberCode);
    const read = readScannedCode(code);
    expect(read).toEqual({ kind: "safety-number", digits: vectors.safetyNumber.replaceAll(" ", "") });
    expect(isSameNumber(vectors.safetyNumber.replaceAll(" ", ""), vectors.safetyNumber)).toBe(true);
    expect(isSameNumber(vectors.safetyNumber.replaceAll(" ", "").replace(/.$/, "5"), vectors.safetyNumber)).toBe(false);
  });

  test.each(["kith:i/AbC-_9", "https://example.org/join#i=AbC", " kith:i/AbC\n"])("%j is an invite", (text) => {
    expect(readScannedCode(text)).toEqual({ kind: "invite", text: text.trim() });
  });

  test.each(["kith:g/AbC-_9", "https://example.org/#g=AbC"])("%j is the link of a group", (text) => {
    expect(readScannedCode(text)).toEqual({ kind: "group-link", text });
    expect(isGroupLink(`${text.slice(0, 8)}\r\n${text.slice(8)}`)).toBe(true);
    expect(isGroupLink("kith:i/AbC")).toBe(false);
  });

  test.each([
    "",
    "hello",
    "javascript:alert(1)",
    "kith:i/",
    "kith:i/AbC<script>",
    "kith:n/123",
    `kith:n/${"1".repeat(61)}`,
    `kith:n/${"١".repeat(60)}`,
    `kith:i/${"A".repeat(5000)}`,
  ])("%j is none of ours", (text) => {
    expect(readScannedCode(text)).toEqual({ kind: "unknown" });
  });
});
