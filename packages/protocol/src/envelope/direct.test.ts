import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mutilations, repeated } from "../account/fixtures.ts";
import { toHex } from "../bytes.ts";
import { nobleSuite } from "../crypto/noble.ts";
import type { EnvelopeId, QueueId } from "../ids.ts";
import { MAX_FRAME_BYTES } from "../limits.ts";
import { decodeDirectAnswer, decodeDirectPut, directAck, encodeDirectAnswer, encodeDirectPut } from "./direct.ts";
import vectors from "./envelope.vectors.json" with { type: "json" };
import { deriveSenderSide } from "./queue.ts";

const queue = "0a".repeat(16) as QueueId;
const put = {
  items: [
    { queue, envelope: repeated(1)(3) },
    { queue, envelope: repeated(2)(1) },
  ],
};
const answer = { acks: [repeated(3)(32), new Uint8Array(0)] };

describe("direct frames", () => {
  test("have one form and read back", () => {
    const [putFrame, answerFrame] = [encodeDirectPut(put), encodeDirectAnswer(answer)];
    expect([toHex(putFrame), toHex(answerFrame)]).toEqual([vectors.directPut, vectors.directAnswer]);
    expect(decodeDirectPut(putFrame)).toEqual({ ok: true, value: put });
    expect(decodeDirectAnswer(answerFrame)).toEqual({ ok: true, value: answer });
    for (const other of mutilations(putFrame)) expect(decodeDirectPut(other).ok).toBe(false);
    for (const other of mutilations(answerFrame)) expect(decodeDirectAnswer(other).ok).toBe(false);
  });

  test("carry 1 to 64 envelopes; one of 64 KiB fits", () => {
    const many = (count: number) => ({ items: new Array(count).fill(put.items[0]) });
    expect(decodeDirectPut(encodeDirectPut(many(64))).ok).toBe(true);
    for (const count of [0, 65]) expect(() => encodeDirectPut(many(count))).toThrow(RangeError);
    expect(() => encodeDirectAnswer({ acks: new Array(65).fill(repeated(3)(32)) })).toThrow(RangeError);
    const largest = encodeDirectPut({ items: [{ queue, envelope: new Uint8Array(65_536) }] });
    expect(decodeDirectPut(largest).ok).toBe(true);
  });

  test("over the limit or random are refused and never throw", () => {
    const large = new Uint8Array(MAX_FRAME_BYTES + 1);
    expect(decodeDirectPut(large)).toMatchObject({ ok: false, error: { code: "too-large" } });
    expect(decodeDirectAnswer(large)).toMatchObject({ ok: false, error: { code: "too-large" } });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (frame) => {
        expect(decodeDirectPut(frame).ok).toBe(false);
        expect(decodeDirectAnswer(frame).ok).toBe(false);
      }),
    );
  });
});

test("the acknowledgement is fixed, and no other envelope, queue or place gives it", () => {
  const ackOf = (secret: number, place: "direct", id: string) =>
    toHex(directAck(nobleSuite, deriveSenderSide(nobleSuite, repeated(secret)(32), place).macKey, id as EnvelopeId));
  const ack = ackOf(1, "direct", "ab".repeat(32));
  expect(ack).toBe(vectors.directAck);
  expect([ackOf(1, "direct", "ac".repeat(32)), ackOf(2, "direct", "ab".repeat(32))]).not.toContain(ack);
});
