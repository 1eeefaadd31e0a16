import { decode, encode, rfc8949EncodeOptions } from "cborg";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mutilations } from "../account/fixtures.ts";
import { equalBytes, fromHex, toHex } from "../bytes.ts";
import { MAX_CBOR_DEPTH } from "../limits.ts";
import { type CborValue, decodeCbor, encodeCbor } from "./cbor.ts";
import vectors from "./cbor.vectors.json" with { type: "json" };

type Written =
  | number
  | boolean
  | string
  | readonly Written[]
  | { readonly bytes: string }
  | { readonly map: readonly (readonly [number, Written])[] };

function isList(written: Written): written is readonly Written[] {
  return Array.isArray(written);
}

/** The value that a vector writes down. */
function read(written: Written): CborValue {
  if (typeof written !== "object") return written;
  if (isList(written)) return written.map(read);
  if ("bytes" in written) return fromHex(written.bytes);
  return new Map(written.map.map(([key, value]) => [key, read(value)]));
}

const uints = fc.oneof(fc.maxSafeNat(), fc.constantFrom(0, 23, 24, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32));
const { value: values } = fc.letrec<{ value: CborValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: MAX_CBOR_DEPTH },
    uints,
    fc.boolean(),
    fc.uint8Array({ maxLength: 40 }),
    fc.string({ unit: "binary", maxLength: 40 }),
    fc.array(tie("value"), { maxLength: 5 }),
    fc.array(fc.tuple(uints, tie("value")), { maxLength: 5 }).map((entries) => new Map(entries)),
  ),
}));

describe("encoding", () => {
  test.each(vectors.accepted)("$hex is the one form of its value", ({ hex, value }) => {
    expect(toHex(encodeCbor(read(value as Written)))).toBe(hex);
    expect(decodeCbor(fromHex(hex))).toEqual({ ok: true, value: read(value as Written) });
  });

  test("any value reads back, and no cut or longer form of it does", () => {
    const property = fc.property(values, (value) => {
      const encoded = encodeCbor(value);
      expect(decodeCbor(encoded)).toEqual({ ok: true, value });
      for (const other of mutilations(encoded.subarray(0, 60))) {
        if (!equalBytes(other, encoded)) expect(decodeCbor(other).ok && encoded.length <= 60).toBe(false);
      }
    });
    fc.assert(property, { numRuns: 150 });
  });

  test("a general library in its deterministic mode writes the same bytes and reads them", () => {
    const property = fc.property(values, (value) => {
      const encoded = encodeCbor(value);
      expect(toHex(encoded)).toBe(toHex(encode(value, rfc8949EncodeOptions)));
      expect(decode(encoded, { strict: true, useMaps: true, retainStringBytes: true })).toEqual(value);
    });
    fc.assert(property, { numRuns: 300 });
  });

  test("the order in which keys were set does not matter", () => {
    const entries: [number, CborValue][] = [300, 1, 24, 0, 70_000].map((key) => [key, true]);
    const forms = [entries, entries.toReversed()].map((each) => toHex(encodeCbor(new Map(each))));
    expect(forms).toEqual(new Array(2).fill("a500f501f51818f519012cf51a00011170f5"));
  });

  test.each([-1, -0.5, 1.5, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY])(
    "the number %d is a mistake of the caller",
    (value) => {
      expect(() => encodeCbor(value)).toThrow(RangeError);
      expect(() => encodeCbor([value])).toThrow(RangeError);
      expect(() => encodeCbor(new Map([[value, true]]))).toThrow(RangeError);
    },
  );
});

describe("decoding", () => {
  test.each(Object.entries(vectors.refused))("%s is refused, alone and inside others", (_, hex) => {
    expect(decodeCbor(fromHex(hex))).toEqual({ ok: false, error: { code: "not-canonical" } });
    expect(decodeCbor(fromHex(`81${hex}`)).ok).toBe(false);
    expect(decodeCbor(fromHex(`a101${hex}`)).ok).toBe(false);
  });

  test.each(["81", "a101"])("seven levels of %s are too deep, however many follow", (level) => {
    const tooDeep = { ok: false, error: { code: "too-deep", limit: MAX_CBOR_DEPTH } };
    expect(decodeCbor(fromHex(`${level.repeat(5)}80`)).ok).toBe(true);
    expect(decodeCbor(fromHex(`${level.repeat(6)}00`)).ok).toBe(true);
    expect(decodeCbor(fromHex(`${level.repeat(6)}80`))).toEqual(tooDeep);
    expect(decodeCbor(fromHex(`${level.repeat(30_000)}00`))).toEqual(tooDeep);
  });

  test("what was read stands alone: neither the frame nor a Buffer shares its memory", () => {
    const frame = Buffer.from("8243010203820102", "hex");
    const decoded = decodeCbor(frame);
    frame.fill(0xff);
    expect(decoded).toEqual({ ok: true, value: [Uint8Array.of(1, 2, 3), [1, 2]] });
    expect(decoded.ok && (decoded.value as Uint8Array[])[0]?.constructor).toBe(Uint8Array);
  });

  test("random bytes never throw, and what is taken is its own encoding", () => {
    let taken = 0;
    const property = fc.property(fc.uint8Array({ maxLength: 24 }), (bytes) => {
      const decoded = decodeCbor(bytes);
      if (!decoded.ok) return;
      taken++;
      expect(toHex(encodeCbor(decoded.value))).toBe(toHex(bytes));
    });
    fc.assert(property, { numRuns: 3000, seed: 5 });
    expect(taken).toBeGreaterThan(0);
  });

  test("an encoding with one byte changed is refused or is the encoding of what it says", () => {
    const property = fc.property(values, fc.nat(), fc.integer({ min: 1, max: 255 }), (value, at, change) => {
      const bytes = encodeCbor(value);
      bytes[at % bytes.length] = (bytes[at % bytes.length] as number) ^ change;
      const decoded = decodeCbor(bytes);
      if (decoded.ok) expect(toHex(encodeCbor(decoded.value))).toBe(toHex(bytes));
      else expect(["not-canonical", "too-deep"]).toContain(decoded.error.code);
    });
    fc.assert(property, { numRuns: 500 });
  });
});
