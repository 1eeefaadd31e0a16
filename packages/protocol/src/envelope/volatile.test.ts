import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mutilations, repeated } from "../account/fixtures.ts";
import { toHex } from "../bytes.ts";
import { nobleSuite } from "../crypto/noble.ts";
import type { QueueId } from "../ids.ts";
import { decodeDirectPut } from "./direct.ts";
import { sealEnvelope } from "./envelope.ts";
import { deriveSenderSide } from "./queue.ts";
import { decodeVolatile, encodeVolatile, openNote, sealNote } from "./volatile.ts";
import vectors from "./volatile.vectors.json" with { type: "json" };

const secret = repeated(7)(32);
const side = deriveSenderSide(nobleSuite, secret, "volatile");
const note = { kind: 1, atMs: 1_790_000_000_000 };
const queue = "0a".repeat(16) as QueueId;

describe("a volatile frame", () => {
  test("has one form and reads back", () => {
    const sealed = sealNote(nobleSuite, side, note);
    const frame = encodeVolatile({ queue, sealed });
    expect({ sendId: side.sendId, frame: toHex(frame) }).toEqual(vectors);
    expect(decodeVolatile(frame)).toEqual({ ok: true, value: { queue, sealed } });
    expect(openNote(nobleSuite, side, sealed)).toEqual({ ok: true, value: note });
    for (const other of mutilations(frame)) expect(decodeVolatile(other).ok).toBe(false);
  });

  test("is no frame of envelopes, so that older devices take it for none of theirs", () => {
    expect(decodeDirectPut(encodeVolatile({ queue, sealed: sealNote(nobleSuite, side, note) })).ok).toBe(false);
  });

  test("of another size, or of random bytes, is refused", () => {
    for (const size of [0, 767, 769, 3072]) {
      expect(() => encodeVolatile({ queue, sealed: new Uint8Array(size) })).toThrow(RangeError);
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 900 }), (bytes) => {
        expect(decodeVolatile(bytes).ok).toBe(false);
      }),
    );
  });
});

describe("a note", () => {
  test("opens under no other queue and no other side of the same queue, nor with a bit changed", () => {
    const sealed = sealNote(nobleSuite, side, note);
    const others = [
      deriveSenderSide(nobleSuite, secret, "direct"),
      deriveSenderSide(nobleSuite, repeated(8)(32), "volatile"),
    ];
    for (const other of others) expect(openNote(nobleSuite, other, sealed).ok).toBe(false);
    for (const at of [0, 23, 24, 400, 767]) {
      const changed = sealed.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(openNote(nobleSuite, side, changed)).toMatchObject({ error: { code: "envelope-not-authentic" } });
    }
  });

  test("is refused when what was sealed is no note, and when it is too long", () => {
    expect(openNote(nobleSuite, side, sealEnvelope(nobleSuite, side, repeated(1)(20))).ok).toBe(false);
    expect(openNote(nobleSuite, side, sealEnvelope(nobleSuite, side, repeated(1)(2000)))).toEqual({
      ok: false,
      error: { code: "envelope-size" },
    });
  });
});
