/** The help of the program and of each command; both end with the exit codes. */
import { stripVTControlCharacters } from "node:util";
import { type CommandDef, renderUsage } from "citty";
import { text } from "../i18n/text.ts";
import type { Command } from "./command.ts";
import { COMMANDS, type CommandEntry, type CommandGroup } from "./command-list.ts";
import { EXIT_CODES } from "./exit-codes.ts";
import { COMMON_OPTIONS } from "./options.ts";
import type { Terminal } from "./terminal.ts";

const GROUPS: readonly CommandGroup[] = ["node", "people", "messages", "account"];

const INDENT = "  ";
const NAME_WIDTH = 15;

function formatCommand({ name, summary }: CommandEntry): string {
  return `${INDENT}${name.padEnd(NAME_WIDTH)}${text(summary)}`;
}

function exitCodeLines(terminal: Terminal): readonly string[] {
  const title = terminal.style("bold", text("help.exitCodes"));
  return [title, ...EXIT_CODES.map((code) => `${INDENT}${code}  ${text(`exit.${code}`)}`)];
}

/** The lines of `kith --help`. */
export function renderHelp(terminal: Terminal, version: string): readonly string[] {
  const title = (value: string): string => terminal.style("bold", value);
  const commands = GROUPS.flatMap((group) => [
    title(text(`help.group.${group}`)),
    ...COMMANDS.filter((each) => each.group === group).map(formatCommand),
    "",
  ]);
  const options = Object.entries(COMMON_OPTIONS).map(
    ([name, def]) => `${INDENT}${`--${name}`.padEnd(NAME_WIDTH)}${def.description}`,
  );
  return [
    text("help.tagline", { version }),
    "",
    text("help.usage"),
    "",
    ...commands,
    title(text("help.options")),
    ...options,
    "",
    title(text("help.environment")),
    `${INDENT}${text("help.envData")}`,
    `${INDENT}${text("help.envColor")}`,
    "",
    ...exitCodeLines(terminal),
    "",
    text("help.more"),
  ];
}

/** The lines of `kith COMMAND --help`. */
export async function renderCommandHelp(
  terminal: Terminal,
  entry: CommandEntry,
  command: Command,
): Promise<readonly string[]> {
  const definition: CommandDef = {
    meta: { name: `kith ${entry.name}`, description: text(entry.summary) },
    args: { ...describeRepeatable(command), ...COMMON_OPTIONS },
  };
  // citty colours its output even when nobody sees colours.
  const usage = stripVTControlCharacters(await renderUsage(definition)).trimEnd();
  return [...usage.split("\n"), "", ...exitCodeLines(terminal)];
}

function describeRepeatable({ args, repeatable = [] }: Command): Command["args"] {
  return Object.fromEntries(
    Object.entries(args).map(([name, def]) => {
      if (!repeatable.includes(name)) return [name, def];
      return [name, { ...def, description: `${def.description} (${text("help.repeatable")})` }];
    }),
  );
}
