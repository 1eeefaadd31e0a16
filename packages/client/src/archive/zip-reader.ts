/**
 * Reads a zip from its list at the end, and single entries of it as a stream: nothing is unpacked to a disk and nothing is
 * held as a whole. Strict where a lie could cost something: offsets, sizes, names, sums, and what comes out of an entry.
 * @see APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12, 4.3.14 to 4.3.16, 4.5.3
 */
import { damaged, invalid, tooLarge } from "./archive-error.ts";
import { crc32 } from "./crc32.ts";

/** A file that can be read from any place. */
export interface ByteSource {
  readonly sizeBytes: number;
  /** Exactly these bytes; fewer only when the file ends. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** One entry that is wanted. */
export interface ZipEntry {
  readonly name: string;
  readonly method: "stored" | "deflated";
  readonly packedBytes: number;
  readonly sizeBytes: number;
  readonly sum: number;
  readonly headerOffset: number;
  /** Where the entries end and the list begins. */
  readonly endOffset: number;
}

const END_BYTES = 22;
const END64_BYTES = 56;
const LOCATOR_BYTES = 20;
const ENTRY_BYTES = 46;
const HEADER_BYTES = 30;

/** The comment at the end of a zip has at most so many bytes. */
const MAX_COMMENT_BYTES = 0xffff;

/** Archives with all their pictures have some hundred thousand entries. */
const MAX_ENTRIES = 1_000_000;
const MAX_LIST_BYTES = 128 * 1024 * 1024;

/** Packed bytes read at once; whatever they come to when they are unpacked is the most that is unpacked for nothing. */
const CHUNK_BYTES = 64 * 1024;

const FULL16 = 0xffff;
const FULL32 = 0xffffffff;

interface Place {
  readonly count: number;
  readonly offset: number;
  readonly sizeBytes: number;
}

/** The entries whose names are wanted. @throws MessengerError ARCHIVE_INVALID, ARCHIVE_DAMAGED or ARCHIVE_TOO_LARGE. */
export async function openZip(
  source: ByteSource,
  isWanted: (name: string) => boolean,
): Promise<ReadonlyMap<string, ZipEntry>> {
  const place = await findList(source);
  if (place.count > MAX_ENTRIES) throw tooLarge(MAX_ENTRIES);
  if (place.sizeBytes > MAX_LIST_BYTES) throw tooLarge(MAX_LIST_BYTES);
  const bytes = await source.read(place.offset, place.sizeBytes);
  if (bytes.length !== place.sizeBytes) throw damaged("end");
  return readList(bytes, place, isWanted);
}

/** The unpacked bytes of an entry, in pieces, its size and sum checked. @throws MessengerError ARCHIVE_DAMAGED. */
export async function* readEntry(
  source: ByteSource,
  entry: ZipEntry,
  onPacked: (bytes: number) => void,
): AsyncGenerator<Uint8Array, void> {
  const start = await findData(source, entry);
  const packed = readPacked(source, { start, entry, onPacked });
  let [size, sum] = [0, 0];
  for await (const piece of entry.method === "stored" ? packed : inflate(packed)) {
    size += piece.length;
    // What comes out is counted, whatever the list says: a bomb ends at the size it was listed with.
    if (size > entry.sizeBytes) throw damaged("size");
    sum = crc32(piece, sum);
    yield piece;
  }
  if (size !== entry.sizeBytes) throw damaged("size");
  if (sum !== entry.sum) throw damaged("sum");
}

async function findList(source: ByteSource): Promise<Place> {
  const tailBytes = Math.min(source.sizeBytes, END_BYTES + MAX_COMMENT_BYTES);
  const tailOffset = source.sizeBytes - tailBytes;
  const tail = await source.read(tailOffset, tailBytes);
  const view = viewOf(tail);
  for (let at = tail.length - END_BYTES; at >= 0; at--) {
    const isEnd = view.getUint32(at, true) === 0x06054b50;
    if (isEnd && at + END_BYTES + view.getUint16(at + 20, true) === tail.length) {
      return await readEnd(source, view, at, tailOffset + at);
    }
  }
  const head = await source.read(0, 4);
  throw head.length === 4 && viewOf(head).getUint32(0, true) === 0x04034b50 ? damaged("end") : invalid("zip");
}

async function readEnd(source: ByteSource, view: DataView, at: number, offset: number): Promise<Place> {
  const [disk, listDisk, here] = [4, 6, 8].map((each) => view.getUint16(at + each, true));
  const short = {
    count: view.getUint16(at + 10, true),
    sizeBytes: view.getUint32(at + 12, true),
    offset: view.getUint32(at + 16, true),
  };
  const isLong = short.count === FULL16 || short.sizeBytes === FULL32 || short.offset === FULL32;
  if (!isLong && (disk !== 0 || listDisk !== 0 || here !== short.count)) throw invalid("zip");
  const [place, end] = isLong ? await readEnd64(source, offset - LOCATOR_BYTES) : [short, offset];
  if (place.offset + place.sizeBytes > end) throw damaged("end");
  return place;
}

async function readEnd64(source: ByteSource, locatorOffset: number): Promise<readonly [Place, end: number]> {
  if (locatorOffset < 0) throw damaged("end");
  const locator = viewOf(await source.read(locatorOffset, LOCATOR_BYTES));
  if (locator.byteLength !== LOCATOR_BYTES || locator.getUint32(0, true) !== 0x07064b50) throw damaged("end");
  const offset = long(locator, 8);
  if (offset + END64_BYTES > locatorOffset) throw damaged("end");
  const view = viewOf(await source.read(offset, END64_BYTES));
  if (view.byteLength !== END64_BYTES || view.getUint32(0, true) !== 0x06064b50) throw damaged("end");
  return [{ count: long(view, 32), sizeBytes: long(view, 40), offset: long(view, 48) }, offset];
}

function readList(
  bytes: Uint8Array,
  { count, offset }: Place,
  isWanted: (name: string) => boolean,
): ReadonlyMap<string, ZipEntry> {
  const view = viewOf(bytes);
  const found = new Map<string, ZipEntry>();
  let at = 0;
  for (let number = 0; number < count; number++) {
    if (at + ENTRY_BYTES > bytes.length || view.getUint32(at, true) !== 0x02014b50) throw damaged("header");
    const [nameBytes = 0, extraBytes = 0, commentBytes = 0] = [28, 30, 32].map((each) =>
      view.getUint16(at + each, true),
    );
    const nameEnd = at + ENTRY_BYTES + nameBytes;
    const next = nameEnd + extraBytes + commentBytes;
    if (next > bytes.length) throw damaged("header");
    const name = new TextDecoder().decode(bytes.subarray(at + ENTRY_BYTES, nameEnd));
    if (isUnsafe(name)) throw invalid("name");
    if (isWanted(name)) {
      if (found.has(name)) throw invalid("twice");
      found.set(name, readListed(view, at, { name, extra: [nameEnd, nameEnd + extraBytes], endOffset: offset }));
    }
    at = next;
  }
  return found;
}

/** A name that would leave the folder it is unpacked to. Nothing is unpacked here; an archive with one is not X's. */
function isUnsafe(name: string): boolean {
  return name.startsWith("/") || /[\0\\]|^[A-Za-z]:/.test(name) || name.split("/").includes("..");
}

function readListed(
  view: DataView,
  at: number,
  given: { readonly name: string; readonly extra: readonly [number, number]; readonly endOffset: number },
): ZipEntry {
  const { name, extra, endOffset } = given;
  const flags = view.getUint16(at + 8, true);
  // Encrypted, strongly encrypted, or with a masked list.
  if ((flags & 0x2041) !== 0) throw invalid("encrypted");
  const method = view.getUint16(at + 10, true);
  if (method !== 0 && method !== 8) throw invalid("method");
  const lengths = { sizeBytes: view.getUint32(at + 24, true), packedBytes: view.getUint32(at + 20, true) };
  const place = { ...lengths, headerOffset: view.getUint32(at + 42, true) };
  const { sizeBytes, packedBytes, headerOffset } = widen(view, extra, place);
  if (headerOffset + HEADER_BYTES + packedBytes > endOffset) throw damaged("header");
  if (method === 0 && sizeBytes !== packedBytes) throw damaged("size");
  const sum = view.getUint32(at + 16, true);
  return { name, method: method === 0 ? "stored" : "deflated", packedBytes, sizeBytes, sum, headerOffset, endOffset };
}

interface Lengths {
  readonly sizeBytes: number;
  readonly packedBytes: number;
  readonly headerOffset: number;
}

/** Takes what does not fit 32 bits from the extra field 0x0001, in its order. */
function widen(view: DataView, [start, end]: readonly [number, number], short: Lengths): Lengths {
  const keys = (["sizeBytes", "packedBytes", "headerOffset"] as const).filter((key) => short[key] === FULL32);
  if (keys.length === 0) return short;
  for (let at = start; at + 4 <= end; ) {
    const size = view.getUint16(at + 2, true);
    if (view.getUint16(at, true) === 1) {
      if (size < 8 * keys.length || at + 4 + size > end) throw damaged("header");
      return { ...short, ...Object.fromEntries(keys.map((key, index) => [key, long(view, at + 4 + 8 * index)])) };
    }
    at += 4 + size;
  }
  throw damaged("header");
}

/** Where the packed bytes begin; the header before them must be of the same name. */
async function findData(source: ByteSource, { headerOffset, packedBytes, endOffset, name }: ZipEntry): Promise<number> {
  const header = await source.read(headerOffset, HEADER_BYTES);
  const view = viewOf(header);
  if (header.length !== HEADER_BYTES || view.getUint32(0, true) !== 0x04034b50) throw damaged("header");
  const nameBytes = view.getUint16(26, true);
  const written = await source.read(headerOffset + HEADER_BYTES, nameBytes);
  if (new TextDecoder().decode(written) !== name) throw damaged("header");
  const start = headerOffset + HEADER_BYTES + nameBytes + view.getUint16(28, true);
  if (start + packedBytes > endOffset) throw damaged("header");
  return start;
}

async function* readPacked(
  source: ByteSource,
  given: { readonly start: number; readonly entry: ZipEntry; readonly onPacked: (bytes: number) => void },
): AsyncGenerator<Uint8Array, void> {
  const { start, entry, onPacked } = given;
  for (let done = 0; done < entry.packedBytes; ) {
    const length = Math.min(CHUNK_BYTES, entry.packedBytes - done);
    const piece = await source.read(start + done, length);
    if (piece.length !== length) throw damaged("end");
    done += length;
    onPacked(length);
    yield piece;
  }
}

async function* inflate(packed: AsyncGenerator<Uint8Array, void>): AsyncGenerator<Uint8Array, void> {
  let isLeft = false;
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      const { value, done } = isLeft ? { value: undefined, done: true } : await packed.next();
      if (done === true) controller.close();
      else controller.enqueue(value as Uint8Array<ArrayBuffer>);
    },
  });
  const reader = stream.pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  try {
    for (;;) {
      const { value, done } = await nextOf(reader);
      if (done) return;
      yield value;
    }
  } finally {
    isLeft = true;
    await drain(reader);
  }
}

/** Lets what is under way come out and go: a stream of Node that is cancelled while it inflates fails where nobody can catch it. */
async function drain(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  for (let isDone = false; !isDone; ) {
    isDone = await reader.read().then(
      ({ done }) => done,
      () => true, // it was left half-way; why is known already
    );
  }
}

async function nextOf(reader: ReadableStreamDefaultReader<Uint8Array>): ReturnType<typeof reader.read> {
  try {
    return await reader.read();
  } catch (cause) {
    if (cause instanceof TypeError || (cause instanceof Error && "code" in cause)) throw damaged("deflate", cause);
    throw cause;
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** A number of eight bytes; one that is no safe integer is a lie about this file. */
function long(view: DataView, at: number): number {
  const value = Number(view.getBigUint64(at, true));
  if (!Number.isSafeInteger(value)) throw damaged("header");
  return value;
}
