import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mutilations, repeated } from "../account/fixtures.ts";
import { toHex } from "../bytes.ts";
import { type CborValue, encodeCbor } from "../codec/cbor.ts";
import type { ContentId, RelayId } from "../ids.ts";
import { MAX_CARD_BYTES, MAX_TEXT_BYTES } from "../limits.ts";
import vectors from "./message.vectors.json" with { type: "json" };
import { decodePayload, encodePayload, MAX_RECEIPTS, type Payload } from "./payload.ts";
import { textContent } from "./text.ts";

const id = (byte: string) => byte.repeat(16) as ContentId;
const head = { epoch: 500_000, seq: 3, hash: repeated(1)(16) };
const at = { relay: vectors.relay as RelayId, addresses: ["/ip4/203.0.113.1/tcp/4001"] };
const least: Payload = { senderHead: head };
const whole: Payload = {
  senderHead: head,
  recipientHead: { epoch: 0, seq: 1, hash: repeated(2)(16) },
  number: 7,
  content: textContent({ id: id("0c"), sentAtMs: 1_800_000_000_000 }, "hi"),
  delivered: [id("01"), id("02")],
  read: [id("01")],
  queue: { secret: repeated(3)(32), number: 2, relays: [at] },
  reach: { at, untilMs: 1_800_000_000_001 },
  missing: [1, 5],
  claim: repeated(4)(10),
  accepted: 1,
};
const withCard: Payload = { senderHead: head, card: repeated(5)(12) };

describe("payloads", () => {
  test.each([
    ["least", least],
    ["whole", whole],
    ["withCard", withCard],
  ] as const)("the %s one has one form and reads back", (name, payload) => {
    const encoded = encodePayload(payload);
    expect(toHex(encoded)).toBe(vectors.payloads[name]);
    expect(decodePayload(encoded)).toEqual({ ok: true, value: payload });
    for (const other of mutilations(encoded)) expect(decodePayload(other).ok).toBe(false);
  });

  test("with the longest text fits, and over the limit is refused unread", () => {
    const longest = { ...whole, content: textContent({ id: id("0c"), sentAtMs: 0 }, "x".repeat(MAX_TEXT_BYTES)) };
    expect(decodePayload(encodePayload(longest))).toEqual({ ok: true, value: longest });
    const limit = MAX_TEXT_BYTES + 8192 + MAX_CARD_BYTES;
    const error = { code: "too-large", limit, sizeBytes: limit + 1 };
    expect(decodePayload(new Uint8Array(limit + 1))).toEqual({ ok: false, error });
  });

  test("have a number from 1 exactly when they have a content", () => {
    const { number, content, ...rest } = whole;
    for (const bad of [
      { ...rest, content },
      { ...rest, number },
      { ...rest, content, number: 0 },
    ]) {
      expect(() => encodePayload(bad)).toThrow(RangeError);
    }
    const form = (entries: readonly (readonly [number, CborValue])[]) => encodeCbor(new Map(entries));
    const headForm = new Map<number, CborValue>([
      [1, 1],
      [2, 1],
      [3, repeated(1)(16)],
    ]);
    const contentForm = new Map<number, CborValue>([
      [1, repeated(12)(16)],
      [2, 0],
      [3, 1],
      [4, repeated(0)(0)],
    ]);
    const refused = { ok: false, error: { code: "bad-shape", path: "" } };
    expect(
      decodePayload(
        form([
          [1, headForm],
          [4, contentForm],
        ]),
      ),
    ).toEqual(refused);
    expect(
      decodePayload(
        form([
          [1, headForm],
          [3, 1],
        ]),
      ),
    ).toEqual(refused);
    expect(
      decodePayload(
        form([
          [1, headForm],
          [3, 0],
          [4, contentForm],
        ]),
      ),
    ).toEqual(refused);
    expect(
      decodePayload(
        form([
          [1, headForm],
          [3, 1],
          [4, contentForm],
        ]),
      ).ok,
    ).toBe(true);
  });

  test("carry at most 64 receipts and 64 missing numbers", () => {
    const ids = new Array(MAX_RECEIPTS).fill(id("01"));
    const full = { ...least, delivered: ids, read: ids, missing: new Array(MAX_RECEIPTS).fill(1) };
    expect(decodePayload(encodePayload(full))).toEqual({ ok: true, value: full });
    for (const part of [
      { delivered: [...ids, id("02")] },
      { read: [...ids, id("02")] },
      { missing: [...full.missing, 2] },
    ]) {
      expect(() => encodePayload({ ...least, ...part })).toThrow(RangeError);
    }
  });

  test("of a newer version are read without what they add from key 64 on", () => {
    const headForm = new Map<number, CborValue>([
      [1, 500_000],
      [2, 3],
      [3, head.hash],
    ]);
    expect(
      decodePayload(
        encodeCbor(
          new Map<number, CborValue>([
            [1, headForm],
            [64, "new"],
          ]),
        ),
      ),
    ).toEqual({ ok: true, value: least });
    expect(
      decodePayload(
        encodeCbor(
          new Map<number, CborValue>([
            [1, headForm],
            [12, "new"],
          ]),
        ),
      ).ok,
    ).toBe(false);
  });

  test("that are random never throw", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        expect(decodePayload(bytes).ok).toBe(false);
      }),
    );
  });
});
