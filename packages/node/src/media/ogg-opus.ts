/** Sound in a file: Opus in Ogg (RFC 3533, 7845), one stream, written a packet a page and read however it was written. */

/** Bits of a page's head. */
const CONTINUED = 1;
const FIRST = 2;
const LAST = 4;

const HEAD_BYTES = 27;
const MAX_SEGMENTS = 255;
const SERIAL = 1;

/** Ticks of Opus in Ogg, a second. */
const TICKS = 48_000;

/** Twice what one frame of 120 ms holds at the highest rate, in bytes. */
const MAX_PACKET = 16_384;

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte << 24;
  for (let bit = 0; bit < 8; bit++) value = (value << 1) ^ (value < 0 ? 0x04c1_1db7 : 0);
  return value >>> 0;
});

function crcOf(page: Uint8Array): number {
  let crc = 0;
  for (const byte of page) crc = ((crc << 8) ^ (CRC_TABLE[((crc >>> 24) ^ byte) & 0xff] ?? 0)) >>> 0;
  return crc;
}

/** The two packets before all sound: mono or stereo, nothing skipped. */
const HEADERS = [
  Buffer.concat([Buffer.from("OpusHead"), Uint8Array.of(1, 2, 0, 0, 0x80, 0xbb, 0, 0, 0, 0, 0)]),
  Buffer.concat([Buffer.from("OpusTags"), Uint8Array.of(4, 0, 0, 0), Buffer.from("kith"), Uint8Array.of(0, 0, 0, 0)]),
];

/** Writes pages. */
export class OggWriter {
  #number = 0;

  /** What stands before all sound. */
  begin(): Uint8Array {
    return Buffer.concat(HEADERS.map((header, at) => this.#page(header, 0, at === 0 ? FIRST : 0)));
  }

  /** @param endTicks where the packet ends, in 48,000ths of a second since the beginning. */
  write(packet: Uint8Array, endTicks: number): Uint8Array {
    return this.#page(packet, endTicks, 0);
  }

  /** The page that ends the file. */
  end(endTicks: number): Uint8Array {
    return this.#page(new Uint8Array(), endTicks, LAST);
  }

  #page(packet: Uint8Array, ticks: number, flags: number): Uint8Array {
    const segments = Math.floor(packet.length / 255) + 1;
    if (segments > MAX_SEGMENTS) throw new RangeError("a page holds one packet of sound");
    const page = Buffer.alloc(HEAD_BYTES + segments + packet.length);
    page.write("OggS");
    page[5] = flags;
    page.writeBigUInt64LE(BigInt(ticks), 6);
    page.writeUInt32LE(SERIAL, 14);
    page.writeUInt32LE(this.#number, 18);
    page[26] = segments;
    page.fill(255, HEAD_BYTES, HEAD_BYTES + segments - 1);
    page[HEAD_BYTES + segments - 1] = packet.length % 255;
    page.set(packet, HEAD_BYTES + segments);
    page.writeUInt32LE(crcOf(page), 22);
    this.#number += 1;
    return page;
  }
}

/** Why a file is not played. */
export class MediaFileError extends Error {
  override readonly name = "MediaFileError";
}

/** The packets of sound of a file. @throws MediaFileError for what is no Opus in Ogg, or is damaged. */
export function readOggOpus(file: Uint8Array): readonly Uint8Array[] {
  const packets: Uint8Array[] = [];
  let open: Uint8Array[] = [];
  for (const { flags, segments } of readPages(file)) {
    if ((flags & CONTINUED) === 0) open = [];
    for (const { bytes, isLast } of segments) {
      open.push(bytes);
      if (!isLast) continue;
      const packet = Buffer.concat(open);
      open = [];
      if (packet.length > MAX_PACKET && packets.length >= HEADERS.length)
        throw new MediaFileError("a packet is too long");
      if (packet.length > 0) packets.push(new Uint8Array(packet));
    }
  }
  if (
    !Buffer.from(packets[0] ?? [])
      .toString("latin1")
      .startsWith("OpusHead")
  )
    throw new MediaFileError("no Opus");
  return packets.slice(HEADERS.length);
}

function* readPages(file: Uint8Array) {
  const view = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  let at = 0;
  while (at < view.length) {
    if (at + HEAD_BYTES > view.length || view.toString("latin1", at, at + 4) !== "OggS") {
      throw new MediaFileError("no Ogg");
    }
    const sizes = [...view.subarray(at + HEAD_BYTES, at + HEAD_BYTES + (view[at + 26] ?? 0))];
    let start = at + HEAD_BYTES + sizes.length;
    const end = start + sizes.reduce((sum, each) => sum + each, 0);
    if (end > view.length) throw new MediaFileError("the last page is cut off");
    const page = Buffer.from(view.subarray(at, end));
    page.writeUInt32LE(0, 22);
    if (crcOf(page) !== view.readUInt32LE(at + 22)) throw new MediaFileError("a page is damaged");
    const segments = sizes.map((size) => {
      const bytes = view.subarray(start, start + size);
      start += size;
      return { bytes, isLast: size < 255 };
    });
    yield { flags: view[at + 5] ?? 0, segments };
    at = end;
  }
}

/** How long a packet of Opus sounds, in 48,000ths of a second (RFC 6716, 3.1); 0 for one that says nothing. */
export function opusTicks(packet: Uint8Array): number {
  const first = packet[0];
  if (first === undefined) return 0;
  const configuration = first >> 3;
  const frameMs =
    configuration < 12
      ? ([10, 20, 40, 60][configuration & 3] ?? 20)
      : configuration < 16
        ? ([10, 20][configuration & 1] ?? 20)
        : ([2.5, 5, 10, 20][configuration & 3] ?? 20);
  const code = first & 3;
  const frames = code === 0 ? 1 : code === 3 ? (packet[1] ?? 0) & 0x3f : 2;
  return (frames * frameMs * TICKS) / 1000;
}
