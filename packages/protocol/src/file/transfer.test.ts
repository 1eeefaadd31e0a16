import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mutilations } from "../account/fixtures.ts";
import { toHex } from "../bytes.ts";
import type { DeviceId } from "../ids.ts";
import vectors from "./file.vectors.json" with { type: "json" };
import {
  decodeFileAnswer,
  decodeFileQuestion,
  encodeFileAnswer,
  encodeFileQuestion,
  encodeFileRefusal,
  type FileQuestion,
} from "./transfer.ts";

const id = new Uint8Array(32).fill(0x33);
const questions: readonly FileQuestion[] = [
  { type: "hashes", id, from: 2048 },
  { type: "part", id, unit: 4096, part: 15 },
  { type: "done", id },
  { type: "member", id, device: "44".repeat(32) as DeviceId, signature: new Uint8Array(64).fill(0x55) },
];

describe("a question", () => {
  it.each(questions)("of type $type reads back, and nothing next to it is something else", (question) => {
    const encoded = encodeFileQuestion(question);
    expect(toHex(encoded)).toBe(vectors.questions[question.type]);
    expect(decodeFileQuestion(encoded)).toEqual({ ok: true, value: question });
    for (const other of mutilations(encoded)) {
      const read = decodeFileQuestion(other);
      if (read.ok) expect(encodeFileQuestion(read.value)).toEqual(other);
    }
  });

  it("for what no file has is a mistake of the caller", () => {
    expect(() => encodeFileQuestion({ type: "part", id, unit: 4098, part: 0 })).toThrow(RangeError);
    expect(() => encodeFileQuestion({ type: "part", id, unit: 0, part: 16 })).toThrow(RangeError);
  });

  it("made of random bytes is refused and never throws", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 140 }), (bytes) => !decodeFileQuestion(bytes).ok));
  });
});

describe("an answer", () => {
  it("carries bytes, or says why not", () => {
    expect(decodeFileAnswer(encodeFileAnswer(id))).toEqual({ ok: true, value: id });
    for (const refusal of ["gone", "changed", "busy", "paused", "malformed"] as const) {
      expect(decodeFileAnswer(encodeFileRefusal(refusal))).toEqual({ ok: false, error: refusal });
    }
  });

  it("that is none counts as malformed", () => {
    for (const bytes of [[], [6], [255], [1, 0], [2, 2, 2]]) {
      expect(decodeFileAnswer(Uint8Array.from(bytes))).toEqual({ ok: false, error: "malformed" });
    }
    expect(decodeFileAnswer(new Uint8Array(65_602))).toEqual({ ok: false, error: "malformed" });
  });
});
