/**
 * Everything that must hold before a change is good, one line a step; ends with `N passed, N failed, N skipped`.
 *
 *     node scripts/run.mjs scripts/verify.mjs [--only NAME[,NAME]...] [--tested FILE CODE]
 *
 * Steps and tests count alike. `--tested` takes counts (KITH_TEST_REPORT) and exit code of a test run just made.
 * The exit code is 0 when nothing failed, 1 when something did, 2 for a wrong call.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runExamples } from "./verify/examples.mjs";
import { checkModels } from "./verify/models.mjs";
import { runOracle } from "./verify/oracle.mjs";
import { checkPackages } from "./verify/packages.mjs";
import { runBench, runDemo } from "./verify/programs.mjs";
import { checkLint, checkTypes, checkUnused } from "./verify/sources.mjs";
import { emptyTally, printRemarks, tallyStep } from "./verify/tally.mjs";
import { runLives, runProject, runTests } from "./verify/tests.mjs";

/** In the order in which they run; each gives `{ outcome, reason?, output?, counts? }`. */
const STEPS = {
  lint: checkLint,
  types: checkTypes,
  unused: checkUnused,
  tests: runTests,
  simulation: (context) => runLives(context, "45"),
  web: (context) => runProject(context, "web", { REQUIRE_BROWSER: "1" }, "packages/web/test"),
  e2e: (context) => runProject(context, "e2e", { REQUIRE_BROWSER: "1", VITEST_MAX_WORKERS: "2" }, "test/e2e"),
  lan: (context) => runProject(context, "lan"),
  walk: (context) => runProject(context, "walk"),
  crash: (context) => runProject(context, "crash"),
  siege: (context) => runProject(context, "siege"),
  models: checkModels,
  bench: runBench,
  oracle: runOracle,
  demo: runDemo,
  packages: checkPackages,
  examples: runExamples,
};

/** The steps after it run beside it: it waits more than it works, and shows that the benches run, not how fast. */
const BESIDE = new Set(["bench"]);

function readArguments(args) {
  const call = { names: Object.keys(STEPS), tested: undefined };
  const rest = [...args];
  while (rest.length > 0) {
    const option = rest.shift();
    if (option === "--only" && rest.length > 0) call.names = rest.shift().split(",");
    else if (option === "--tested" && rest.length > 1) call.tested = { path: rest.shift(), code: Number(rest.shift()) };
    else return null;
  }
  return call.names.every((name) => name in STEPS) ? call : null;
}

async function runStep(name, context) {
  const startedMs = performance.now();
  let result;
  try {
    result = await STEPS[name](context);
  } catch (error) {
    result = { outcome: "failed", output: `${error.stack ?? error}` };
  }
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  if (result.output && result.outcome === "failed") process.stdout.write(`${result.output.trimEnd()}\n`);
  const detail = result.reason ? `  ${result.reason}` : "";
  process.stdout.write(`${result.outcome.padEnd(7)} ${name.padEnd(10)} ${seconds.padStart(6)} s${detail}\n`);
  return result;
}

async function main() {
  const call = readArguments(process.argv.slice(2));
  if (call === null) {
    process.stderr.write(
      `usage: verify.mjs [--only NAME[,NAME]...] [--tested FILE CODE]; steps: ${Object.keys(STEPS)}\n`,
    );
    return 2;
  }
  const tally = emptyTally();
  const context = { folder: mkdtempSync(join(tmpdir(), "kith-verify-")), tested: call.tested };
  try {
    const beside = [];
    for (const name of call.names) {
      const step = runStep(name, context).then((result) => tallyStep(tally, name, result));
      if (BESIDE.has(name)) beside.push(step);
      else await step;
    }
    await Promise.all(beside);
  } finally {
    rmSync(context.folder, { recursive: true, force: true, maxRetries: 3 });
  }
  printRemarks(tally);
  process.stdout.write(`${tally.passed} passed, ${tally.failed} failed, ${tally.skips.length} skipped\n`);
  return tally.failed > 0 ? 1 : 0;
}

process.exitCode = await main();
