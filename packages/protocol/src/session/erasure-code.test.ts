import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { concat } from "../bytes.ts";
import { createSeededRandom } from "../testing/seeded-random.ts";
import {
  addChunk,
  CHUNK_BYTES,
  type Chunk,
  joinChunks,
  type OutgoingChunks,
  startIncoming,
  startOutgoing,
  takeChunk,
} from "./erasure-code.ts";

const random = createSeededRandom("erasure code");

/** The chunks of a string by index. */
function chunksOf(data: Uint8Array, count: number): readonly Chunk[] {
  const chunks: Chunk[] = [];
  let outgoing: OutgoingChunks = startOutgoing(data);
  for (let i = 0; i < count; i++) {
    const { chunk, rest } = takeChunk(outgoing);
    chunks.push(chunk);
    outgoing = rest;
  }
  return chunks;
}

function join(bytes: number, chunks: readonly Chunk[]): Uint8Array | null {
  return joinChunks(chunks.reduce(addChunk, startIncoming(bytes)));
}

describe("the erasure code", () => {
  it("sends the string itself first", () => {
    const data = random(5 * CHUNK_BYTES);
    expect(concat(...chunksOf(data, 5).map((chunk) => chunk.data))).toEqual(data);
  });

  it("rebuilds a string from any chunks in any order, as soon as there are enough", () => {
    const property = fc.property(
      fc.integer({ min: 1, max: 36 }),
      fc.shuffledSubarray(
        Array.from({ length: 80 }, (_, index) => index),
        { minLength: 36 },
      ),
      (count, indexes) => {
        const data = random(count * CHUNK_BYTES);
        const chunks = chunksOf(data, 80);
        const wanted = indexes.slice(0, count).map((index) => chunks[index] as Chunk);
        expect(join(data.length, wanted.slice(1))).toBeNull();
        expect(join(data.length, wanted)).toEqual(data);
      },
    );
    fc.assert(property, { numRuns: 40 });
  });

  it("counts no chunk twice", () => {
    const data = random(2 * CHUNK_BYTES);
    const [first, second] = chunksOf(data, 2) as [Chunk, Chunk];
    expect(join(data.length, [first, first])).toBeNull();
    expect(join(data.length, [first, first, second])).toEqual(data);
  });

  it("starts anew after the last index", () => {
    const outgoing = { data: random(CHUNK_BYTES), nextIndex: 0xffff };
    expect(takeChunk(outgoing).rest.nextIndex).toBe(0);
  });
});
