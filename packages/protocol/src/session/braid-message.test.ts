import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { concat } from "../bytes.ts";
import { type BraidMessage, decodeBraidMessage, encodeBraidMessage } from "./braid-message.ts";

const chunk = fc.record({ index: fc.nat(0xffff), data: fc.uint8Array({ minLength: 32, maxLength: 32 }) });
const part = fc.oneof(
  fc.record({ kind: fc.constantFrom("none" as const, "ack" as const) }),
  fc.record({
    kind: fc.constantFrom("header", "vector", "vector-and-ack", "first", "second" as const),
    chunk,
  }),
);
const message: fc.Arbitrary<BraidMessage> = fc.record({
  epoch: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  counter: fc.integer({ min: 1, max: 0xffff_ffff }),
  part,
});

describe("the post-quantum part of a message", () => {
  it("is read as it was written, and no other way", () => {
    fc.assert(
      fc.property(message, fc.nat(40), (each, cut) => {
        const bytes = encodeBraidMessage(each);
        expect(decodeBraidMessage(bytes)).toEqual(each);
        expect(decodeBraidMessage(concat(bytes, Uint8Array.of(0)))).toBeNull();
        if (cut < bytes.length) expect(decodeBraidMessage(bytes.subarray(0, cut))).toBeNull();
      }),
    );
  });

  it("has one encoding: what decodes encodes to the same bytes", () => {
    const head = fc.uint8Array({ minLength: 0, maxLength: 45 }).map((bytes) => concat(Uint8Array.of(1), bytes));
    fc.assert(
      fc.property(head, (bytes) => {
        const decoded = decodeBraidMessage(bytes);
        if (decoded !== null) expect(encodeBraidMessage(decoded)).toEqual(bytes);
      }),
      { numRuns: 2000 },
    );
  });

  it("refuses another version, zero numbers, long varints and unknown kinds", () => {
    for (const bytes of [
      [],
      [2, 1, 1, 0],
      [1, 0, 1, 0],
      [1, 1, 0, 0],
      [1, 0x81, 0, 1, 0],
      [1, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 0],
      [1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 1, 0],
      [1, 1, 1, 7],
      [1, 1, 1],
    ]) {
      expect(decodeBraidMessage(Uint8Array.from(bytes))).toBeNull();
    }
  });
});
