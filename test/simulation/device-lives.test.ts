/** The devices of one account end with the same, whatever fails on the way and whichever is taken out: run over many seeds. */
import { expect, test } from "vitest";
import { liveWithDevices } from "../support/sim-device-life.ts";

/** A tenth of the lives of the network as a whole: each has five devices. */
const SEEDS = Math.ceil(Number(process.env.SIM_SEEDS ?? "20") / 10);
const ONLY = process.env.SIM_SEED;
const seeds = ONLY === undefined ? Array.from({ length: SEEDS }, (_, index) => String(index + 1)) : [ONLY];

test.each(seeds)("three devices show the same at the end of the life of seed %s", async (seed) => {
  const { world, shown, wrongTexts } = await liveWithDevices(`devices/${seed}`);
  await world.stop();
  const [first, ...others] = shown;
  for (const other of others) expect(other).toEqual(first);
  expect(wrongTexts).toEqual([]);
});
