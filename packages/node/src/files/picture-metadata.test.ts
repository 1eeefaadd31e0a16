import { expect, test } from "vitest";
import { hasMetadata } from "./picture-metadata.ts";

const latin = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "latin1"));
const chunk = (name: string, body = ""): string => {
  const size = Buffer.alloc(4);
  size.writeUInt32BE(body.length);
  return `${size.toString("latin1")}${name}${body}\0\0\0\0`;
};
const PNG = "\x89PNG\r\n\x1a\n";
const part = (name: string, body: string): string => {
  const size = Buffer.alloc(4);
  size.writeUInt32LE(body.length);
  return `${name}${size.toString("latin1")}${body}${body.length % 2 === 1 ? "\0" : ""}`;
};

test.each([
  ["a JPEG with Exif", "\xff\xd8\xff\xe0\x00\x04ab\xff\xe1\x00\x06Exif\xff\xda"],
  ["a JPEG with a comment", "\xff\xd8\xff\xfe\x00\x04hi\xff\xda"],
  ["a PNG with words", PNG + chunk("IHDR", "x".repeat(13)) + chunk("tEXt", "Author")],
  ["a PNG with Exif after its pixels", PNG + chunk("IHDR", "x".repeat(13)) + chunk("IDAT", "p") + chunk("eXIf", "e")],
  ["a WebP with XMP", `RIFF\0\0\0\0WEBP${part("VP8 ", "odd")}${part("XMP ", "x")}`],
])("%s is found out", (_, text) => {
  expect(hasMetadata(latin(text))).toBe(true);
});

test.each([
  ["a JPEG as a canvas makes it", "\xff\xd8\xff\xe0\x00\x04ab\xff\xdb\x00\x04cd\xff\xda\x00\x02\xff\xe1"],
  ["a PNG of pixels only", PNG + chunk("IHDR", "x".repeat(13)) + chunk("IDAT", "tEXt") + chunk("IEND")],
  ["a WebP of pixels only", `RIFF\0\0\0\0WEBP${part("VP8 ", "EXIF")}`],
  ["nothing", ""],
])("%s has none", (_, text) => {
  expect(hasMetadata(latin(text))).toBe(false);
});
