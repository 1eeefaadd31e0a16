import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mutilations } from "../account/fixtures.ts";
import { fromHex, toHex } from "../bytes.ts";
import { encodeCbor } from "./cbor.ts";
import { decodeSigned, encodeSigned, signedBytes } from "./signed.ts";

const signed = { body: fromHex("a10102"), signature: new Uint8Array(64).fill(9) };
const encoded = encodeSigned(signed);

describe("signed structures", () => {
  test("have one form and read back", () => {
    expect(toHex(encoded)).toBe(`a20143a10102025840${"09".repeat(64)}`);
    expect(decodeSigned(encoded, 100)).toEqual({ ok: true, value: signed });
    for (const other of mutilations(encoded)) expect(decodeSigned(other, 100)).toMatchObject({ ok: false });
  });

  test("keep the body as it travelled, canonical or not", () => {
    const odd = { ...signed, body: fromHex("1800ff") };
    expect(decodeSigned(encodeSigned(odd), 100)).toEqual({ ok: true, value: odd });
  });

  test("over the limit are refused with the sizes", () => {
    const error = { code: "too-large", limit: encoded.length - 1, sizeBytes: encoded.length };
    expect(decodeSigned(encoded, encoded.length - 1)).toEqual({ ok: false, error });
    expect(decodeSigned(encoded, encoded.length).ok).toBe(true);
  });

  test("take no other signature length, no empty body and no key beside the two, extensions included", () => {
    const form = (entries: [number, Uint8Array][]) => encodeCbor(new Map(entries));
    const { body, signature } = signed;
    const bad = (bytes: Uint8Array, path: string) =>
      expect(decodeSigned(bytes, 200)).toEqual({ ok: false, error: { code: "bad-shape", path } });
    bad(
      form([
        [1, body],
        [2, signature.subarray(1)],
      ]),
      ".signature",
    );
    bad(
      form([
        [1, new Uint8Array(0)],
        [2, signature],
      ]),
      ".body",
    );
    for (const key of [3, 64, 70_000]) {
      bad(
        form([
          [1, body],
          [2, signature],
          [key, body],
        ]),
        "",
      );
    }
    expect(() => encodeSigned({ body, signature: new Uint8Array(65) })).toThrow(RangeError);
  });

  test("sign the domain and then the body", () => {
    expect(toHex(signedBytes("kith/x/1\0", signed.body))).toBe("6b6974682f782f3100a10102");
  });

  test("random bytes never throw", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 90 }), (bytes) => {
        expect(decodeSigned(bytes, 90).ok).toBe(false);
      }),
    );
  });
});
