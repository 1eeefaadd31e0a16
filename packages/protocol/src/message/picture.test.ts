import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromHex } from "../bytes.ts";
import { MAX_PICTURE_BYTES, MAX_PICTURE_PIXELS, readPictureType } from "./picture.ts";

const word = (value: number): string => value.toString(16).padStart(8, "0");
const half = (value: number): string => value.toString(16).padStart(4, "0");
const little = (value: number, bytes: number): string =>
  Array.from({ length: bytes }, (_, at) => ((value >> (8 * at)) & 0xff).toString(16).padStart(2, "0")).join("");

const PNG = "89504e470d0a1a0a";
const chunk = (name: string, body: string): string => {
  const letters = Array.from(name, (each) => each.charCodeAt(0).toString(16)).join("");
  return `${word(body.length / 2)}${letters}${body}00000000`;
};
const png = (width: number, height: number, more = ""): Uint8Array =>
  fromHex(PNG + chunk("IHDR", `${word(width)}${word(height)}0806000000`) + more + chunk("IDAT", "00"));
const jpeg = (width: number, height: number): Uint8Array =>
  fromHex(`ffd8ffe000040102ffc00011080${half(height).slice(1)}${half(width)}0301`);
const webp = (body: string): Uint8Array => fromHex(`524946460000000057454250${body.padEnd(40, "0")}`);
const extended = (width: number, height: number, flags: string): Uint8Array =>
  webp(`565038580a000000${flags}000000${little(width - 1, 3)}${little(height - 1, 3)}`);

describe("the type of a picture", () => {
  test("is read from its bytes", () => {
    expect(readPictureType(png(256, 256))).toBe("image/png");
    expect(readPictureType(jpeg(256, 200))).toBe("image/jpeg");
    expect(readPictureType(extended(256, 256, "10"))).toBe("image/webp");
    expect(readPictureType(webp(`56503820000000000000009d012a${little(64, 2)}${little(64, 2)}`))).toBe("image/webp");
    expect(readPictureType(webp(`5650384c000000002f${little(63 | (63 << 14), 4)}`))).toBe("image/webp");
  });

  test("is none for one that is too large once drawn, or has no size", () => {
    const over = MAX_PICTURE_PIXELS + 1;
    for (const bytes of [png(over, 1), png(1, 0), jpeg(1, over), jpeg(0, 1), extended(over, 1, "00")]) {
      expect(readPictureType(bytes)).toBeNull();
    }
    expect(readPictureType(png(MAX_PICTURE_PIXELS, MAX_PICTURE_PIXELS))).toBe("image/png");
  });

  test("is none for moving pictures, other bytes and too many of them", () => {
    expect(readPictureType(png(9, 9, chunk("acTL", "0000000200000000")))).toBeNull();
    expect(readPictureType(extended(9, 9, "02"))).toBeNull();
    for (const hex of ["", "3c737667", "474946383961", "ffd8ff", PNG]) expect(readPictureType(fromHex(hex))).toBeNull();
    const long = new Uint8Array(MAX_PICTURE_BYTES + 1);
    long.set(png(9, 9));
    expect(readPictureType(long)).toBeNull();
  });

  test("of anything is an answer and no error, also when it is cut off", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => readPictureType(bytes) !== undefined));
    for (const whole of [png(9, 9), jpeg(9, 9), extended(9, 9, "00")]) {
      for (let length = 0; length < whole.length; length++) {
        expect(() => readPictureType(whole.subarray(0, length))).not.toThrow();
      }
    }
  });
});
