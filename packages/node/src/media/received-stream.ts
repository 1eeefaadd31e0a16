/** What came of one stream: which packets are missing, and what is reported of it. */
import type { ReceptionReport } from "./rtcp-packet.ts";
import { type RtpPacket, sequenceGap } from "./rtp-packet.ts";

/** A larger jump is a stream that began anew, in packets. */
const MAX_JUMP = 3000;

/** Packets that are asked for again at once: more are a broken way, which a key frame mends. */
const MAX_ASKED = 32;

/** Seconds of sound in one packet of Opus as browsers send it. */
const PACKET_SECONDS = 0.02;

const SILENCE = 127;

/** One incoming stream of sound or picture. */
export class ReceivedStream {
  #source: number | null = null;
  #highest = 0;
  #expected = 0;
  #received = 0;
  #reportedExpected = 0;
  #reportedReceived = 0;
  #frames = 0;
  #energy = 0;

  /** Who sends it; null before the first packet. */
  get source(): number | null {
    return this.#source;
  }

  /** Frames of which the last packet came. */
  get frames(): number {
    return this.#frames;
  }

  /** As `totalAudioEnergy` of W3C counts, by what the sender says of its loudness. */
  get energy(): number {
    return this.#energy;
  }

  get received(): number {
    return this.#received;
  }

  get lost(): number {
    return Math.max(0, this.#expected - this.#received);
  }

  /** Takes a packet. @returns the sequence numbers that were passed over by it. */
  take({ source, sequence, isMarked, level }: RtpPacket): readonly number[] {
    const gap = sequenceGap(this.#highest & 0xffff, sequence);
    const isNew = source !== this.#source || Math.abs(gap) > MAX_JUMP;
    if (isNew) this.#begin(source, sequence);
    this.#received += 1;
    if (isMarked) this.#frames += 1;
    if (level !== null && level < SILENCE) this.#energy += 10 ** (-level / 10) * PACKET_SECONDS;
    if (isNew || gap <= 0) return [];
    this.#highest += gap;
    this.#expected += gap;
    const missing = Math.min(gap - 1, MAX_ASKED);
    return Array.from({ length: missing }, (_, at) => (sequence - missing + at) & 0xffff);
  }

  /** Since the last report; null before the first packet. */
  report(): ReceptionReport | null {
    if (this.#source === null) return null;
    const expected = this.#expected - this.#reportedExpected;
    const lost = expected - (this.#received - this.#reportedReceived);
    this.#reportedExpected = this.#expected;
    this.#reportedReceived = this.#received;
    return {
      source: this.#source,
      fractionLost: expected > 0 && lost > 0 ? Math.floor((lost * 256) / expected) : 0,
      totalLost: this.lost,
      highest: this.#highest % 0x1_0000_0000,
    };
  }

  #begin(source: number, sequence: number): void {
    this.#source = source;
    this.#highest = sequence;
    this.#expected = 1;
    this.#received = 0;
    this.#reportedExpected = 0;
    this.#reportedReceived = 0;
  }
}
