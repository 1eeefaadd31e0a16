/** Calls of people with two devices each end with one line that all devices show, whatever fails on the way: run over many seeds. */
import { expect, test } from "vitest";
import { liveWithCalls } from "../support/sim-call-life.ts";
import { seedsOf } from "../support/sim-seeds.ts";

/** A tenth of the lives of the network as a whole: each has four devices. */
const seeds = seedsOf(10);

test.each(seeds)(
  "every call of the life of seed %s is accepted by a person, ends, and is entered once",
  async (seed) => {
    const { world, begun, lines, wrong } = await liveWithCalls(`calls/${seed}`);
    await world.stop();
    expect(wrong).toEqual([]);
    const [first = [], ...others] = lines;
    for (const other of others) expect(other).toEqual(first);
    const entered = first.map((line) => line.split(" ")[0] ?? "");
    expect(new Set(entered).size).toBe(entered.length);
    const known = begun.map(({ id }) => id);
    expect(known).toEqual(expect.arrayContaining(entered));
    // Only of two calls that crossed the one with the higher id leaves no line: then the other side called too.
    for (const { id, by } of begun) {
      if (entered.includes(id)) continue;
      expect(begun.some((other) => other.by !== by && other.id < id)).toBe(true);
    }
  },
);
