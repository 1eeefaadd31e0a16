/**
 * Calls between two homes behind routers of every kind: directly where that is possible, else through the relay's TURN
 * server. Messages go over every pair as well, and files with NAT_FULL=1.
 */
import { describe, test } from "vitest";
import { CallLab, whyNoCallLab } from "./call-lab.ts";
import { ROUTERS, type Router } from "./nat-lab.ts";

const PAIRS = ROUTERS.flatMap((one) => ROUTERS.map((two) => [one, two] as const));

/** A file of 1 MiB over every pair as well. */
const IS_FULL = process.env.NAT_FULL === "1";

/** Two people, two browsers, two routers and a relay share the machine, in ms. */
const TEST_MS = IS_FULL ? 3_600_000 : 600_000;

const reason = whyNoCallLab();
// A machine without them says so: a run that tested nothing must not look like one that passed.
if (reason !== null) process.stderr.write(`calls between networks: skipped: ${reason}\n`);

/** Whether packets can go between the two without help: one of the two must be let in where it is seen. */
function isDirect(one: Router, two: Router): boolean {
  if (one === "blocked" || two === "blocked") return false;
  return one === "open" || two === "open" || (one === "cone" && two === "cone");
}

describe.skipIf(reason !== null)(`calls between networks${reason === null ? "" : ` (skipped: ${reason})`}`, () => {
  test(
    `find a way between routers of every kind, and messages ${IS_FULL ? "and files do" : "do (files: only with NAT_FULL=1)"}`,
    async () => {
      const { pair } = await CallLab.start(1);
      await pair.write("before");
      for (const routers of PAIRS) {
        const name = routers.join(" and ");
        pair.setRouters(routers);
        if (IS_FULL) await pair.reload();
        await pair.write(name);
        if (IS_FULL) process.stderr.write(`${name}: 1 MiB after ${await pair.sendFile(name)} ms\n`);
        await pair.ring();
        // What it took is printed: how fast a machine is that runs all of this at once decides nothing.
        const { path, tookMs } = await pair.answer(isDirect(...routers) ? "direct" : "relayed");
        await pair.hangUp();
        process.stderr.write(`${name}: ${path}, first picture after ${tookMs} ms\n`);
      }
    },
    TEST_MS,
  );
});
