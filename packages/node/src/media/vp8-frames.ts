/** Frames of VP8 out of packets and into packets (RFC 7741). */
import type { MediaPacket } from "./media-program.ts";
import { sequenceGap } from "./rtp-packet.ts";

/** One whole picture as VP8 writes it. */
export interface Vp8Frame {
  /** In ticks of 90 kHz, 32 bits. */
  readonly timestamp: number;
  readonly isKey: boolean;
  readonly bytes: Uint8Array;
}

/** What fits a packet beside all headers, in bytes. */
const MAX_CHUNK = 1100;

/** The largest frame that is put together, in bytes: of a screen in full resolution a tenth. */
const MAX_FRAME = 2 * 1024 * 1024;

const START = 0x10;

/** What of a payload is no picture: its descriptor; null for one that is cut off. */
function readDescriptor(payload: Uint8Array): { readonly isStart: boolean; readonly length: number } | null {
  const first = payload[0];
  if (first === undefined) return null;
  let at = 1;
  if ((first & 0x80) !== 0) {
    const extensions = payload[at] ?? 0;
    at += 1;
    if ((extensions & 0x80) !== 0) at += ((payload[at] ?? 0) & 0x80) === 0 ? 1 : 2;
    if ((extensions & 0x40) !== 0) at += 1;
    if ((extensions & 0x30) !== 0) at += 1;
  }
  return at >= payload.length ? null : { isStart: (first & 0x1f) === START, length: at };
}

/** Puts frames together from packets in their order; one of which a packet is missing is left out. */
export class Vp8Assembler {
  #parts: Uint8Array[] = [];
  #size = 0;
  #last: number | null = null;
  #timestamp = 0;
  #isWhole = false;

  /** @returns a frame when this packet ends one that is whole. */
  take({ isMarked, sequence, timestamp, payload }: MediaPacket): Vp8Frame | null {
    const isNext = this.#last !== null && sequenceGap(this.#last, sequence) === 1;
    // What comes late belongs to a frame that was given up.
    if (this.#last !== null && sequenceGap(this.#last, sequence) <= 0) return null;
    this.#last = sequence;
    const descriptor = readDescriptor(payload);
    if (descriptor === null) return null;
    if (descriptor.isStart) {
      this.#parts = [];
      this.#size = 0;
      this.#isWhole = true;
      this.#timestamp = timestamp;
    } else if (!isNext || timestamp !== this.#timestamp) this.#isWhole = false;
    this.#size += payload.length - descriptor.length;
    if (!this.#isWhole || this.#size > MAX_FRAME) {
      this.#isWhole = false;
      return null;
    }
    this.#parts.push(payload.subarray(descriptor.length));
    if (!isMarked) return null;
    this.#isWhole = false;
    const bytes = new Uint8Array(Buffer.concat(this.#parts));
    return { timestamp, isKey: ((bytes[0] ?? 1) & 1) === 0, bytes };
  }
}

/** The packets of a frame. @param sequence of the first one. */
export function splitFrame({ timestamp, bytes }: Omit<Vp8Frame, "isKey">, sequence: number): readonly MediaPacket[] {
  const count = Math.max(1, Math.ceil(bytes.length / MAX_CHUNK));
  return Array.from({ length: count }, (_, at) => {
    const chunk = bytes.subarray(at * MAX_CHUNK, (at + 1) * MAX_CHUNK);
    const payload = new Uint8Array(1 + chunk.length);
    payload[0] = at === 0 ? START : 0;
    payload.set(chunk, 1);
    return { isMarked: at === count - 1, sequence: (sequence + at) & 0xffff, timestamp, payload };
  });
}
