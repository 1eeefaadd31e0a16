/** The text of a command: as given, or from standard input. */
import type { CommandContext } from "./command.ts";

/** Above the longest message, so that the engine itself says what the bound is. */
const MAX_INPUT_BYTES: number = 200 * 1024;

/** The argument `text`; `-` reads standard input without its last line break. @throws MessengerError TEXT_TOO_LONG. */
export function readText({ args, terminal }: Pick<CommandContext, "args" | "terminal">): Promise<string> {
  return readGiven(args.requiredText("text"), terminal);
}

/** The same for a text that was given otherwise. */
export async function readGiven(given: string, terminal: CommandContext["terminal"]): Promise<string> {
  if (given !== "-") return given;
  const input = await terminal.readAll(MAX_INPUT_BYTES);
  if (input === null) {
    const { MessengerError } = await import("@kith/client");
    const details = { limit: MAX_INPUT_BYTES, actual: MAX_INPUT_BYTES + 1 };
    throw new MessengerError("TEXT_TOO_LONG", "standard input is too long for a message", { details });
  }
  return input.replace(/\r?\n$/, "");
}
