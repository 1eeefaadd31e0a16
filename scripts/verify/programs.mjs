/** Steps that run whole programs: the demo and one short round of each benchmark. */
import { existsSync } from "node:fs";
import { inRoot } from "../setup/paths.mjs";
import { runNode, toResult } from "./command.mjs";

/** A real conversation between separate processes; its last line says whether each step held. */
export function runDemo() {
  return runProgram("test/demo/main.ts", ["--json"], 5 * 60_000);
}

/** Each benchmark once, with small figures: shows that they run, not how fast. */
export function runBench() {
  return runProgram("bench/run.ts", ["--smoke"], 20 * 60_000);
}

async function runProgram(path, args, timeoutMs) {
  if (!existsSync(inRoot(path))) return { outcome: "skipped", reason: `there is no ${path}` };
  return toResult(await runNode(["--conditions=source", path, ...args], { timeoutMs }));
}
