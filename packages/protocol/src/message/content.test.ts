import { describe, expect, test } from "vitest";
import { mutilations } from "../account/fixtures.ts";
import { fromHex, toHex } from "../bytes.ts";
import { decodeAs, encodeAs } from "../codec/schema.ts";
import type { ContentId } from "../ids.ts";
import { MAX_TEXT_BYTES } from "../limits.ts";
import { CONTENT_KINDS, type Content, contentShape } from "./content.ts";
import { viewContent } from "./content-view.ts";
import vectors from "./message.vectors.json" with { type: "json" };
import { textContent } from "./text.ts";

const id = "0c".repeat(16) as ContentId;
const head = { id, sentAtMs: 0 };
const content = textContent({ id, sentAtMs: 1_800_000_000_000 }, "hi ü");

describe("a text", () => {
  test("has one form, reads back, and is shown as it was written", () => {
    const encoded = encodeAs(contentShape, content);
    expect(toHex(encoded)).toBe(vectors.textContent);
    expect(decodeAs(contentShape, encoded, 1000)).toEqual({ ok: true, value: content });
    expect(viewContent(content)).toEqual({ ok: true, value: { type: "text", text: "hi ü" } });
    for (const other of mutilations(encoded)) expect(decodeAs(contentShape, other, 1000).ok).toBe(false);
  });

  test.each(["", "\ufeffa byte order mark first", "a\0b", "שלום", "🙂🙂", "e\u0301"])(
    "keeps every character of %j",
    (text) => {
      expect(viewContent(textContent(head, text))).toEqual({ ok: true, value: { type: "text", text } });
    },
  );

  test("with half a surrogate pair gets the replacement character in its place, whole pairs stay", () => {
    const view = (text: string) => viewContent(textContent(head, text));
    expect(view("a\ud83d")).toEqual({ ok: true, value: { type: "text", text: "a\ufffd" } });
    expect(view("\ude42\ud83d\ude42\ud83d")).toEqual({ ok: true, value: { type: "text", text: "\ufffd🙂\ufffd" } });
  });

  test("of 48 KiB fits, one byte more is a mistake of the caller", () => {
    const longest = "ü".repeat(MAX_TEXT_BYTES / 2);
    expect(viewContent(textContent(head, longest))).toEqual({ ok: true, value: { type: "text", text: longest } });
    expect(decodeAs(contentShape, encodeAs(contentShape, textContent(head, longest)), 60_000).ok).toBe(true);
    expect(() => textContent(head, `${longest}a`)).toThrow(RangeError);
  });

  test("whose body is damaged is an error, not an empty text", () => {
    for (const body of ["", "a0", "a10105", "a10161ff", "a1016161a0"]) {
      expect(viewContent({ ...content, body: fromHex(body) }).ok).toBe(false);
    }
  });
});

describe("other kinds", () => {
  test.each([CONTENT_KINDS.voice, CONTENT_KINDS.group, 0, 99, 65_535])(
    "kind %d is kept whole and shown as not supported, whatever its body is",
    (kind) => {
      const unknown: Content = { ...content, kind, body: fromHex("ff00") };
      expect(viewContent(unknown)).toEqual({ ok: true, value: { type: "unsupported" } });
      expect(decodeAs(contentShape, encodeAs(contentShape, unknown), 100)).toEqual({ ok: true, value: unknown });
    },
  );

  test("numbers of kinds are unique", () => {
    expect(new Set(Object.values(CONTENT_KINDS)).size).toBe(Object.keys(CONTENT_KINDS).length);
  });
});
