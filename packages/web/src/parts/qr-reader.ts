/** Finds a QR code in a picture. A chunk of its own: it is loaded when somebody scans. */
import { decodeQR } from "qr/decode.js";

/** Longest side that is searched, in px: a code that fills a third of it is read, and a frame costs a few ms. */
const MAX_SIDE = 960;

/** Time for one frame, in ms; a camera brings the next one, a picture is given more. */
const FRAME_MS = 12;
const PICTURE_MS = 1500;

/** Largest file that is opened, in bytes. */
const MAX_FILE_BYTES = 25 * 1024 * 1024;

interface Size {
  readonly width: number;
  readonly height: number;
}

function fit({ width, height }: Size): Size {
  const scale = Math.min(1, MAX_SIDE / Math.max(width, height, 1));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** Reads frames of a video, one after the other. */
export class QrReader {
  readonly #canvas = new OffscreenCanvas(1, 1);
  readonly #context = this.#canvas.getContext("2d", { willReadFrequently: true });

  /** The text in the frame on show, or null. */
  readFrame(video: HTMLVideoElement): string | null {
    if (video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA || video.videoWidth === 0) return null;
    return this.#read(video, { width: video.videoWidth, height: video.videoHeight }, FRAME_MS);
  }

  /** The text in a picture file, or null when it is no picture, too large, or holds no code that can be read. */
  async readFile(file: Blob): Promise<string | null> {
    if (file.size > MAX_FILE_BYTES) return null;
    let picture: ImageBitmap;
    try {
      picture = await createImageBitmap(file);
    } catch (error) {
      if (error instanceof DOMException) return null;
      throw error;
    }
    try {
      return this.#read(picture, picture, PICTURE_MS);
    } finally {
      picture.close();
    }
  }

  #read(source: CanvasImageSource, size: Size, timeLimit: number): string | null {
    if (this.#context === null) return null;
    const { width, height } = fit(size);
    this.#canvas.width = width;
    this.#canvas.height = height;
    // Transparent pictures are drawn on white: a code on nothing would be black on black.
    this.#context.fillStyle = "#fff";
    this.#context.fillRect(0, 0, width, height);
    this.#context.drawImage(source, 0, 0, width, height);
    const image = this.#context.getImageData(0, 0, width, height);
    try {
      return decodeQR(image, { format: "RGBA", timeLimit });
    } catch (error) {
      // The decoder throws for every frame without a code; what it says depends on how far it came.
      if (error instanceof Error) return null;
      throw error;
    }
  }
}
