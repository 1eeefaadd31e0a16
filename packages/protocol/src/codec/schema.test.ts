import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mutilations } from "../account/fixtures.ts";
import { fromHex, toHex, utf8 } from "../bytes.ts";
import { type CborValue, encodeCbor } from "./cbor.ts";
import {
  bool,
  bytes,
  decodeAs,
  encodeAs,
  field,
  list,
  mapped,
  oneOf,
  optional,
  record,
  type Shape,
  text,
  uint,
  union,
} from "./schema.ts";

const MAX_BYTES = 4096;

interface Sample {
  readonly id: Uint8Array;
  readonly names: readonly string[];
  readonly isOpen: boolean;
  readonly count?: number | undefined;
}
const sample: Shape<Sample> = record<Sample>({
  id: field(1, bytes(2)),
  names: field(2, list(text(8), 2, 1)),
  isOpen: field(3, bool),
  count: optional(30, uint(100)),
});
const value: Sample = { id: fromHex("0102"), names: ["a", "ü"], isOpen: true, count: 7 };

type Choice = { readonly type: "none" } | { readonly type: "some"; readonly count: number };
const choice: Shape<Choice> = union<Choice>({
  none: [0, record<object>({})],
  some: [5, record<{ count: number }>({ count: field(1, uint(9)) })],
});

const colour: Shape<"red" | "blue"> = oneOf<"red" | "blue">({ red: 1, blue: 2 });

function expectRefused<T>(shape: Shape<T>, given: CborValue, path: string): void {
  expect(decodeAs(shape, encodeCbor(given), MAX_BYTES)).toEqual({ ok: false, error: { code: "bad-shape", path } });
}

describe("leaves", () => {
  const fitting: readonly [string, Shape<unknown>, readonly CborValue[], readonly CborValue[]][] = [
    ["uint", uint(5) as Shape<unknown>, [0, 5], [6, true, "1", new Uint8Array(1), [], new Map()]],
    ["bool", bool as Shape<unknown>, [true, false], [0, 1, "true"]],
    [
      "bytes of one length",
      bytes(2) as Shape<unknown>,
      [new Uint8Array(2)],
      [new Uint8Array(1), new Uint8Array(3), "ab"],
    ],
    [
      "bytes of a range",
      bytes(0, 1) as Shape<unknown>,
      [new Uint8Array(0), new Uint8Array(1)],
      [new Uint8Array(2), [0]],
    ],
    ["text", text(4) as Shape<unknown>, ["", "abcd", "🙂", "\ufeffa"], ["abcde", "🙂a", "üüü", utf8("a")]],
  ];

  test.each(fitting)("%s reads back what fits and refuses the rest in both directions", (_, shape, good, bad) => {
    for (const each of good) {
      expect(decodeAs(shape, encodeAs(shape, each), MAX_BYTES)).toEqual({ ok: true, value: each });
    }
    for (const each of bad) {
      expectRefused(shape, each, "");
      expect(() => encodeAs(shape, each)).toThrow(RangeError);
    }
  });

  test("half a surrogate pair has no UTF-8 and is a mistake of the caller", () => {
    for (const broken of ["\ud800", "a\udc00", "\udc00\ud800", `${"x".repeat(30)}\ud83d`]) {
      expect(() => encodeAs(text(100), broken)).toThrow(RangeError);
    }
    expect(encodeAs(text(100), "\ud83d\ude42").length).toBe(5);
  });

  test("bytes over the limit are refused before they are read", () => {
    const error = { code: "too-large", limit: 3, sizeBytes: 4 };
    expect(decodeAs(uint(), fromHex("ffffffff"), 3)).toEqual({ ok: false, error });
    expect(decodeAs(bytes(2), fromHex("420102"), 3).ok).toBe(true);
  });
});

describe("lists", () => {
  test("name the index of the item that does not fit", () => {
    expectRefused(list(list(uint(5), 3), 3), [[], [1, 9]], "[1][1]");
  });

  test("hold between their least and their largest count, in both directions", () => {
    const shape = list(uint(), 2, 1);
    for (const count of [0, 3]) {
      expectRefused(shape, new Array(count).fill(1), "");
      expect(() => encodeAs(shape, new Array(count).fill(1))).toThrow(RangeError);
    }
    for (const count of [1, 2]) expect(decodeAs(shape, encodeAs(shape, new Array(count).fill(1)), 99).ok).toBe(true);
    expectRefused(shape, new Map([[0, 1]]), "");
  });
});

