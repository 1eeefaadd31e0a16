import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectValue, repeated, withFlippedBit } from "../account/fixtures.ts";
import { concat, fromHex, toHex, uint32ToBytes, utf8 } from "../bytes.ts";
import { LABELS } from "../crypto/labels.ts";
import { nobleSuite } from "../crypto/noble.ts";
import type { QueueId, RelayId } from "../ids.ts";
import { ENVELOPE_CLASSES } from "../limits.ts";
import {
  envelopeIdOf,
  MAX_SEALED_MESSAGE_BYTES,
  openEnvelope,
  padMessage,
  sealEnvelope,
  unpadMessage,
} from "./envelope.ts";
import vectors from "./envelope.vectors.json" with { type: "json" };
import { deriveSenderSide } from "./queue.ts";

const OVERHEAD_BYTES = 24 + 16 + 4;
const NOT_AUTHENTIC = { ok: false, error: { code: "envelope-not-authentic" } };
const WRONG_SIZE = { ok: false, error: { code: "envelope-size" } };

const secret = repeated(1)(32);
const side = deriveSenderSide(nobleSuite, secret, vectors.place as RelayId);
const seal = (message: Uint8Array) => sealEnvelope(nobleSuite, side, message);
const open = (envelope: Uint8Array) => openEnvelope(nobleSuite, side, envelope);

/** Seals `padded` as it is: what a sender that breaks the rules could do. */
function sealPadded(padded: Uint8Array, sizeClass: number): Uint8Array {
  const ad = concat(utf8(LABELS.envelope), fromHex(side.sendId), Uint8Array.of(sizeClass));
  const nonce = new Uint8Array(24);
  return concat(nonce, nobleSuite.xchachaSeal(side.envelopeKey, nonce, padded, ad));
}

describe("sealing", () => {
  test.each(vectors.envelopes)("a message of $messageBytes bytes gives fixed bytes", ({ messageBytes, ...vector }) => {
    const envelope = seal(repeated(7)(messageBytes));
    expect({ sizeBytes: envelope.length, start: toHex(envelope.subarray(0, 64)) }).toEqual({
      sizeBytes: vector.sizeBytes,
      start: vector.start,
    });
    expect(envelopeIdOf(nobleSuite, envelope)).toBe(vector.id);
    expect(expectValue(open(envelope))).toEqual(repeated(7)(messageBytes));
  });

  test("the same message again gives the same bytes, another message or place another nonce", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 900 }), (message) => {
        const envelope = seal(message);
        expect(toHex(seal(message.slice()))).toBe(toHex(envelope));
        const other = deriveSenderSide(nobleSuite, secret, "direct");
        const nonces = [envelope, seal(concat(message, Uint8Array.of(0))), sealEnvelope(nobleSuite, other, message)];
        expect(new Set(nonces.map((each) => toHex(each.subarray(0, 24)))).size).toBe(3);
        expect(open(envelope)).toEqual({ ok: true, value: message });
      }),
      { numRuns: 30 },
    );
  });

  test("takes the smallest class that holds the message, and the size says no more than the class", () => {
    for (const [index, size] of ENVELOPE_CLASSES.entries()) {
      const most = size - OVERHEAD_BYTES;
      expect(seal(new Uint8Array(most)).length).toBe(size);
      const next = ENVELOPE_CLASSES[index + 1];
      if (next !== undefined) expect(seal(new Uint8Array(most + 1)).length).toBe(next);
    }
    expect(seal(new Uint8Array(0)).length).toBe(ENVELOPE_CLASSES[0]);
  });

  test("a message over the largest class is a mistake of the caller", () => {
    expect(seal(new Uint8Array(MAX_SEALED_MESSAGE_BYTES)).length).toBe(65_536);
    expect(() => seal(new Uint8Array(MAX_SEALED_MESSAGE_BYTES + 1))).toThrow(RangeError);
  });
});

describe("opening refuses", () => {
  const envelope = seal(repeated(7)(100));

  test("one bit changed in the nonce, the length, the message, the padding or the tag", () => {
    for (const at of [0, 23, 24, 27, 28, 127, 128, 500, 751, 752, 767]) {
      expect(open(withFlippedBit(envelope, at))).toEqual(NOT_AUTHENTIC);
    }
  });

  test("an envelope of another queue, place or send id", () => {
    const others = [
      deriveSenderSide(nobleSuite, repeated(2)(32), vectors.place as RelayId),
      deriveSenderSide(nobleSuite, secret, "direct"),
      { ...side, sendId: "00".repeat(16) as QueueId },
    ];
    for (const other of others) expect(openEnvelope(nobleSuite, other, envelope)).toEqual(NOT_AUTHENTIC);
  });

  test("every length that is no class", () => {
    const lengths = [0, 1, 23, 24, 767, 769, 3071, 65_535, 65_537];
    for (const length of lengths) expect(open(new Uint8Array(length))).toEqual(WRONG_SIZE);
    expect(open(envelope.subarray(1))).toEqual(WRONG_SIZE);
    expect(open(new Uint8Array(768))).toEqual(NOT_AUTHENTIC);
  });

  test("the content of one class under the size of another", () => {
    const padded = (size: number) => padMessage(repeated(7)(100), size - 40);
    expect(open(sealPadded(padded(768), 0))).toEqual({ ok: true, value: repeated(7)(100) });
    expect(open(sealPadded(padded(768), 1))).toEqual(NOT_AUTHENTIC);
    expect(open(sealPadded(padded(3072), 0))).toEqual(NOT_AUTHENTIC);
  });

  test("authentic padding that is not zeros, and a length beyond the end", () => {
    const spoilt = padMessage(repeated(7)(100), 728);
    spoilt[727] = 1;
    expect(open(sealPadded(spoilt, 0))).toEqual(WRONG_SIZE);
    const tooLong = concat(uint32ToBytes(725), new Uint8Array(724));
    expect(open(sealPadded(tooLong, 0))).toEqual(WRONG_SIZE);
    expect(open(sealPadded(concat(uint32ToBytes(724), repeated(1)(724)), 0))).toEqual({
      ok: true,
      value: repeated(1)(724),
    });
  });
});

describe("padding", () => {
  test("comes off as it went on, at every size that holds it", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(40), (message, extra) => {
        const padded = padMessage(message, message.length + 4 + extra);
        expect(padded.length).toBe(message.length + 4 + extra);
        expect(unpadMessage(padded)).toEqual(message);
      }),
    );
  });

  test("a message that does not fit is a mistake of the caller", () => {
    expect(() => padMessage(new Uint8Array(10), 13)).toThrow(RangeError);
  });

  test("any bytes never throw, and what comes off pads to the same bytes", () => {
    const bytes = fc
      .tuple(fc.nat(12), fc.uint8Array({ maxLength: 12 }))
      .map(([length, rest]) => concat(uint32ToBytes(length), rest));
    fc.assert(
      fc.property(fc.oneof(bytes, fc.uint8Array({ maxLength: 12 })), (padded) => {
        const message = unpadMessage(padded);
        if (message !== null) expect(padMessage(message, padded.length)).toEqual(padded);
      }),
    );
    for (const hex of ["", "000000", "00000001", "ffffffff00", "0000000001"]) {
      expect(unpadMessage(fromHex(hex))).toBeNull();
    }
  });
});
