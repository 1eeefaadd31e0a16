/** What one side sends of one kind, with the last packets kept for whoever lost them. */
import { randomBytes } from "node:crypto";
import type { MediaPacket } from "./media-program.ts";
import { type Section, writeRtp } from "./rtp-packet.ts";

/** Packets that can be sent again: over a second of a picture in motion. A power of two. */
const KEPT = 512;

/** One outgoing stream. */
export class SentStream {
  readonly #source = randomBytes(4).readUInt32BE();
  readonly #kept: ({ readonly sequence: number; readonly packet: Uint8Array } | undefined)[] = [];

  /** Who sends it, 32 bits. */
  get source(): number {
    return this.#source;
  }

  /** The bytes of a packet. @throws RangeError for a payload that no packet holds. */
  write(packet: MediaPacket, payloadType: number, section: Section | null): Uint8Array {
    const written = writeRtp({ ...packet, payloadType, source: this.#source, level: null }, section);
    this.#kept[packet.sequence % KEPT] = { sequence: packet.sequence, packet: written };
    return written;
  }

  /** The bytes of a packet that was sent; null when it was not, or is too long ago. */
  again(sequence: number): Uint8Array | null {
    const kept = this.#kept[sequence % KEPT];
    return kept?.sequence === sequence ? kept.packet : null;
  }
}
