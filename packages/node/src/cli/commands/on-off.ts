/** The word of a command that shows a choice, or turns it on or off. */
import { NodeError } from "../../config/node-error.ts";
import { text } from "../../i18n/text.ts";
import type { ArgumentDefs, Arguments } from "../arguments.ts";

/** The arguments of such a command. */
export const ON_OFF_ARGS: ArgumentDefs["args"] = {
  state: { type: "positional", required: false, description: text("option.receipts") },
};

/** What the word asks for; undefined when there is none. @throws NodeError USAGE for any other word. */
export function readOnOff(args: Arguments): boolean | undefined {
  const wanted = args.text("state")?.toLowerCase();
  if (wanted === undefined) return undefined;
  if (wanted !== "on" && wanted !== "off") throw new NodeError("USAGE", text("usage.receipts"));
  return wanted === "on";
}
