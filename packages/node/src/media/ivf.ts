/** Pictures in a file: VP8 in IVF, the plain container of the codec's own tools. */
import { MediaFileError } from "./ogg-opus.ts";
import type { Vp8Frame } from "./vp8-frames.ts";

const HEAD_BYTES = 32;
const FRAME_HEAD_BYTES = 12;

/** Ticks a second of what this writes. */
const TICKS = 90_000;

/** The largest frame that is read, in bytes. */
const MAX_FRAME = 16 * 1024 * 1024;

/** The head of a file. @param first a key frame, which says how large its picture is. */
export function ivfHead(first: Uint8Array): Uint8Array {
  const head = Buffer.alloc(HEAD_BYTES);
  const size = Buffer.from(first.buffer, first.byteOffset, first.byteLength);
  head.write("DKIF");
  head.writeUInt16LE(HEAD_BYTES, 6);
  head.write("VP80", 8);
  head.writeUInt16LE(size.readUInt16LE(6) & 0x3fff, 12);
  head.writeUInt16LE(size.readUInt16LE(8) & 0x3fff, 14);
  head.writeUInt32LE(TICKS, 16);
  head.writeUInt32LE(1, 20);
  return head;
}

/** One frame. @param ticks when it is shown, in 90,000ths of a second since the beginning. */
export function ivfFrame(bytes: Uint8Array, ticks: number): Uint8Array {
  const head = Buffer.alloc(FRAME_HEAD_BYTES);
  head.writeUInt32LE(bytes.length, 0);
  head.writeBigUInt64LE(BigInt(ticks), 4);
  return Buffer.concat([head, bytes]);
}

/** The frames of a file, their times in ticks of 90 kHz. @throws MediaFileError for what is no VP8 in IVF, or is cut off. */
export function readIvf(file: Uint8Array): readonly Vp8Frame[] {
  const view = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  if (view.length < HEAD_BYTES || view.toString("latin1", 0, 4) !== "DKIF") throw new MediaFileError("no IVF");
  if (view.toString("latin1", 8, 12) !== "VP80") throw new MediaFileError("no VP8");
  const [rate, scale] = [view.readUInt32LE(16), view.readUInt32LE(20)];
  if (rate === 0 || scale === 0) throw new MediaFileError("a file without a time");
  const frames: Vp8Frame[] = [];
  let at = Math.max(HEAD_BYTES, view.readUInt16LE(6));
  while (at < view.length) {
    const size = at + FRAME_HEAD_BYTES > view.length ? Number.POSITIVE_INFINITY : view.readUInt32LE(at);
    const start = at + FRAME_HEAD_BYTES;
    if (size > MAX_FRAME || start + size > view.length) throw new MediaFileError("the last frame is cut off");
    const bytes = new Uint8Array(view.subarray(start, start + size));
    const timestamp = Math.round((Number(view.readBigUInt64LE(at + 4)) * scale * TICKS) / rate);
    if (bytes.length > 0) frames.push({ timestamp, isKey: ((bytes[0] ?? 1) & 1) === 0, bytes });
    at = start + size;
  }
  return frames;
}
