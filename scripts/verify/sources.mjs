/** Steps that read the sources: format and lint, types, unused code. */
import { ensureBuilt } from "../setup/build.mjs";
import { runNode, toResult } from "./command.mjs";

/** Format, lint and import boundaries; warnings fail too. */
export async function checkLint() {
  return toResult(await runNode(["node_modules/@biomejs/biome/bin/biome", "check", "--error-on-warnings", "."]));
}

/** Compiles the packages, then checks tests, benchmarks and examples. */
export async function checkTypes() {
  if (!(await ensureBuilt())) return { outcome: "failed" };
  return toResult(await runNode(["node_modules/typescript/bin/tsc", "-b"]));
}

/** Files, exports and dependencies that nothing uses, and dependencies that are used and not declared. */
export async function checkUnused() {
  return toResult(await runNode(["node_modules/knip/bin/knip.js", "--no-config-hints"]));
}
