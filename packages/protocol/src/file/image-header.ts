/**
 * The size of a JPEG by its headers, before anything decodes it: a small file may claim to be a huge picture.
 * @see docs/spec/07-file.md (Preview)
 */
import { err, ok, type Result } from "../result.ts";

/** Why bytes are no usable preview. */
export type PreviewError = { readonly code: "not-jpeg" } | { readonly code: "too-many-pixels"; readonly limit: number };

/** Width and height of a preview, in pixels each. */
export const MAX_PREVIEW_PIXELS = 640;

/** A picture's measures in pixels. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** Reads the measures of a JPEG; its segments are walked, never decoded. */
export function readPreviewSize(bytes: Uint8Array): Result<PictureSize, PreviewError> {
  const size = readJpegSize(bytes);
  if (size === null || size.width === 0 || size.height === 0) return err({ code: "not-jpeg" });
  if (size.width > MAX_PREVIEW_PIXELS || size.height > MAX_PREVIEW_PIXELS) {
    return err({ code: "too-many-pixels", limit: MAX_PREVIEW_PIXELS });
  }
  return ok(size);
}

/** The measures of a JPEG, or null. */
export function readJpegSize(bytes: Uint8Array): PictureSize | null {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 2;
  while (at + 9 <= bytes.length) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1] as number;
    const length = view.getUint16(at + 2);
    // Start of frame, baseline to arithmetic; C4, C8 and CC are other segments.
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    if (marker < 0xc0 || marker === 0xd8 || marker === 0xd9 || marker === 0xda || length < 2) return null;
    at += 2 + length;
  }
  return null;
}
