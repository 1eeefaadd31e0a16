/** Steps that run test projects and count their tests. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inRoot } from "../setup/paths.mjs";
import { runNode } from "./command.mjs";

/** What `npm test` runs, or its counts when it has just been run. */
export async function runTests(context) {
  const { tested } = context;
  if (tested !== undefined) return { ...resultOf(tested.code, tested.path), reason: "as counted by the run before" };
  return runVitest(context, ["unit", "integration", "simulation"], { VITEST_MAX_WORKERS: "2" });
}

/** One project of the test ladder; skipped while it has no tests. */
export async function runProject(context, name, env = {}, folder = join("test", name)) {
  if (!hasTests(inRoot(folder))) return { outcome: "skipped", reason: `there are no tests in ${folder}` };
  return runVitest(context, [name], env);
}

/** The lives that `npm test` plays of people, devices, groups and calls. */
const PLAYED = "20";

/** Random lives of them up to so many; those that `npm test` plays are not played again. */
export function runLives(context, seeds) {
  const env = { SIM_SEEDS: seeds, SIM_AFTER: PLAYED, VITEST_MAX_WORKERS: "2" };
  return runVitest(context, ["simulation"], env, ["simulation/delivery", "lives.test"]);
}

async function runVitest(context, projects, env, files = []) {
  const report = join(context.folder, `${projects.join("-")}.json`);
  const args = ["node_modules/vitest/vitest.mjs", "run", ...files, ...projects.flatMap((name) => ["--project", name])];
  const options = { env: { ...env, KITH_TEST_REPORT: report }, timeoutMs: 30 * 60_000, isShown: true };
  const { code } = await runNode(args, options);
  return resultOf(code, report);
}

function resultOf(code, report) {
  if (!existsSync(report)) return { outcome: "failed", output: "the test run left no counts" };
  const counts = JSON.parse(readFileSync(report, "utf8"));
  const isGood = code === 0 && counts.failed + counts.errors === 0;
  return { outcome: isGood ? "passed" : "failed", counts };
}

function hasTests(folder) {
  return existsSync(folder) && readdirSync(folder, { recursive: true }).some((name) => `${name}`.endsWith(".test.ts"));
}
