/** Seeded randomness for simulations: bytes for the `RandomSource` port, and numbers drawn from the same kind of stream. */
import { createSeededRandom } from "@kith/protocol/testing";
import type { RandomSource } from "../ports.ts";

/** Draws that a simulation needs; the same seed gives the same draws on every platform. */
export interface SeededRandom {
  /** The port. */
  readonly bytes: RandomSource;
  /** A whole number from 0 to `limit` - 1; `limit` is from 1 to 2^32. */
  below(limit: number): number;
  /** True with this probability, from 0 to 1. */
  chance(probability: number): boolean;
  /** One item of a list that is not empty. */
  pick<T>(items: readonly T[]): T;
  /** An independent stream, so that one part drawing more does not change another. */
  fork(name: string): SeededRandom;
}

const WORD = 2 ** 32;

/** Makes the stream of a seed. */
export function createRandom(seed: string): SeededRandom {
  const bytes = createSeededRandom(seed);
  const word = () => new DataView(bytes(4).buffer).getUint32(0);
  const below = (limit: number): number => {
    if (!(Number.isSafeInteger(limit) && limit >= 1 && limit <= WORD)) throw new RangeError("limit must be 1 to 2^32");
    // The bias of the remainder is below one in a thousand for every limit a simulation uses; repeatability matters more.
    return word() % limit;
  };
  return {
    bytes,
    below,
    chance: (probability) => word() / WORD < probability,
    pick(items) {
      if (items.length === 0) throw new RangeError("nothing to pick from");
      return items[below(items.length)] as (typeof items)[number];
    },
    fork: (name) => createRandom(`${seed}/${name}`),
  };
}
