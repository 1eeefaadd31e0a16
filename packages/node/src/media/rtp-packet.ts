/** RTP packets, read strictly and written plainly (RFC 3550, RFC 8285): one source, no padding. */

/** One packet of sound or picture. */
export interface RtpPacket {
  readonly payloadType: number;
  /** The last packet of a frame. */
  readonly isMarked: boolean;
  /** 16 bits, counts packets. */
  readonly sequence: number;
  /** 32 bits, in ticks of the codec's clock. */
  readonly timestamp: number;
  /** Who sends it, 32 bits. */
  readonly source: number;
  /** How loud the sender says it is, 0 the loudest to 127 silence (RFC 6464); null where it does not say. */
  readonly level: number | null;
  readonly payload: Uint8Array;
}

const HEADER_BYTES = 12;
const VERSION = 2;
const ONE_BYTE_EXTENSIONS = 0xbede;

/** The largest packet that is read, in bytes: more does not fit an Ethernet frame. */
const MAX_BYTES = 1500;

/** What the extension that names a section takes, in bytes. */
const SECTION_BYTES = 8;

/** The longest payload that is written, in bytes. */
export const MAX_PAYLOAD: number = MAX_BYTES - HEADER_BYTES - SECTION_BYTES;

/** Reads a packet as it comes out of SRTP; null for whatever is no packet. @param levelId number of the level's extension, or null. */
export function readRtp(packet: Uint8Array, levelId: number | null): RtpPacket | null {
  if (packet.length < HEADER_BYTES || packet.length > MAX_BYTES) return null;
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  const first = view.getUint8(0);
  if (first >> 6 !== VERSION) return null;
  let start = HEADER_BYTES + 4 * (first & 0x0f);
  let level: number | null = null;
  if ((first & 0x10) !== 0) {
    if (start + 4 > packet.length) return null;
    const end = start + 4 + 4 * view.getUint16(start + 2);
    if (end > packet.length) return null;
    if (levelId !== null && view.getUint16(start) === ONE_BYTE_EXTENSIONS) {
      level = readLevel(packet.subarray(start + 4, end), levelId);
    }
    start = end;
  }
  const padding = (first & 0x20) === 0 ? 0 : view.getUint8(packet.length - 1);
  const end = packet.length - padding;
  if (start > end || ((first & 0x20) !== 0 && padding === 0)) return null;
  return {
    payloadType: view.getUint8(1) & 0x7f,
    isMarked: view.getUint8(1) > 0x7f,
    sequence: view.getUint16(2),
    timestamp: view.getUint32(4),
    source: view.getUint32(8),
    level,
    payload: packet.slice(start, end),
  };
}

function readLevel(extensions: Uint8Array, levelId: number): number | null {
  let at = 0;
  while (at < extensions.length) {
    const head = extensions[at] as number;
    const id = head >> 4;
    if (id === 15) return null;
    // A zero fills the space between two of them.
    if (head === 0) {
      at += 1;
      continue;
    }
    const value = extensions[at + 1];
    if (id === levelId) return value === undefined ? null : value & 0x7f;
    at += 2 + (head & 0x0f);
  }
  return null;
}

/** Says in a header extension which section of the description a packet belongs to (RFC 8843): its number, and one digit. */
export interface Section {
  readonly id: number;
  readonly digit: "0" | "1";
}

/**
 * Writes a packet; what is said of its level is left out. @param section null where the two did not agree on its extension.
 * @throws RangeError for a payload that no packet holds.
 */
export function writeRtp(
  { payloadType, isMarked, sequence, timestamp, source, payload }: RtpPacket,
  section: Section | null,
): Uint8Array {
  if (payload.length > MAX_PAYLOAD) throw new RangeError(`a packet holds ${MAX_PAYLOAD} bytes`);
  const start = HEADER_BYTES + (section === null ? 0 : SECTION_BYTES);
  const packet = new Uint8Array(start + payload.length);
  const view = new DataView(packet.buffer);
  view.setUint8(0, (VERSION << 6) | (section === null ? 0 : 0x10));
  view.setUint8(1, payloadType | (isMarked ? 0x80 : 0));
  view.setUint16(2, sequence);
  view.setUint32(4, timestamp);
  view.setUint32(8, source);
  if (section !== null) {
    view.setUint16(HEADER_BYTES, ONE_BYTE_EXTENSIONS);
    view.setUint16(HEADER_BYTES + 2, 1);
    view.setUint8(HEADER_BYTES + 4, section.id << 4);
    view.setUint8(HEADER_BYTES + 5, section.digit.charCodeAt(0));
  }
  packet.set(payload, start);
  return packet;
}

/** Whether a packet beside RTP on one port is RTCP (RFC 5761). */
export function isRtcp(packet: Uint8Array): boolean {
  const type = packet[1];
  return type !== undefined && type >= 192 && type <= 223;
}

/** How far a sequence number is after another, −32,768 to 32,767. */
export function sequenceGap(from: number, to: number): number {
  return ((to - from + 0x8000) & 0xffff) - 0x8000;
}
