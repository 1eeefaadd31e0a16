/** Calls between homes over bad lines: cut for half a minute, a machine that gets another address, packets lost, narrow. */
import { setTimeout as pass } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { CallLab, whyNoCallLab } from "./call-lab.ts";
import type { CallPair } from "./call-pair.ts";
import { type Line, type Router, whyNoNarrowLine } from "./nat-lab.ts";

/** Everything, where CI takes the way that most people have. */
const IS_FULL = process.env.NAT_FULL === "1";

interface Way {
  readonly routers: readonly [Router, Router];
}

/** One pair for each way there is: direct, through TURN, through TURN over TCP. */
const ALL_WAYS: readonly Way[] = [
  { routers: ["cone", "cone"] },
  { routers: ["symmetric", "cone"] },
  { routers: ["blocked", "blocked"] },
];
const WAYS = IS_FULL ? ALL_WAYS : ALL_WAYS.slice(0, 1);

/** How long the line is cut: the time of the fault itself has to pass. */
const CUT_MS = 30_000;

/** A call that does not come back ends within this, in ms: it is looked for 45 s, and the machine is slow. */
const OUTCOME_MS = 90_000;

/** Six browsers share the machine, in ms. */
const TEST_MS = 600_000;

const reason = whyNoCallLab();
const narrowReason = reason ?? whyNoNarrowLine();
const say = (line: string): boolean => process.stderr.write(`${line}\n`);
// A machine without them says so: a run that tested nothing must not look like one that passed.
if (reason !== null) say(`calls over bad lines: skipped: ${reason}`);
else if (narrowReason !== null) say(`calls over narrow lines: skipped: ${narrowReason}`);

const LINES: Readonly<Record<string, Line>> = {
  "5 % lost": { lossPercent: 5 },
  "20 % lost": { lossPercent: 20 },
  ...(narrowReason === null ? { "256 kbit/s": { kbitPerSecond: 256 } } : {}),
};

/** How a call goes on after a fault: both hear each other again, or it is over at both ends. */
interface Outcome {
  readonly how: "back" | "over";
  readonly afterMs: number;
}

async function outcomeOf(pair: CallPair): Promise<Outcome> {
  const startedMs = performance.now();
  const back = async (): Promise<"back"> => {
    await Promise.all([pair.hearsOn(0, OUTCOME_MS), pair.hearsOn(1, OUTCOME_MS)]);
    return "back";
  };
  const over = async (): Promise<"over"> => {
    await expect.poll(() => pair.isInCall(), { timeout: OUTCOME_MS, interval: 100 }).toBe(false);
    return "over";
  };
  const how = await Promise.any([back(), over()]);
  return { how, afterMs: Math.round(performance.now() - startedMs) };
}

/** Says how each call went on, ends those that do, and closes what says that one is over. */
async function settle(
  ways: readonly (Way & { readonly pair: CallPair })[],
  outcomes: readonly Outcome[],
  fault: string,
) {
  for (const [at, { pair, routers }] of ways.entries()) {
    const { how, afterMs } = outcomes[at] as Outcome;
    // The time is printed: how fast a machine is that runs all of this at once decides nothing.
    say(`${routers.join(" and ")}, ${fault}: ${how} after ${afterMs} ms`);
    if (how === "back") await pair.hangUp();
    await pair.dismiss();
  }
}

/** Calls side by side in one laboratory, each over a way of its own. */
async function start(): Promise<readonly (Way & { readonly pair: CallPair })[]> {
  const { pairs } = await CallLab.start(WAYS.length);
  return WAYS.map((way, at) => ({ ...way, pair: pairs[at] as CallPair }));
}

describe.skipIf(reason !== null)(`calls over bad lines${reason === null ? "" : ` (skipped: ${reason})`}`, () => {
  test(
    "outlive a cut or end at both ends, and so they do where a machine gets another address",
    async () => {
      const ways = await start();
      for (const { pair, routers } of ways) {
        pair.setRouters(routers);
        await pair.talk();
      }
      for (const { pair, routers } of ways) pair.setRouters(routers, { lossPercent: 100 });
      await pass(CUT_MS);
      for (const { pair, routers } of ways) pair.setRouters(routers);
      const afterCut = await Promise.all(ways.map(({ pair }) => outcomeOf(pair)));
      await settle(ways, afterCut, "cut for 30 s");
      for (const { pair } of ways) await pair.write("after the cut");
      for (const { pair } of ways) await pair.talk();
      for (const { pair } of ways) pair.move();
      const afterMove = await Promise.all(ways.map(({ pair }) => outcomeOf(pair)));
      await settle(ways, afterMove, "another address");
      for (const { pair } of ways) await pair.write("after the move");
    },
    TEST_MS,
  );

  if (!IS_FULL) return;
  test(
    "are seen through losses and on a narrow line",
    async () => {
      for (const { pair, routers } of await start()) {
        const name = routers.join(" and ");
        pair.setRouters(routers);
        await pair.reload();
        for (const [lineName, line] of Object.entries(LINES)) {
          pair.setRouters(routers, line);
          await pair.ring();
          // Where much is lost the relay, which answers sooner, may stay the better way.
          const { path, tookMs } = await pair.answer();
          await pair.hangUp();
          say(`${name}, ${lineName}: ${path}, first picture after ${tookMs} ms`);
        }
        pair.setRouters(routers);
        // Each of them counted as connected, and not only seemed so.
        expect(await pair.countEntries("callLine.failedYours"), name).toBe(0);
      }
    },
    TEST_MS,
  );
});
