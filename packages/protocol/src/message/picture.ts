/**
 * The picture of a profile: a small raster picture of one frame, told by its first bytes and never by what is said of it.
 * @see docs/spec/06-messages.md (Profiles)
 */
import { readJpegSize } from "../file/image-header.ts";

/** The largest picture, in bytes, and its longest side, in pixels: whoever shows it decodes a megabyte at most. */
export const MAX_PICTURE_BYTES: number = 40 * 1024;
export const MAX_PICTURE_PIXELS = 512;

/** What a picture may be. */
export type PictureType = "image/jpeg" | "image/png" | "image/webp";

/** The type of a picture; null for what is none, has more than one frame, or would be larger than it may be. */
export function readPictureType(bytes: Uint8Array): PictureType | null {
  if (bytes.length > MAX_PICTURE_BYTES) return null;
  const jpeg = readJpegSize(bytes);
  if (jpeg !== null) return fits(jpeg.width, jpeg.height) ? "image/jpeg" : null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isAt(bytes, "\x89PNG\r\n\x1a\n", 0) && isAt(bytes, "IHDR", 12) && bytes.length >= 33) {
    return isStill(bytes, view) && fits(view.getUint32(16), view.getUint32(20)) ? "image/png" : null;
  }
  if (bytes.length < 30 || !isAt(bytes, "RIFF", 0) || !isAt(bytes, "WEBP", 8)) return null;
  const [width, height] = webpSize(bytes, view);
  return fits(width, height) ? "image/webp" : null;
}

function fits(width: number, height: number): boolean {
  return width > 0 && height > 0 && width <= MAX_PICTURE_PIXELS && height <= MAX_PICTURE_PIXELS;
}

function isAt(bytes: Uint8Array, text: string, at: number): boolean {
  return [...text].every((character, index) => bytes[at + index] === character.charCodeAt(0));
}

/** Whether no chunk before the pixels of a PNG says that there are more frames. */
function isStill(bytes: Uint8Array, view: DataView): boolean {
  for (let at = 8; at + 12 <= bytes.length; at += 12 + view.getUint32(at)) {
    if (isAt(bytes, "IDAT", at + 4)) return true;
    if (isAt(bytes, "acTL", at + 4)) return false;
  }
  return false;
}

/** The measures of a WebP of one frame; zeros for every other. */
function webpSize(bytes: Uint8Array, view: DataView): readonly [number, number] {
  if (isAt(bytes, "VP8 ", 12)) return [view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff];
  if (isAt(bytes, "VP8L", 12)) {
    const bits = view.getUint32(21, true);
    return [(bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1];
  }
  const isMoving = ((bytes[20] ?? 0) & 2) !== 0;
  if (!isAt(bytes, "VP8X", 12) || isMoving) return [0, 0];
  const three = (at: number): number => view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
  return [three(24) + 1, three(27) + 1];
}
