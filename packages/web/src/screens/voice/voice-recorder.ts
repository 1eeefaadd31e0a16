/** Records the microphone into a small file of the kind this browser makes. Nothing is kept outside the page's memory. */
import { MediaError, openMicrophone } from "@kith/client/media";
import { Loudness } from "./loudness.ts";

/** A voice message to be. */
export interface Recording {
  readonly file: File;
  readonly durationMs: number;
  readonly waveform: number[];
}

/** The longest recording, in ms: what a manifest may say, less the time a stop takes. */
const MAX_MS = 60 * 60 * 1000 - 2000;

/** Enough for a voice, in bits a second. */
const BIT_RATE = 32_000;

/** How often the level is looked at, in ms. */
const LEVEL_MS = 50;

/** What browsers record, the best first, with the ending of such a file. */
const KINDS = [
  ["audio/webm;codecs=opus", "webm"],
  ["audio/mp4;codecs=opus", "m4a"],
  ["audio/mp4", "m4a"],
] as const;

/** A recording under way. */
export class VoiceRecorder {
  readonly loudness: Loudness = new Loudness();
  readonly #track: MediaStreamTrack;
  readonly #recorder: MediaRecorder;
  readonly #ending: string;
  readonly #context: AudioContext = new AudioContext();
  readonly #parts: Blob[] = [];
  readonly #startedMs: number = performance.now();
  readonly #stopped: Promise<void>;
  #endedMs = 0;
  #levelTimer: ReturnType<typeof setInterval> | undefined;

  private constructor(track: MediaStreamTrack, kind: (typeof KINDS)[number], onEnd: () => void) {
    const [mimeType, ending] = kind;
    this.#track = track;
    this.#ending = ending;
    const stream = new MediaStream([track]);
    this.#recorder = new MediaRecorder(stream, { mimeType, audioBitsPerSecond: BIT_RATE });
    this.#recorder.addEventListener("dataavailable", ({ data }) => this.#parts.push(data));
    this.#stopped = new Promise((resolve) => {
      this.#recorder.addEventListener("stop", () => {
        this.#release();
        resolve();
        onEnd();
      });
    });
    this.#recorder.start(1000);
    this.#watchLevel(stream);
  }

  /**
   * Opens the microphone and begins. @param onEnd called when it ends, also by itself: unplugged, or after an hour.
   * @throws MediaError.
   */
  static async open(onEnd: () => void): Promise<VoiceRecorder> {
    const kind = "MediaRecorder" in globalThis && KINDS.find(([type]) => MediaRecorder.isTypeSupported(type));
    if (!kind) throw new MediaError("unsupported");
    const track = await openMicrophone();
    try {
      return new VoiceRecorder(track, kind, onEnd);
    } catch (error) {
      track.stop();
      throw new MediaError("unsupported", error);
    }
  }

  get durationMs(): number {
    return Math.round((this.#endedMs || performance.now()) - this.#startedMs);
  }

  /** Ends it. @returns what was said; null when nothing came. */
  async finish(): Promise<Recording | null> {
    this.cancel();
    await this.#stopped;
    const [type = ""] = this.#recorder.mimeType.split(";");
    const name = `voice-${new Date().toISOString().slice(0, 19).replace(/[-:]/g, "").replace("T", "-")}`;
    const file = new File(this.#parts, `${name}.${this.#ending}`, { type });
    if (file.size === 0) return null;
    return { file, durationMs: Math.min(this.durationMs, MAX_MS), waveform: this.loudness.bars() };
  }

  /** Ends it; the microphone is off at once. */
  cancel(): void {
    if (this.#recorder.state !== "inactive") this.#recorder.stop();
    this.#release();
  }

  #release(): void {
    this.#endedMs ||= performance.now();
    clearInterval(this.#levelTimer);
    this.#track.stop();
    if (this.#context.state !== "closed") void this.#context.close();
  }

  #watchLevel(stream: MediaStream): void {
    const analyser = this.#context.createAnalyser();
    this.#context.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    this.#levelTimer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      this.loudness.add(Math.sqrt(samples.reduce((sum, each) => sum + each * each, 0) / samples.length));
      if (this.durationMs >= MAX_MS) this.cancel();
    }, LEVEL_MS);
  }
}
