/**
 * What a picture is by its own first bytes, never by what was said about it, and how large it would be once it is drawn:
 * a small file may hold a picture of gigabytes. Formats that hold scripts or links, such as SVG, are no pictures here.
 */

/** A picture that may be shown. */
export interface ImageKind {
  readonly type: "image/jpeg" | "image/png" | "image/gif" | "image/webp";
  readonly width: number;
  readonly height: number;
}

/** Pixels of a picture that is shown: 200 MB once drawn. */
const MAX_PIXELS = 50_000_000;

/** The kind of a picture; null for everything else, and for one that is too large to draw. */
export function imageKind(bytes: Uint8Array): ImageKind | null {
  const kind = readPng(bytes) ?? readGif(bytes) ?? readWebp(bytes) ?? readJpeg(bytes);
  if (kind === null || kind.width === 0 || kind.height === 0) return null;
  return kind.width * kind.height > MAX_PIXELS ? null : kind;
}

function begins(bytes: Uint8Array, text: string, at = 0): boolean {
  return [...text].every((character, index) => bytes[at + index] === character.charCodeAt(0));
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function readPng(bytes: Uint8Array): ImageKind | null {
  if (bytes.length < 24 || !begins(bytes, "\x89PNG\r\n\x1a\n") || !begins(bytes, "IHDR", 12)) return null;
  const view = viewOf(bytes);
  return { type: "image/png", width: view.getUint32(16), height: view.getUint32(20) };
}

function readGif(bytes: Uint8Array): ImageKind | null {
  if (bytes.length < 10 || !(begins(bytes, "GIF87a") || begins(bytes, "GIF89a"))) return null;
  const view = viewOf(bytes);
  return { type: "image/gif", width: view.getUint16(6, true), height: view.getUint16(8, true) };
}

function readWebp(bytes: Uint8Array): ImageKind | null {
  if (bytes.length < 30 || !begins(bytes, "RIFF") || !begins(bytes, "WEBP", 8)) return null;
  const view = viewOf(bytes);
  const type = "image/webp";
  if (begins(bytes, "VP8 ", 12)) {
    return { type, width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  }
  if (begins(bytes, "VP8L", 12)) {
    const bits = view.getUint32(21, true);
    return { type, width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  if (!begins(bytes, "VP8X", 12)) return null;
  const three = (at: number): number => view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
  return { type, width: three(24) + 1, height: three(27) + 1 };
}

function readJpeg(bytes: Uint8Array): ImageKind | null {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return null;
  const view = viewOf(bytes);
  for (let at = 2; at + 9 <= bytes.length; ) {
    const marker = view.getUint8(at + 1);
    if (view.getUint8(at) !== 0xff || marker < 0xc0 || marker === 0xd8 || marker === 0xd9 || marker === 0xda)
      return null;
    const isFrame = marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return { type: "image/jpeg", height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    at += 2 + Math.max(2, view.getUint16(at + 2));
  }
  return null;
}
