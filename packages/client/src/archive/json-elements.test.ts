import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MessengerError } from "../messenger-error.ts";
import { type CutElement, JsonElements } from "./json-elements.ts";

const bytesOf = (value: string): Uint8Array => new TextEncoder().encode(value);

function cut(bytes: Uint8Array, hasInner: boolean, pieceBytes = bytes.length): readonly CutElement[] {
  const elements = new JsonElements(hasInner);
  const found: CutElement[] = [];
  for (let at = 0; at < bytes.length; at += Math.max(1, pieceBytes)) {
    found.push(...elements.push(bytes.slice(at, at + Math.max(1, pieceBytes))));
  }
  elements.end();
  return found;
}

const object = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 4 });

describe("the elements of an array", () => {
  test("are those that JSON has, however it is spaced and cut in pieces", () => {
    fc.assert(
      fc.property(
        fc.array(object, { maxLength: 6 }),
        fc.nat(3),
        fc.integer({ min: 1, max: 40 }),
        (values, indent, size) => {
          const bytes = bytesOf(`window.YTD.x.part0 = ${JSON.stringify(values, null, indent)}`);
          expect(cut(bytes, false, size)).toEqual(
            JSON.parse(JSON.stringify(values)).map((value: unknown) => ({ kind: "outer", value })),
          );
        },
      ),
    );
  });

  test("give their own long arrays element by element, and come last without them", () => {
    const conversations = fc.array(fc.record({ id: fc.string(), messages: fc.array(object, { maxLength: 5 }) }), {
      maxLength: 4,
    });
    fc.assert(
      fc.property(conversations, fc.integer({ min: 1, max: 40 }), (values, size) => {
        const written = values.map(({ id, messages }) => ({ dm: { before: id, messages, after: id } }));
        const expected = values.flatMap(({ id, messages }) => [
          ...messages.map((value) => ({ kind: "inner", value: JSON.parse(JSON.stringify(value)) })),
          { kind: "outer", value: { dm: { before: id, messages: [], after: id } } },
        ]);
        expect(cut(bytesOf(`x=${JSON.stringify(written)};\n`), true, size)).toEqual(expected);
      }),
    );
  });

  test.each([
    ["nothing", ""],
    ["no assignment", "[]"],
    ["a head without an end", `${"x".repeat(300)} = []`],
    ["an object", "x = {}"],
    ["numbers", "x = [1,2]"],
    ["texts", 'x = ["a"]'],
    ["lists", "x = [[]]"],
    ["a cut", 'x = [{"a":1},'],
    ["a cut within a text", 'x = [{"a":"b'],
    ["brackets that do not fit", "x = [{]}"],
    ["something after the end", "x = [] []"],
    ["elements that are no JSON", "x = [{a:1}]"],
    ["bytes that are no text", 'x = [{"a":"\u0001"}]'],
    ["too much nesting", `x = [{"a":${"[".repeat(80)}${"]".repeat(80)}}]`],
  ])("of %s are refused", (_, written) => {
    expect(() => cut(bytesOf(written), false)).toThrow(expect.objectContaining({ code: "ARCHIVE_DAMAGED" }));
  });

  test("that would fill the memory are refused", () => {
    const bytes = bytesOf(`x = [{"a":"${"b".repeat(5 * 1024 * 1024)}"}]`);
    expect(() => cut(bytes, false, 65_536)).toThrow(expect.objectContaining({ code: "ARCHIVE_TOO_LARGE" }));
  });

  test("of any bytes are values or a typed error", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'[]{}",:=\\ a1;\n') }), fc.boolean(), (written, hasInner) => {
        try {
          cut(bytesOf(`x=${written}`), hasInner, 3);
        } catch (error) {
          expect(error).toBeInstanceOf(MessengerError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
