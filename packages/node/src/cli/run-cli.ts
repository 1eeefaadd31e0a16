/** From the words of a command line to an exit code. */
import { findDataFolder } from "../config/data-folder.ts";
import { NodeError } from "../config/node-error.ts";
import { readVersion } from "../config/version.ts";
import type { NodeClient } from "../daemon/control-client.ts";
import { text } from "../i18n/text.ts";
import { type Arguments, readArguments } from "./arguments.ts";
import type { Command, CommandContext } from "./command.ts";
import { type CommandEntry, findCommand } from "./command-list.ts";
import type { ExitCode } from "./exit-codes.ts";
import { COMMON_OPTIONS } from "./options.ts";
import { printableJson } from "./printable.ts";
import type { Terminal } from "./terminal.ts";

/** What a run needs of the process. */
export interface CliSurroundings {
  readonly terminal: Terminal;
  /** Aborted when the process is asked to end. */
  readonly signal: AbortSignal;
}

const USAGE_EXIT_CODE: ExitCode = 2;

/** Runs one command line; failures are printed, never thrown. @param words what follows the program's name. */
export async function runCli(words: readonly string[], surroundings: CliSurroundings): Promise<ExitCode> {
  const { terminal } = surroundings;
  const isJson = words.includes("--json");
  try {
    return await dispatch(words, surroundings);
  } catch (error) {
    const { printError } = await import("./print-error.ts");
    return printError(terminal, error, isJson);
  }
}

async function dispatch(words: readonly string[], surroundings: CliSurroundings): Promise<ExitCode> {
  const [name, ...rest] = words;
  const { terminal } = surroundings;
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    const { renderHelp } = await import("./help.ts");
    for (const line of renderHelp(terminal, await readVersion())) terminal.line(line);
    return name === undefined ? USAGE_EXIT_CODE : 0;
  }
  if (name === "--version" || name === "-v") {
    terminal.line(await readVersion());
    return 0;
  }
  const entry = findCommand(name);
  if (entry === undefined) throw new NodeError("USAGE", text("usage.noCommand", { command: name }));
  return await runCommand(entry, rest, surroundings);
}

function asksForHelp(words: readonly string[]): boolean {
  const end = words.indexOf("--");
  return words.slice(0, end === -1 ? words.length : end).some((word) => word === "--help" || word === "-h");
}

async function runCommand(
  entry: CommandEntry,
  words: readonly string[],
  surroundings: CliSurroundings,
): Promise<ExitCode> {
  const { terminal } = surroundings;
  const command = await entry.load();
  if (asksForHelp(words)) {
    const { renderCommandHelp } = await import("./help.ts");
    for (const line of await renderCommandHelp(terminal, entry, command)) terminal.line(line);
    return 0;
  }
  const args = readArguments(words, { ...command, args: { ...command.args, ...COMMON_OPTIONS } });
  return await runInContext(command, args, surroundings);
}

async function runInContext(command: Command, args: Arguments, surroundings: CliSurroundings): Promise<ExitCode> {
  const { terminal, signal } = surroundings;
  const isJson = args.flag("json");
  let node: NodeClient | null = null;
  const context: CommandContext = {
    args,
    terminal,
    signal,
    isJson,
    async connect() {
      const { connectNode } = await import("../daemon/control-client.ts");
      node ??= await connectNode(findDataFolder("personal", args.text("data")));
      return node;
    },
    print(result, lines) {
      if (isJson) terminal.line(printableJson(result));
      else for (const line of lines) terminal.line(line);
    },
  };
  try {
    const run = command.run(context);
    return (await (command.isLongRunning === true ? run : Promise.race([run, givenUp(signal)]))) ?? 0;
  } finally {
    (node as NodeClient | null)?.close();
  }
}

/** Resolves with the exit code of an interrupted command once the process is asked to end. */
function givenUp(signal: AbortSignal): Promise<ExitCode> {
  return new Promise((resolve) => {
    const done = (): void => resolve(1);
    if (signal.aborted) done();
    else signal.addEventListener("abort", done, { once: true });
  });
}
