/** A camera that looks at a QR code: a video file that Chromium plays instead of a device. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeQR } from "qr";

/** Pixels of one module, and the size of the picture; a module of 6 px is what a phone at arm's length sees. */
const MODULE_PX = 6;
const WIDTH = 640;
const HEIGHT = 480;
const GREY = 128;
const WHITE = 235;
const BLACK = 16;

/** A folder with the video in it. */
export interface FakeCamera {
  /** What the browser must be started with. */
  readonly args: readonly string[];
  /** What it looks at from the next time it is turned on. */
  show(text: string): Promise<void>;
  remove(): Promise<void>;
}

/** One frame in I420: the code in the middle of a grey wall. */
function frameOf(text: string): Buffer {
  const frame = Buffer.alloc((WIDTH * HEIGHT * 3) / 2, GREY);
  const rows = encodeQR(text, "raw", { ecc: "medium", border: 4 });
  const side = rows.length * MODULE_PX;
  const left = Math.floor((WIDTH - side) / 2);
  const top = Math.floor((HEIGHT - side) / 2);
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      const isDark = rows[Math.floor(y / MODULE_PX)]?.[Math.floor(x / MODULE_PX)] === true;
      frame[(top + y) * WIDTH + left + x] = isDark ? BLACK : WHITE;
    }
  }
  return frame;
}

/** Writes a video of a code. */
export async function filmCode(text: string): Promise<FakeCamera> {
  const folder = await mkdtemp(join(tmpdir(), "kith-camera-"));
  const file = join(folder, "code.y4m");
  const show = async (shown: string): Promise<void> => {
    const head = Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F10:1 Ip A1:1 C420jpeg\n`);
    const frame = Buffer.concat([Buffer.from("FRAME\n"), frameOf(shown)]);
    await writeFile(file, Buffer.concat([head, frame, frame, frame]));
  };
  await show(text);
  return {
    args: ["--use-fake-device-for-media-stream", `--use-file-for-fake-video-capture=${file}`],
    show,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
