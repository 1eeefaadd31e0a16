/** Finds what stands in a picture beside its pixels: where and when it was taken, with what, by whom. */

/** Segments of a JPEG: Exif and XMP, Photoshop, comments. */
const JPEG_MARKERS: readonly number[] = [0xe1, 0xed, 0xfe];

/** Chunks of a PNG and of a WebP. */
const PNG_CHUNKS: readonly string[] = ["eXIf", "tEXt", "zTXt", "iTXt", "tIME"];
const WEBP_CHUNKS: readonly string[] = ["EXIF", "XMP "];

/** Whether a JPEG, PNG or WebP has any of it. A picture that is cut off has what was found before the cut. */
export function hasMetadata(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const name = (at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4));
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return jpegHas(bytes, view);
  if (name(0) === "RIFF") {
    return walk(bytes, 12, (at) => ({ isOne: WEBP_CHUNKS.includes(name(at)), size: evenSize(view, at) }));
  }
  return walk(bytes, 8, (at) => ({ isOne: PNG_CHUNKS.includes(name(at + 4)), size: 12 + view.getUint32(at) }));
}

function evenSize(view: DataView, at: number): number {
  const size = view.getUint32(at + 4, true);
  return 8 + size + (size % 2);
}

function walk(bytes: Uint8Array, start: number, look: (at: number) => { isOne: boolean; size: number }): boolean {
  for (let at = start; at + 8 <= bytes.length; ) {
    const { isOne, size } = look(at);
    if (isOne) return true;
    at += size;
  }
  return false;
}

function jpegHas(bytes: Uint8Array, view: DataView): boolean {
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff; at += 2 + Math.max(2, view.getUint16(at + 2))) {
    const marker = bytes[at + 1] ?? 0;
    if (JPEG_MARKERS.includes(marker)) return true;
    if (marker === 0xda) return false; // the pixels begin
  }
  return false;
}
