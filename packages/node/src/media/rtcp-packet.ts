/**
 * The little of RTCP that a call needs: reports of what came, and wishes for a key frame or for what was lost (RFC 3550, 4585,
 * 5104, 5506). Whatever else a packet says is passed over.
 */

/** What the other side wishes for. */
export interface Wishes {
  /** It cannot go on without a whole picture. */
  readonly keyFrame: boolean;
  /** Sequence numbers of video packets that did not come. */
  readonly lost: readonly number[];
}

/** What is reported of a stream that comes in (RFC 3550, 6.4.1). */
export interface ReceptionReport {
  readonly source: number;
  /** Of the packets since the last report, in 256ths. */
  readonly fractionLost: number;
  readonly totalLost: number;
  /** The highest sequence number with its cycles, 32 bits. */
  readonly highest: number;
}

const RECEIVER_REPORT = 201;
const TRANSPORT_FEEDBACK = 205;
const PAYLOAD_FEEDBACK = 206;
const NACK = 1;
const PICTURE_LOSS = 1;
const FULL_INTRA = 4;
const FEEDBACK_HEADER_BYTES = 12;

/** The largest packet that is read, in bytes, and the most lost packets of one. */
const MAX_BYTES = 1500;
const MAX_LOST = 256;

const NOTHING: Wishes = { keyFrame: false, lost: [] };

/** Reads a compound or single packet; one that is not whole wishes for nothing. */
export function readWishes(packet: Uint8Array): Wishes {
  if (packet.length > MAX_BYTES) return NOTHING;
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  const lost: number[] = [];
  let keyFrame = false;
  let at = 0;
  while (at < packet.length) {
    if (at + 4 > packet.length || view.getUint8(at) >> 6 !== 2) return NOTHING;
    const end = at + 4 + 4 * view.getUint16(at + 2);
    if (end > packet.length) return NOTHING;
    const kind = view.getUint8(at) & 0x1f;
    const type = view.getUint8(at + 1);
    if (type === PAYLOAD_FEEDBACK && (kind === PICTURE_LOSS || kind === FULL_INTRA)) keyFrame = true;
    if (type === TRANSPORT_FEEDBACK && kind === NACK) readLost(view, at + FEEDBACK_HEADER_BYTES, end, lost);
    at = end;
  }
  return { keyFrame, lost };
}

/** Each entry names a packet and, in 16 bits, which of the following are lost too. */
function readLost(view: DataView, start: number, end: number, lost: number[]): void {
  for (let at = start; at + 4 <= end; at += 4) {
    const first = view.getUint16(at);
    const following = view.getUint16(at + 2);
    for (let bit = -1; bit < 16 && lost.length < MAX_LOST; bit++) {
      if (bit === -1 || (following >> bit) & 1) lost.push((first + bit + 1) & 0xffff);
    }
  }
}

/** Asks the sender of a picture for a whole one. */
export function writeKeyFrameWish(own: number, source: number): Uint8Array {
  return writeFeedback(PAYLOAD_FEEDBACK, PICTURE_LOSS, [own, source], []);
}

/** Asks for lost packets again. */
export function writeLostWish(own: number, source: number, lost: readonly number[]): Uint8Array {
  return writeFeedback(
    TRANSPORT_FEEDBACK,
    NACK,
    [own, source],
    lost.slice(0, MAX_LOST).map((sequence) => sequence * 0x1_0000),
  );
}

function writeFeedback(type: number, kind: number, sources: readonly number[], entries: readonly number[]): Uint8Array {
  return writeWords(type, kind, [...sources, ...entries]);
}

/** Says what came of up to 31 streams. */
export function writeReport(own: number, reports: readonly ReceptionReport[]): Uint8Array {
  const words = reports.flatMap(({ source, fractionLost, totalLost, highest }) => [
    source,
    Math.min(255, fractionLost) * 0x100_0000 + Math.min(0x7f_ffff, Math.max(0, totalLost)),
    highest,
    // Jitter, and the last report of the sender, of which nothing is kept.
    0,
    0,
    0,
  ]);
  return writeWords(RECEIVER_REPORT, reports.length, [own, ...words]);
}

function writeWords(type: number, kind: number, words: readonly number[]): Uint8Array {
  const packet = new Uint8Array(4 + 4 * words.length);
  const view = new DataView(packet.buffer);
  view.setUint8(0, 0x80 | kind);
  view.setUint8(1, type);
  view.setUint16(2, words.length);
  for (const [at, word] of words.entries()) view.setUint32(4 + 4 * at, word);
  return packet;
}
