/**
 * The erasure code that spreads one byte string over many ratchet messages: any N different chunks of 32 bytes rebuild
 * a string of N chunks, whichever arrive. A chunk holds 16 points, one of each of 16 interleaved polynomials over
 * GF(2^16) of degree below N; chunk i holds their values at i, and the first N chunks are the string itself.
 * @see docs/spec/03-session.md (ML-KEM Braid, chunking)
 */
import { lazy } from "../lazy.ts";
import { fieldTables, GROUP_ORDER } from "./gf65536.ts";

/** Bytes of one chunk. */
export const CHUNK_BYTES = 32;

/** Points, and so polynomials, in a chunk. */
const POLYNOMIALS: number = CHUNK_BYTES / 2;

/** Chunk indexes are elements of the field. */
const MAX_CHUNK_INDEX = 0xffff;

/** A byte string going out, and the index of the chunk to send next. */
export interface OutgoingChunks {
  /** A multiple of 32 bytes. */
  readonly data: Uint8Array;
  readonly nextIndex: number;
}

/** Chunks of one string that came in so far; none of them twice. */
export interface IncomingChunks {
  /** How many are needed. */
  readonly needed: number;
  readonly indexes: readonly number[];
  /** Their bytes, in the order of `indexes`. */
  readonly data: Uint8Array;
}

/** One chunk on the wire. */
export interface Chunk {
  readonly index: number;
  readonly data: Uint8Array;
}

/** Starts to send a string, padded by the caller to whole chunks. */
export function startOutgoing(data: Uint8Array): OutgoingChunks {
  return { data, nextIndex: 0 };
}

/** The next chunk and what is left to do; indexes start anew after 65,536 chunks. */
export function takeChunk(outgoing: OutgoingChunks): { readonly chunk: Chunk; readonly rest: OutgoingChunks } {
  const { data, nextIndex: index } = outgoing;
  const rest = { data, nextIndex: index === MAX_CHUNK_INDEX ? 0 : index + 1 };
  return { chunk: { index, data: chunkAt(data, index) }, rest };
}

/** An empty collection for a string of `bytes` bytes. */
export function startIncoming(bytes: number): IncomingChunks {
  return { needed: bytes / CHUNK_BYTES, indexes: [], data: new Uint8Array(0) };
}

/** The collection with one more chunk; the same object when it has that index, or enough. */
export function addChunk(incoming: IncomingChunks, { index, data }: Chunk): IncomingChunks {
  const { needed, indexes } = incoming;
  if (indexes.length >= needed || indexes.includes(index)) return incoming;
  const joined = new Uint8Array(incoming.data.length + CHUNK_BYTES);
  joined.set(incoming.data);
  joined.set(data, incoming.data.length);
  return { needed, indexes: [...indexes, index], data: joined };
}

/** The string once enough chunks are there, else null. */
export function joinChunks({ needed, indexes, data }: IncomingChunks): Uint8Array | null {
  if (indexes.length < needed) return null;
  const result = new Uint8Array(needed * CHUNK_BYTES);
  const places = new Map(indexes.map((index, place) => [index, place]));
  const points = lazy(() => measurePoints(indexes));
  for (let index = 0; index < needed; index++) {
    const place = places.get(index);
    const target = result.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES);
    if (place === undefined) interpolate(points(), data, index, target);
    else target.set(data.subarray(place * CHUNK_BYTES, (place + 1) * CHUNK_BYTES));
  }
  return result;
}

function chunkAt(data: Uint8Array, index: number): Uint8Array {
  const count = data.length / CHUNK_BYTES;
  if (index < count) return data.slice(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES);
  const chunk = new Uint8Array(CHUNK_BYTES);
  interpolate(firstPoints(count), data, index, chunk);
  return chunk;
}

/** Points with what Lagrange's formula needs of them whatever the target. */
interface Points {
  readonly at: readonly number[];
  /** For each point the logarithm of the product of its distances to the others. */
  readonly distances: Uint16Array;
}

/** Most chunks of a string in the braid: the vector's. */
const MAX_CHUNKS = 36;

const firstPointsByCount: readonly (() => Points)[] = Array.from({ length: MAX_CHUNKS + 1 }, (_, count) =>
  lazy(() => measurePoints(Array.from({ length: count }, (_, at) => at))),
);

/** The points 0 to `count` - 1: those of every string of that length that goes out. */
function firstPoints(count: number): Points {
  const points = firstPointsByCount[count];
  if (points === undefined) throw new RangeError(`a string has at most ${MAX_CHUNKS} chunks`);
  return points();
}

function measurePoints(at: readonly number[]): Points {
  const { logarithm } = fieldTables();
  const distances = Uint16Array.from(at, (point) => {
    let sum = 0;
    for (const other of at) if (other !== point) sum += logarithm[point ^ other] as number;
    return sum % GROUP_ORDER;
  });
  return { at, distances };
}

/** Lagrange's formula: the values at `target`, which is none of the points, of the polynomials given by their chunks there. */
function interpolate({ at, distances }: Points, chunks: Uint8Array, target: number, into: Uint8Array): void {
  const { logarithm, power } = fieldTables();
  const sums = new Uint16Array(POLYNOMIALS);
  let product = 0;
  for (let place = 0; place < at.length; place++) product += logarithm[target ^ (at[place] as number)] as number;
  for (let place = 0; place < at.length; place++) {
    const own = (logarithm[target ^ (at[place] as number)] as number) + (distances[place] as number);
    const weight = (product + 2 * GROUP_ORDER - own) % GROUP_ORDER;
    for (let i = 0, offset = place * CHUNK_BYTES; i < POLYNOMIALS; i++, offset += 2) {
      const value = ((chunks[offset] as number) << 8) | (chunks[offset + 1] as number);
      if (value !== 0) sums[i] = (sums[i] as number) ^ (power[(logarithm[value] as number) + weight] as number);
    }
  }
  for (let i = 0; i < POLYNOMIALS; i++) {
    const sum = sums[i] as number;
    into[2 * i] = sum >>> 8;
    into[2 * i + 1] = sum & 0xff;
  }
}
