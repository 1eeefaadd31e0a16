import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toHex } from "../bytes.ts";
import { readUtf8, utf8Length, writeUtf8 } from "./utf8.ts";

/** Texts of any code units, halves of surrogate pairs among them, some longer than a chunk. */
const unit = fc.oneof(fc.nat(0x7ff), fc.integer({ min: 0xd7f0, max: 0xe010 }), fc.nat(0xffff));
const texts = fc
  .tuple(fc.array(unit, { maxLength: 12 }), fc.constantFrom(1, 90))
  .map(([units, times]) => String.fromCharCode(...units).repeat(times));

function written(text: string): Uint8Array {
  const bytes = new Uint8Array(utf8Length(text) + 2);
  expect(writeUtf8(text, bytes, 1)).toBe(bytes.length - 1);
  return bytes.subarray(1, -1);
}

describe("UTF-8", () => {
  test("any text is written and measured as the platform's encoder does", () => {
    const lenient = new TextDecoder("utf-8", { ignoreBOM: true });
    const property = fc.property(texts, (text) => {
      const expected = new TextEncoder().encode(text);
      expect(utf8Length(text)).toBe(expected.length);
      expect(toHex(written(text))).toBe(toHex(expected));
      expect(readUtf8(expected, 0, expected.length)).toBe(lenient.decode(expected));
    });
    fc.assert(property, { numRuns: 1000 });
  });

  test("bytes are read or refused as the platform's strict decoder does", () => {
    const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    const strictly = (bytes: Uint8Array): string | null => {
      try {
        return decoder.decode(bytes);
      } catch {
        return null;
      }
    };
    const heads = fc.constantFrom(0xc0, 0xc2, 0xdf, 0xe0, 0xe2, 0xed, 0xef, 0xf0, 0xf3, 0xf4, 0xf5, 0xff);
    const tails = fc.oneof(fc.constantFrom(0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0), fc.nat(0xff));
    const shapes = fc.oneof(fc.array(tails, { maxLength: 4 }), fc.tuple(heads, tails, tails, tails));
    let read = 0;
    const property = fc.property(shapes, fc.nat(3), (codes, cut) => {
      const bytes = Uint8Array.from(codes).subarray(0, codes.length - cut);
      const expected = strictly(bytes);
      if (expected !== null && expected !== "") read++;
      expect(readUtf8(bytes, 0, bytes.length)).toBe(expected);
    });
    fc.assert(property, { numRuns: 5000 });
    expect(read).toBeGreaterThan(100);
  });
});
