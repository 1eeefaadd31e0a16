/** Plays files into a call: Opus in Ogg and VP8 in IVF, as the recorder and the tools of the codecs write them. */
import { readFile } from "node:fs/promises";
import { readIvf } from "./ivf.ts";
import type { MediaKind, MediaPacket, MediaProgram, MediaWire } from "./media-program.ts";
import { opusTicks, readOggOpus } from "./ogg-opus.ts";
import { splitFrame, type Vp8Frame } from "./vp8-frames.ts";

/** What is played; what is left out stays silent or dark. */
export interface PlayedPaths {
  readonly audio?: string;
  readonly video?: string;
  /** Begins again at the end; false by default. */
  readonly repeats?: boolean;
}

/** Ticks a second. */
const AUDIO_TICKS = 48_000;
const VIDEO_TICKS = 90_000;

/** What stands between the last picture and the first one again, in ticks. */
const LAST_PICTURE_TICKS = 3000;

/** One thing to send at its time. */
interface Cue {
  readonly atMs: number;
  readonly kind: MediaKind;
  readonly timestamp: number;
  readonly bytes: Uint8Array;
}

/**
 * Reads files, and makes programs that play them, one for each call.
 * @throws MediaFileError for what is no such file; the system's error when one cannot be read.
 */
export async function loadPlayer({ audio, video, repeats = false }: PlayedPaths): Promise<() => MediaProgram> {
  const sound = audio === undefined ? [] : readOggOpus(await readFile(audio));
  const pictures = video === undefined ? [] : readIvf(await readFile(video));
  const cues = [...soundCues(sound), ...pictureCues(pictures)].sort((a, b) => a.atMs - b.atMs);
  const lengths = {
    audio: sound.reduce((sum, packet) => sum + opusTicks(packet), 0),
    video: pictures.length === 0 ? 0 : lengthOf(pictures) + LAST_PICTURE_TICKS,
  };
  const lengthMs = Math.max((lengths.audio * 1000) / AUDIO_TICKS, (lengths.video * 1000) / VIDEO_TICKS);
  return () => new Player(cues, lengthMs, repeats && lengthMs > 0);
}

function soundCues(packets: readonly Uint8Array[]): readonly Cue[] {
  let ticks = 0;
  return packets.map((bytes) => {
    const timestamp = ticks;
    ticks += opusTicks(bytes);
    return { atMs: (timestamp * 1000) / AUDIO_TICKS, kind: "audio", timestamp, bytes };
  });
}

function pictureCues(frames: readonly Vp8Frame[]): readonly Cue[] {
  const first = frames[0]?.timestamp ?? 0;
  return frames.map(({ timestamp, bytes }) => {
    const ticks = timestamp - first;
    return { atMs: (ticks * 1000) / VIDEO_TICKS, kind: "video", timestamp: ticks, bytes };
  });
}

function lengthOf(frames: readonly Vp8Frame[]): number {
  return (frames.at(-1)?.timestamp ?? 0) - (frames[0]?.timestamp ?? 0);
}

class Player implements MediaProgram {
  readonly #cues: readonly Cue[];
  readonly #lengthMs: number;
  readonly #repeats: boolean;
  readonly #sequences = { audio: 0, video: 0 };
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(cues: readonly Cue[], lengthMs: number, repeats: boolean) {
    this.#cues = cues;
    this.#lengthMs = lengthMs;
    this.#repeats = repeats;
  }

  start(wire: MediaWire): void {
    this.#play(wire, performance.now(), 0, 0);
  }

  take(): void {
    // Whatever the other side says.
  }

  giveKeyFrame(): void {
    // A file has its whole pictures where it has them.
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /** @param at the next cue. @param round how often everything was played before. */
  #play(wire: MediaWire, startedAtMs: number, at: number, round: number): void {
    let next = at;
    const passedMs = performance.now() - startedAtMs - round * this.#lengthMs;
    for (let cue = this.#cues[next]; cue !== undefined && cue.atMs <= passedMs; cue = this.#cues[next]) {
      this.#send(wire, cue, round);
      next += 1;
    }
    const cue = this.#cues[next];
    const waitMs = (cue?.atMs ?? this.#lengthMs) - passedMs;
    if (cue === undefined && !this.#repeats) return;
    const again = cue === undefined ? ([0, round + 1] as const) : ([next, round] as const);
    this.#timer = setTimeout(() => this.#play(wire, startedAtMs, ...again), Math.max(0, waitMs));
  }

  #send(wire: MediaWire, { kind, timestamp, bytes }: Cue, round: number): void {
    const ticks = kind === "audio" ? AUDIO_TICKS : VIDEO_TICKS;
    const atTicks = (timestamp + Math.round((round * this.#lengthMs * ticks) / 1000)) >>> 0;
    const sequence = this.#sequences[kind];
    const packets: readonly MediaPacket[] =
      kind === "audio"
        ? [{ isMarked: false, sequence, timestamp: atTicks, payload: bytes }]
        : splitFrame({ timestamp: atTicks, bytes }, sequence);
    this.#sequences[kind] = (sequence + packets.length) & 0xffff;
    for (const packet of packets) wire.send(kind, packet);
  }
}
