/** Draws a square of a picture anew, small: nothing of the file but its look is in what comes out. */
import { imageKind } from "../files/image-kind.ts";

/** The largest file that is decoded, and the largest picture that is sent, in bytes. */
const MAX_FILE_BYTES = 32 * 1024 * 1024;
const MAX_BYTES = 40 * 1024;

/** Sides in pixels with the quality tried there, the best first. */
const TRIES = [
  [256, 0.84],
  [256, 0.6],
  [192, 0.6],
  [128, 0.5],
] as const;

/** The part of a picture: `zoom` from 1 (all of its shorter side), `x` and `y` from -1 to 1 along what is left over. */
export interface Crop {
  readonly zoom: number;
  readonly x: number;
  readonly y: number;
}

/** A picture to cut from; null for a file that is none, and for one that would be too large once drawn. */
export async function openPicture(file: File): Promise<ImageBitmap | null> {
  if (file.size > MAX_FILE_BYTES) return null;
  const kind = imageKind(new Uint8Array(await file.arrayBuffer()));
  if (kind === null) return null;
  try {
    return await createImageBitmap(new Blob([file], { type: kind.type }));
  } catch {
    return null; // damaged, whatever its first bytes say
  }
}

/** Draws the part into a square of `side` pixels. */
export function drawPart(
  context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D,
  image: ImageBitmap,
  { zoom, x, y }: Crop,
  side: number,
): void {
  const part = Math.min(image.width, image.height) / zoom;
  const left = ((image.width - part) * (x + 1)) / 2;
  const top = ((image.height - part) * (y + 1)) / 2;
  // What is see-through becomes white.
  context.fillStyle = "#fff";
  context.fillRect(0, 0, side, side);
  context.drawImage(image, left, top, part, part, 0, 0, side, side);
}

/** WebP, or JPEG where the browser makes no WebP; at most 40 KiB. */
export async function encodePicture(image: ImageBitmap, crop: Crop): Promise<Uint8Array | null> {
  for (const [side, quality] of TRIES) {
    const canvas = new OffscreenCanvas(side, side);
    const context = canvas.getContext("2d");
    if (context === null) return null;
    context.imageSmoothingQuality = "high";
    drawPart(context, image, crop, side);
    let blob = await canvas.convertToBlob({ type: "image/webp", quality });
    if (blob.type !== "image/webp") blob = await canvas.convertToBlob({ type: "image/jpeg", quality });
    if (blob.size <= MAX_BYTES) return new Uint8Array(await blob.arrayBuffer());
  }
  return null;
}
