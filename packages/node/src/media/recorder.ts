/** Writes what comes into files that every player knows: sound as Opus in Ogg, pictures as VP8 in IVF. */
import { createWriteStream, type WriteStream } from "node:fs";
import { finished } from "node:stream/promises";
import { ivfFrame, ivfHead } from "./ivf.ts";
import type { MediaKind, MediaPacket, MediaProgram, MediaWire } from "./media-program.ts";
import { OggWriter, opusTicks } from "./ogg-opus.ts";
import { sequenceGap } from "./rtp-packet.ts";
import { Vp8Assembler } from "./vp8-frames.ts";

/** Where a recording goes; what is left out is not kept. Files are made when the first of their kind comes. */
export interface RecordingPaths {
  /** For sound, `.ogg`. */
  readonly audio?: string;
  /** For pictures, `.ivf`. */
  readonly video?: string;
}

/** A program that records, and the moment when everything is in the files. */
export interface Recorder extends MediaProgram {
  /** Resolves after `stop`, when the files are whole. Rejects when one cannot be written. */
  readonly written: Promise<void>;
}

/** Makes a recorder for one call. Whoever records tells the other side. */
export function createRecorder(paths: RecordingPaths): Recorder {
  return new FileRecorder(paths);
}

class FileRecorder implements Recorder {
  readonly written: Promise<void>;
  readonly #paths: RecordingPaths;
  readonly #sound = new OggWriter();
  readonly #assembler = new Vp8Assembler();
  #finish: (done: Promise<void>) => void = () => undefined;
  #wire: MediaWire | null = null;
  #audio: WriteStream | null = null;
  #video: WriteStream | null = null;
  #soundTicks = 0;
  #lastSound: { readonly sequence: number; readonly timestamp: number } | null = null;
  #pictureTicks = 0;
  #lastPicture: number | null = null;
  #isWhole = false;

  constructor(paths: RecordingPaths) {
    this.#paths = paths;
    this.written = new Promise((resolve) => {
      this.#finish = resolve;
    });
    this.written.catch(() => undefined);
  }

  start(wire: MediaWire): void {
    this.#wire = wire;
  }

  take(kind: MediaKind, packet: MediaPacket): void {
    if (packet.payload.length === 0) return;
    if (kind === "audio") this.#hear(packet);
    else this.#see(packet);
  }

  giveKeyFrame(): void {
    // Nothing is sent.
  }

  stop(): void {
    this.#audio?.write(this.#sound.end(this.#soundTicks));
    const files = [this.#audio, this.#video].filter((each) => each !== null);
    for (const file of files) file.end();
    this.#finish(Promise.all(files.map((file) => finished(file))).then(() => undefined));
  }

  /** What comes late is left out; what is missing takes its time. */
  #hear({ sequence, timestamp, payload }: MediaPacket): void {
    const { audio } = this.#paths;
    const last = this.#lastSound;
    if (audio === undefined || (last !== null && sequenceGap(last.sequence, sequence) <= 0)) return;
    if (this.#audio === null) {
      this.#audio = open(audio);
      this.#audio.write(this.#sound.begin());
    }
    const length = opusTicks(payload);
    const passed = last === null ? 0 : (timestamp - last.timestamp) >>> 0;
    this.#soundTicks = last === null ? length : this.#soundTicks + passed;
    this.#lastSound = { sequence, timestamp };
    this.#audio.write(this.#sound.write(payload, this.#soundTicks));
  }

  /** A file begins with a whole picture, and so does what comes after a loss. */
  #see(packet: MediaPacket): void {
    const { video } = this.#paths;
    if (video === undefined) return;
    const frame = this.#assembler.take(packet);
    if (frame === null) {
      if (packet.isMarked) this.#isWhole = false;
      if (!this.#isWhole && packet.isMarked) this.#wire?.askKeyFrame();
      return;
    }
    if (!frame.isKey && !this.#isWhole) {
      this.#wire?.askKeyFrame();
      return;
    }
    if (this.#video === null) {
      if (frame.bytes.length < 10) return;
      this.#video = open(video);
      this.#video.write(ivfHead(frame.bytes));
    }
    this.#isWhole = true;
    if (this.#lastPicture !== null) this.#pictureTicks += (frame.timestamp - this.#lastPicture) >>> 0;
    this.#lastPicture = frame.timestamp;
    this.#video.write(ivfFrame(frame.bytes, this.#pictureTicks));
  }
}

/** For its owner alone: it holds what somebody said. */
function open(path: string): WriteStream {
  const stream = createWriteStream(path, { mode: 0o600 });
  // Told by `written`.
  stream.on("error", () => undefined);
  return stream;
}
