/**
 * The step that checks the Promela models in `test/models` with `spin`: each as it is, and each with every bug that its
 * header names, which must be found. A line ` * Check: FLAGS` is one run that holds, ` * Find: FLAGS` one that fails;
 * the flag -DLIVE asks for the model's `ltl` formula under weak fairness.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inRoot } from "../setup/paths.mjs";

const FOLDER = inRoot("test", "models");
const MAX_DEPTH = 100_000;

/** Runs every model; skipped where `spin` or a C compiler is missing. */
export function checkModels(context) {
  for (const program of ["spin", "gcc"]) {
    if (run(program, ["--version"], context.folder).isMissing) {
      return { outcome: "skipped", reason: `there is no ${program}` };
    }
  }
  const counts = { passed: 0, failed: 0, skipped: [], errors: 0, failures: [] };
  for (const name of readdirSync(FOLDER).filter((each) => each.endsWith(".pml"))) {
    for (const { mustFail, flags } of readRuns(join(FOLDER, name))) {
      const place = join(context.folder, `${name}-${counts.passed + counts.failed}`);
      const failure = checkOnce(join(FOLDER, name), flags, mustFail, place);
      counts[failure === null ? "passed" : "failed"] += 1;
      if (failure !== null) counts.failures.push({ name: `${name} ${flags.join(" ")}`, reason: failure });
    }
  }
  const outcome = counts.failed === 0 && counts.passed > 0 ? "passed" : "failed";
  return { outcome, counts };
}

function readRuns(path) {
  const lines = readFileSync(path, "utf8").matchAll(/^ \* (Check|Find):(.*)$/gm);
  return [...lines].map(([, kind, flags]) => ({
    mustFail: kind === "Find",
    flags: flags
      .trim()
      .split(/\s+/)
      .filter((flag) => flag !== ""),
  }));
}

/** @returns what went wrong, null when the run ended as it should. */
function checkOnce(model, flags, mustFail, folder) {
  mkdirSync(folder);
  const isLive = flags.includes("-DLIVE");
  const steps = [
    ["spin", ["-a", ...flags, model]],
    ["gcc", ["-O2", "-w", ...(isLive ? [] : ["-DSAFETY"]), "-o", "pan", "pan.c"]],
  ];
  for (const [program, args] of steps) {
    const { code, output } = run(program, args, folder);
    if (code !== 0) return output;
  }
  const { output } = run("./pan", [`-m${MAX_DEPTH}`, ...(isLive ? ["-a", "-f"] : [])], folder);
  const errors = /errors: (\d+)/.exec(output)?.[1];
  if (errors === undefined || /max search depth too small/.test(output)) return output;
  if (mustFail) return errors === "0" ? "the planted bug was not found" : null;
  return errors === "0" ? null : output;
}

function run(program, args, cwd) {
  const done = spawnSync(program, args, { cwd, encoding: "utf8" });
  return { code: done.status, output: `${done.stdout}${done.stderr}`, isMissing: done.error !== undefined };
}
