/**
 * Builds what is stale: the packages, the web app, and the types of tests and benchmarks. The exit code is 1 when
 * something does not build.
 */
import { ensureBuilt } from "./setup/build.mjs";
import { runChild } from "./setup/child.mjs";
import { ROOT } from "./setup/paths.mjs";

const COMPILER = "node_modules/typescript/bin/tsc";

const isBuilt = await ensureBuilt();
const { code } = await runChild(process.execPath, [COMPILER, "-b"], { cwd: ROOT, stdio: "inherit" });
process.exitCode = isBuilt && code === 0 ? 0 : 1;
