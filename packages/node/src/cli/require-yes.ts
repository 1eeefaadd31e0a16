/** Asks a person to go on with something that cannot be taken back. */
import { NodeError } from "../config/node-error.ts";
import { text } from "../i18n/text.ts";
import type { CommandContext } from "./command.ts";

/** @throws NodeError USAGE unless `--yes` was said or it was answered so. @param what lines that say what happens. */
export async function requireYes(
  { args, terminal, isJson, signal }: CommandContext,
  ...what: readonly string[]
): Promise<void> {
  if (args.flag("yes")) return;
  if (!terminal.isInteractive || isJson) throw new NodeError("USAGE", text("usage.yes"));
  for (const line of what) terminal.line(line);
  const { askYes } = await import("./prompts.ts");
  if (!(await askYes(signal))) throw new NodeError("USAGE", text("ask.cancelled"));
}
