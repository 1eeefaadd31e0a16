/**
 * Runs a program of this repository: installs and builds what is missing or stale, then starts the project's own Node
 * with the remaining arguments. Plain Node 20 or later, no dependencies; every message of its own goes to stderr.
 *
 *     node scripts/run.mjs [--env NAME=VALUE]... [--no-build] PROGRAM [ARGUMENT]...
 *
 * The exit code is that of the program; 1 when the set-up failed; 2 for a wrong call.
 */
import { readRunArguments } from "./setup/arguments.mjs";
import { ensureCompiled, isBuilt } from "./setup/build.mjs";
import { runChild } from "./setup/child.mjs";
import { areDependenciesInstalled, ensureDependencies } from "./setup/dependencies.mjs";
import { withLock } from "./setup/lock.mjs";
import { findNode, NODE_ADVICE } from "./setup/own-node.mjs";
import { say } from "./setup/say.mjs";
import { ensureWebBuilt } from "./setup/web.mjs";

/**
 * For glibc's allocator: what was freed goes back to the system. Left to itself it keeps the buffers of a flood, or of a
 * large file, for as long as the process lives (bench/README.md, "A relay under a flood").
 */
const ALLOCATOR = { MALLOC_ARENA_MAX: "2", MALLOC_MMAP_THRESHOLD_: "65536", MALLOC_TRIM_THRESHOLD_: "131072" };

/** Brings the tree into a state in which programs run; one process at a time. */
async function prepare(needsBuild) {
  if (areDependenciesInstalled() && (!needsBuild || isBuilt())) return true;
  return withLock(async () => (await ensureDependencies()) && (!needsBuild || (await buildToRun())));
}

/** Without the web app everything runs but the app: the node shows the last one that was built, or its status. */
async function buildToRun() {
  if (!(await ensureCompiled())) return false;
  if (!(await ensureWebBuilt())) say("going on without a new web app");
  return true;
}

async function main() {
  const call = readRunArguments(process.argv.slice(2));
  if (call.error !== undefined) {
    say(call.error);
    return { code: 2 };
  }
  if (!(await prepare(call.needsBuild))) return { code: 1 };
  const node = findNode();
  if (node === null) {
    say(NODE_ADVICE);
    return { code: 1 };
  }
  const env = { ...ALLOCATOR, ...process.env, ...call.env };
  return runChild(node.path, [...node.flags, ...call.rest], { env, stdio: "inherit" });
}

const { code, signal } = await main();
// Dying of the same signal tells a shell the truth; the listeners that forwarded it are gone by now.
if (signal) process.kill(process.pid, signal);
else process.exitCode = code;
