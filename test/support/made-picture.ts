/** A JPEG by its header; nobody in a test decodes it. */
const JPEG_HEAD = "ffd8ffe000040102ffc000110800000000030101";

/** A picture of one size as the methods take it. @param padding bytes after its header. */
export function madePicture(side: number, padding: number): string {
  const head = Buffer.from(JPEG_HEAD, "hex");
  head.writeUInt16BE(side, 13);
  head.writeUInt16BE(side, 15);
  return Buffer.concat([head, Buffer.alloc(padding, 7)]).toString("base64");
}
