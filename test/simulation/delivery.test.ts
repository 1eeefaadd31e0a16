/**
 * What holds in every life of the network, whatever fails: run over many seeds. `SIM_MINUTES=n` goes on with new ones for so
 * long.
 */
import { randomInt } from "node:crypto";
import { expect, test } from "vitest";
import { findingsOf } from "../support/sim-findings.ts";
import type { Plant } from "../support/sim-plants.ts";
import { runSchedule } from "../support/sim-schedule.ts";
import { isContinued, SEEDS, seedsOf } from "../support/sim-seeds.ts";

const MINUTES = Number(process.env.SIM_MINUTES ?? "0");

/** Lives after which a planted bug must have shown; each shows in one of three or more often. */
const PLANTED_SEEDS = 30;

const PLANTS: readonly Plant[] = ["ack-before-sync", "encrypt-again", "no-dedupe"];

for (const seed of seedsOf(1)) {
  test(`every message arrives once and in order in the life of seed ${seed}`, async () => {
    expect(await findingsOf(await runSchedule(seed)), `seed ${seed}`).toEqual([]);
  });
}

async function playOtherSeeds(): Promise<void> {
  const endMs = performance.now() + MINUTES * 60_000;
  let lives = 0;
  for (; performance.now() < endMs; lives++) {
    const seed = String(randomInt(SEEDS + 1, 2 ** 47));
    expect(await findingsOf(await runSchedule(seed)), `seed ${seed}`).toEqual([]);
  }
  process.stdout.write(`${lives} more lives\n`);
}

if (MINUTES > 0) test(`the same for ${MINUTES} minutes of other seeds`, playOtherSeeds, (MINUTES + 1) * 60_000);

test.each(isContinued ? [] : PLANTS)("the bug %s is found when it is planted", async (plant) => {
  let findings: readonly string[] = [];
  let seed = 0;
  while (findings.length === 0 && seed < PLANTED_SEEDS) {
    seed += 1;
    findings = await findingsOf(await runSchedule(`planted/${seed}`, plant));
  }
  expect(findings, `after ${seed} lives`).not.toEqual([]);
});
