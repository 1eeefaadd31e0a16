/** Runs one command of the shipped program, as a person or a script does. */
import { spawn } from "node:child_process";

/** Longest run of one command, in ms; a look-up walks the DHT. */
const COMMAND_TIMEOUT_MS = 60_000;

/** What a command gave back. */
export interface CommandResult {
  readonly exitCode: number | null;
  /** The JSON it printed last; null when it printed none. */
  readonly result: unknown;
  readonly errors: string;
}

/** Runs `kith WORDS… --json --data FOLDER`. */
export async function runCommand(
  program: string,
  dataFolder: string,
  words: readonly string[],
): Promise<CommandResult> {
  const child = spawn(process.execPath, [program, ...words, "--json", "--data", dataFolder], {
    stdio: ["ignore", "pipe", "pipe"],
    timeout: COMMAND_TIMEOUT_MS,
  });
  let output = "";
  let errors = "";
  child.stdout.on("data", (chunk) => {
    output += chunk;
  });
  child.stderr.on("data", (chunk) => {
    errors += chunk;
  });
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  const last = output.trimEnd().split("\n").at(-1) ?? "";
  return { exitCode, result: last === "" ? null : JSON.parse(last), errors };
}
