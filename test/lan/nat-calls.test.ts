/**
 * Calls between two homes behind routers of every kind: directly where that is possible, else through the relay's TURN
 * server. `NAT_PAIRS=all` looks at every pair of routers.
 */
import { describe, expect, onTestFinished, test } from "vitest";
import { type FoundBrowser, findBrowser } from "../../packages/web/test/support/browser.ts";
import { CallLab } from "./call-lab.ts";
import { whyNoNamespaces } from "./namespaces.ts";
import { ROUTERS, type Router, whyNoRouters } from "./nat-lab.ts";

/** What a run without further wishes looks at: each way to find one, and each way to find none. */
const SOME: readonly (readonly [Router, Router])[] = [
  ["cone", "cone"],
  ["open", "symmetric"],
  ["cone", "symmetric"],
  ["symmetric", "symmetric"],
  ["blocked", "cone"],
  ["blocked", "blocked"],
];
const ALL = ROUTERS.flatMap((one) => ROUTERS.map((two) => [one, two] as const));
const PAIRS = process.env.NAT_PAIRS === "all" ? ALL : SOME;

/** Two people, two browsers, two routers and a relay share the machine, in ms. */
const TEST_MS = 600_000;

/** The longest way to a picture, in ms, on a machine that does everything at once: 2 s and 3 s on an idle one. */
const DIRECT_MS = 6000;
const RELAYED_MS = 8000;

const found = await findBrowser();
const reason = whyNoNamespaces() ?? whyNoRouters() ?? (found === null ? "no Chromium starts" : null);
// A machine without them says so: a run that tested nothing must not look like one that passed.
if (reason !== null) process.stderr.write(`calls between networks: skipped: ${reason}\n`);

/** Whether packets can go between the two without help: one of the two must be let in where it is seen. */
function isDirect(one: Router, two: Router): boolean {
  if (one === "blocked" || two === "blocked") return false;
  return one === "open" || two === "open" || (one === "cone" && two === "cone");
}

async function startLab(): Promise<CallLab> {
  const lab = await CallLab.start(found as FoundBrowser);
  onTestFinished(() => lab.stop());
  return lab;
}

describe.skipIf(reason !== null)(`calls between networks${reason === null ? "" : ` (skipped: ${reason})`}`, () => {
  test(
    "find a way between routers of every kind, and messages do",
    async () => {
      const lab = await startLab();
      await lab.write("before");
      for (const [one, two] of PAIRS) {
        const name = `${one} and ${two}`;
        lab.lab.setRouter(0, one);
        lab.lab.setRouter(1, two);
        await lab.write(name);
        await lab.ring();
        const { path, tookMs } = await lab.answer(isDirect(one, two) ? "direct" : "relayed");
        await lab.hangUp();
        process.stderr.write(`${name}: ${path}, first picture after ${tookMs} ms\n`);
        expect(tookMs, name).toBeLessThan(path === "direct" ? DIRECT_MS : RELAYED_MS);
      }
    },
    TEST_MS,
  );
});