describe("records", () => {
  test("are maps with one fixed form", () => {
    expect(toHex(encodeAs(sample, value))).toBe("a40142010202826161" + "62c3bc" + "03f5181e07");
    expect(decodeAs(sample, encodeAs(sample, value), MAX_BYTES)).toEqual({ ok: true, value });
    for (const other of mutilations(encodeAs(sample, value))) expect(decodeAs(sample, other, MAX_BYTES).ok).toBe(false);
  });

  test("leave an absent property out, which never reads back as undefined", () => {
    const { count, ...least } = value;
    expect(count).toBe(7);
    const decoded = decodeAs(sample, encodeAs(sample, { ...least, count: undefined }), MAX_BYTES);
    expect(decoded.ok && Object.keys(decoded.value)).toEqual(["id", "names", "isOpen"]);
  });

  test("refuse a missing field, a wrong kind and an unknown key, and name the field", () => {
    const whole: [number, CborValue][] = [
      [1, fromHex("0102")],
      [2, ["a"]],
      [3, true],
    ];
    const changed = (key: number, to: CborValue) => new Map([...whole, [key, to] as const]);
    expectRefused(sample, new Map(whole.slice(0, 2)), ".isOpen");
    expectRefused(sample, changed(2, ["a", "123456789"]), ".names[1]");
    expectRefused(sample, changed(30, 101), ".count");
    for (const key of [0, 4, 63]) expectRefused(sample, changed(key, true), "");
    expectRefused(sample, [1, 2], "");
    expect(() => encodeAs(sample, { id: value.id, names: ["a"] } as unknown as Sample)).toThrow(RangeError);
  });

  test("ignore keys from 64 on, whatever stands there", () => {
    const { count, ...least } = value;
    expect(count).toBe(7);
    const base: [number, CborValue][] = [
      [1, least.id],
      [2, least.names],
      [3, true],
    ];
    for (const extra of [5, "text", [new Map([[1, fromHex("00")]])]]) {
      const extended = encodeCbor(new Map<number, CborValue>([...base, [64, extra], [70_000, extra]]));
      expect(decodeAs(sample, extended, MAX_BYTES)).toEqual({ ok: true, value: least });
    }
  });
});

describe("unions and names", () => {
  test("read back every variant by its tag", () => {
    expect(toHex(encodeAs(choice, { type: "none" }))).toBe("8200a0");
    expect(toHex(encodeAs(choice, { type: "some", count: 3 }))).toBe("8205a10103");
    for (const each of [{ type: "none" }, { type: "some", count: 3 }] as const) {
      expect(decodeAs(choice, encodeAs(choice, each), MAX_BYTES)).toEqual({ ok: true, value: each });
    }
  });

  test("refuse unknown tags, wrong lengths and wrong bodies, and name the variant", () => {
    expectRefused(choice, [1, new Map()], "[0]");
    expectRefused(choice, ["none", new Map()], "[0]");
    for (const given of [[], [0], [0, new Map(), 0], new Map([[0, 0]]), 0])
      expectRefused(choice, given as CborValue, "");
    expectRefused(choice, [5, new Map([[1, 10]])], ".some.count");
  });

  test("read a name of a closed set by its number only", () => {
    expect(toHex(encodeAs(colour, "blue"))).toBe("02");
    expect(decodeAs(colour, fromHex("02"), 1)).toEqual({ ok: true, value: "blue" });
    for (const given of [0, 3, "blue", [1]]) expectRefused(colour, given, "");
  });

  test("a variant or name that is none is a mistake of the caller", () => {
    for (const type of ["other", "toString", "__proto__"]) {
      expect(() => encodeAs(choice, { type } as unknown as Choice)).toThrow(RangeError);
      expect(() => encodeAs(colour, type as "red")).toThrow(RangeError);
    }
  });
});

test("a mapped shape refuses what its mapping does", () => {
  const even = mapped(
    uint(),
    (each) => (each % 2 === 0 ? each / 2 : null),
    (each) => each * 2,
  );
  expect(decodeAs(even, encodeAs(even, 4), 9)).toEqual({ ok: true, value: 4 });
  expectRefused(even, 7, "");
  expectRefused(even, "7", "");
});

test("values of other kinds never throw in a decoder", () => {
  const any = fc.oneof(fc.maxSafeNat(), fc.boolean(), fc.string(), fc.uint8Array());
  const nested = fc.oneof(
    any,
    fc.array(any),
    fc.array(fc.tuple(fc.nat(70), any)).map((entries) => new Map(entries)),
  );
  const shapes: readonly Shape<unknown>[] = [sample, choice, colour, list(sample, 3)] as readonly Shape<unknown>[];
  fc.assert(
    fc.property(nested, fc.constantFrom(...shapes), (each, shape) => {
      for (const given of [each, [0, each], new Map([[1, each]])] as CborValue[]) {
        const decoded = decodeAs(shape, encodeCbor(given), MAX_BYTES);
        if (!decoded.ok) expect(["bad-shape", "too-large"]).toContain(decoded.error.code);
      }
    }),
  );
});
