/**
 * The demonstration: relays and people as separate processes of the shipped program, on real sockets of this machine.
 * Each step says what it promises and checks it from outside; `--json` ends with one line of results on stdout.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Processes } from "./processes.ts";
import { converse } from "./steps/conversation.ts";
import { surviveAKill } from "./steps/crash.ts";
import { talkDirectly } from "./steps/direct.ts";
import { claimAndFind } from "./steps/directory.ts";
import { sendAFile } from "./steps/file.ts";
import { acceptContact, askForContact } from "./steps/first-contact.ts";
import { talkInAGroup } from "./steps/group.ts";
import { talkThroughRelays } from "./steps/offline.ts";
import { startRelays } from "./steps/relays.ts";
import { searchRelays } from "./steps/secrecy.ts";
import type { Step } from "./steps/step.ts";
import { vanish } from "./steps/vanish.ts";
import { Transcript } from "./transcript.ts";
import { PARAMETERS, World } from "./world.ts";

const PROGRAM = fileURLToPath(new URL("../../packages/node/dist/program/kith.js", import.meta.url));

const STEPS: readonly Step[] = [
  startRelays,
  claimAndFind,
  askForContact,
  acceptContact,
  talkDirectly,
  converse,
  talkInAGroup,
  vanish,
  sendAFile,
  talkThroughRelays,
  surviveAKill,
  searchRelays,
];

/** Characters of a node's output that are shown when a step fails. */
const SHOWN_LOG_CHARACTERS = 4000;

/** How one step ended. */
interface StepResult {
  readonly name: string;
  readonly ok: boolean;
  readonly ms: number;
}

async function runSteps(world: World): Promise<readonly StepResult[]> {
  const results: StepResult[] = [];
  for (const step of STEPS) {
    const result = await runStep(world, step, results.length + 1);
    results.push(result);
    if (!result.ok) break;
  }
  return results;
}

async function runStep(world: World, step: Step, number: number): Promise<StepResult> {
  const { transcript } = world;
  transcript.title(`${number}. ${step.title}`);
  const startedMs = performance.now();
  const took = (): number => Math.round(performance.now() - startedMs);
  try {
    await step.run(world);
    transcript.note(`ok, ${took()} ms`);
    return { name: step.name, ok: true, ms: took() };
  } catch (error) {
    transcript.note(`FAILED after ${took()} ms: ${error instanceof Error ? error.message : String(error)}`);
    if (error instanceof Error && error.name !== "CheckFailure") transcript.line(error.stack ?? "");
    printLogs(world);
    return { name: step.name, ok: false, ms: took() };
  }
}

function printLogs({ processes, transcript }: World): void {
  for (const name of processes.names) {
    transcript.title(`What ${name} printed:`);
    transcript.line(processes.logOf(name).slice(-SHOWN_LOG_CHARACTERS));
  }
}

async function main(): Promise<void> {
  const isJson = process.argv.includes("--json");
  const output = isJson ? process.stderr : process.stdout;
  const transcript = new Transcript((line) => output.write(`${line}\n`));
  const folder = await mkdtemp(join(tmpdir(), "kith-demo-"));
  const processes = new Processes(PROGRAM);
  const leave = async (): Promise<void> => {
    await processes.endAll();
    await rm(folder, { recursive: true, force: true });
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => void leave().then(() => process.exit(1)));
  try {
    const world = new World({ program: PROGRAM, folder, processes, transcript });
    transcript.line(`Kith, demonstrated. Overridden network parameters: ${JSON.stringify(PARAMETERS)}`);
    const steps = await runSteps(world);
    const ok = steps.length === STEPS.length && steps.every((step) => step.ok);
    transcript.title(ok ? "All steps did what they promise." : "A step failed.");
    if (isJson) process.stdout.write(`${JSON.stringify({ ok, steps })}\n`);
    process.exitCode = ok ? 0 : 1;
  } finally {
    await leave();
  }
}

await main();
