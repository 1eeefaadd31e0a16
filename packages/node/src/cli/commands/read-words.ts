/** The 24 words of an account, from a file or asked for. */
import { NodeError } from "../../config/node-error.ts";
import { text } from "../../i18n/text.ts";
import { readPinFile } from "../account-steps.ts";
import type { CommandContext } from "../command.ts";

/** Reads them. @throws NodeError USAGE where there is neither a file nor a terminal. */
export async function readWords({ args, terminal, signal }: CommandContext): Promise<string> {
  const path = args.text("words-file");
  if (path !== undefined) return await readPinFile(path, terminal);
  if (!terminal.isInteractive) {
    throw new NodeError("USAGE", text("usage.noTerminal", { instead: "--words-file FILE" }));
  }
  const { askWords } = await import("../prompts.ts");
  return await askWords(signal);
}
