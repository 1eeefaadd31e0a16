/** The devices of one account end with the same, whatever fails on the way and whichever is taken out: run over many seeds. */
import { expect, test } from "vitest";
import { liveWithDevices } from "../support/sim-device-life.ts";
import { seedsOf } from "../support/sim-seeds.ts";

/** A tenth of the lives of the network as a whole: each has five devices. */
const seeds = seedsOf(10);

test.each(seeds)("three devices show the same at the end of the life of seed %s", async (seed) => {
  const { world, shown, wrongTexts } = await liveWithDevices(`devices/${seed}`);
  await world.stop();
  const [first, ...others] = shown;
  for (const other of others) expect(other).toEqual(first);
  expect(wrongTexts).toEqual([]);
});
