/**
 * Step: the examples, run in a folder where Kith is installed from its packed packages, as a reader of them would.
 * An example is a folder `examples/NN-name`; its `check.ts` runs it to the end, or `main.ts` does where there is no
 * check. Exit code 0 means that it did what its README says.
 */
import { cpSync, existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { inRoot } from "../setup/paths.mjs";
import { runNode } from "./command.mjs";
import { installConsumer } from "./consumer.mjs";

const TIMEOUT_MS = 120_000;

/** Runs every example once. */
export async function runExamples(context) {
  const names = exampleNames();
  if (names.length === 0) return { outcome: "skipped", reason: "there are no examples" };
  const consumer = await installConsumer(context);
  let output = "";
  for (const name of names) {
    const folder = join(consumer, "examples", name);
    cpSync(inRoot("examples", name), folder, { recursive: true });
    const program = existsSync(join(folder, "check.ts")) ? "check.ts" : "main.ts";
    const ended = await runNode([program], { cwd: folder, timeoutMs: TIMEOUT_MS });
    if (ended.code !== 0) output += `examples/${name}/${program} ended with ${ended.code}\n${ended.output}\n`;
  }
  return output === "" ? { outcome: "passed", reason: names.join(", ") } : { outcome: "failed", output };
}

function exampleNames() {
  const folder = inRoot("examples");
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) =>
    ["check.ts", "main.ts"].some((file) => existsSync(join(folder, name, file))),
  );
}
