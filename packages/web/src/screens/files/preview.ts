/** Makes the small picture that goes with an image: drawn anew, so that nothing of the original but its look is in it. */

/** The longer side of a preview, in pixels, and its bound, in bytes. */
const MAX_SIDE_PX = 480;
const MAX_BYTES = 40 * 1024;

/** Larger images get no preview: decoding them would take too much memory. */
const MAX_IMAGE_BYTES = 48 * 1024 * 1024;

const IMAGES: readonly string[] = ["image/jpeg", "image/png", "image/webp", "image/gif", "image/avif"];

/** A JPEG, or null when the file is no image that this browser draws. */
export async function makePreview(file: File): Promise<Uint8Array | null> {
  if (!IMAGES.includes(file.type) || file.size > MAX_IMAGE_BYTES) return null;
  let image: ImageBitmap;
  try {
    image = await createImageBitmap(file);
  } catch {
    return null; // not an image after all, whatever its name says
  }
  try {
    for (const [side, quality] of [
      [MAX_SIDE_PX, 0.72],
      [MAX_SIDE_PX / 2, 0.6],
      [MAX_SIDE_PX / 4, 0.5],
    ] as const) {
      const bytes = await draw(image, side, quality);
      if (bytes.length <= MAX_BYTES) return bytes;
    }
    return null;
  } finally {
    image.close();
  }
}

async function draw(image: ImageBitmap, side: number, quality: number): Promise<Uint8Array> {
  const scale = Math.min(1, side / Math.max(image.width, image.height));
  const canvas = new OffscreenCanvas(
    Math.max(1, Math.round(image.width * scale)),
    Math.max(1, Math.round(image.height * scale)),
  );
  const context = canvas.getContext("2d");
  if (context === null) return new Uint8Array(MAX_BYTES + 1);
  // JPEG has no transparency; what is see-through becomes white.
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await canvas.convertToBlob({ type: "image/jpeg", quality });
  return new Uint8Array(await blob.arrayBuffer());
}
