import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { printableJson, printableLine, printableLines, printableName, printableText } from "./printable.ts";

// biome-ignore lint/suspicious/noControlCharactersInRegex: the test looks for exactly these.
const ACTS_ON_TERMINAL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066\u2067]/;

const hostile = fc
  .array(
    fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom(
        "\u001b[2J",
        "\u001b]0;title\u0007",
        "\u009b31m",
        "\u001b",
        "\r\n",
        "\u2028",
        "\u202e",
        "\u2067",
        "\u2069",
      ),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(""));

describe("printable text", () => {
  test.prop([hostile])("nothing that acts on a terminal gets through, however it is combined", (value) => {
    for (const printed of [
      printableName(value),
      printableLine(value),
      printableText(value),
      ...printableLines(value),
    ]) {
      expect(printed).not.toMatch(ACTS_ON_TERMINAL);
    }
    expect(printableJson({ value })).not.toMatch(ACTS_ON_TERMINAL);
  });

  test.prop([hostile])("no text can end its own isolation", (value) => {
    for (const printed of [printableName(value), printableLine(value), ...printableLines(value)]) {
      expect(printed.startsWith("\u2068")).toBe(true);
      expect(printed.indexOf("\u2069")).toBe(printed.length - 1);
    }
  });

  test.prop([fc.jsonValue()])("JSON stays the same JSON", (value) => {
    expect(JSON.parse(printableJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
  });

  test("ordinary text of all scripts stays as it is", () => {
    for (const value of ["Noor", "نور", "नूर", "👩‍👩‍👧", "می‌خواهم", "a, b"]) {
      expect(printableName(value)).toBe(`\u2068${value}\u2069`);
      expect(printableLine(value)).toBe(`\u2068${value}\u2069`);
    }
  });

  test("names that differ only in what cannot be seen look the same", () => {
    expect(printableName("no\u200bor\u00ad\ufeff")).toBe(printableName("noor"));
  });

  test("a message of several lines stays on one line where one line is asked for", () => {
    expect(printableLine("a\r\nb\rc\u2028d")).toBe("\u2068a ⏎ b ⏎ c ⏎ d\u2069");
    expect(printableLines("a\nb")).toEqual(["\u2068a\u2069", "\u2068b\u2069"]);
  });

  test("an escape sequence goes as a whole, not only its first character", () => {
    expect(printableText("a\u001b[31mred\u001b[0m\u001b]8;;http://x\u0007b")).toBe("aredb");
  });
});
