import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { utf8Length } from "../codec/utf8.ts";
import { isSafeFileName, MAX_FILE_NAME_BYTES, numberedFileName, safeFileName } from "./name.ts";

describe("a file name", () => {
  it.each([
    ["photo.jpg", "photo.jpg"],
    ["صورة من البحر.jpg", "صورة من البحر.jpg"],
    ["क्षत्रिय\u200d.pdf", "क्षत्रिय\u200d.pdf"],
    ["👩\u200d🚀.png", "👩\u200d🚀.png"],
    ["../../etc/passwd", "_.._etc_passwd"],
    ["C:\\Windows\\x.exe", "C__Windows_x.exe"],
    ["invoice\u202egpj.exe", "invoicegpj.exe"],
    ["a\u2066b\u2069\u200f.txt", "ab.txt"],
    ["zero\u200bwidth\ufeff.txt", "zerowidth.txt"],
    ["CON", "_CON"],
    ["nul.txt", "_nul.txt"],
    ["com¹.log", "_com¹.log"],
    ["console.log", "console.log"],
    [".bashrc", "bashrc"],
    ["..", "file"],
    ["", "file"],
    ["  spaced . ", "spaced"],
    ["a\u00a0b", "a b"],
    ["line\nbreak\u2028\0.txt", "line_break__.txt"],
    ["half \ud83d pair", "half _ pair"],
    ["e\u0301.txt", "\u00e9.txt"],
    ['what?*"<>|:.txt', "what_______.txt"],
  ])("%j becomes %j", (given, safe) => {
    expect(safeFileName(given)).toBe(safe);
    expect(isSafeFileName(given)).toBe(given === safe);
  });

  it("is cut to 255 bytes without its ending, at whole characters", () => {
    const long = safeFileName(`${"ü".repeat(300)}.jpeg`);
    expect(utf8Length(long)).toBeLessThanOrEqual(MAX_FILE_NAME_BYTES);
    expect(long.endsWith("ü.jpeg")).toBe(true);
    expect(utf8Length(safeFileName(`x.${"y".repeat(400)}`))).toBe(MAX_FILE_NAME_BYTES);
    expect(utf8Length(numberedFileName(long, 12))).toBeLessThanOrEqual(MAX_FILE_NAME_BYTES);
    expect(numberedFileName("photo.jpg", 2)).toBe("photo (2).jpg");
    expect(numberedFileName("Makefile", 3)).toBe("Makefile (3)");
  });

  it("has one safe form, whatever it was", () => {
    const nasty = fc.constantFrom(
      ..."./\\:\u202e\u200f\u200d \u0301e.con\0",
      "con",
      "nul",
      ".",
      "é",
      "ü".repeat(130),
      "\ud800",
    );
    const names = fc.array(fc.oneof(nasty, fc.string({ unit: "binary", maxLength: 40 })), { maxLength: 12 });
    const property = fc.property(names, (parts) => {
      const safe = safeFileName(parts.join(""));
      expect(safeFileName(safe)).toBe(safe);
      expect(utf8Length(safe)).toBeLessThanOrEqual(MAX_FILE_NAME_BYTES);
      expect(safe).not.toMatch(/[/\\:\p{Cc}\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]/u);
      expect(safe).not.toMatch(/^\.|^$|[. ]$/);
      expect(isSafeFileName(safe)).toBe(true);
    });
    fc.assert(property, { numRuns: 2000 });
  });
});
