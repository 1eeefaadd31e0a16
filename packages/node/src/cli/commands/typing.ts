/** `typing`: whether others learn that one is writing to them. */
import { NodeError } from "../../config/node-error.ts";
import { text } from "../../i18n/text.ts";
import type { Command } from "../command.ts";

/** Shows whether typing indicators are on, or turns them on or off. */
export const typingCommand: Command = {
  args: { state: { type: "positional", required: false, description: text("option.receipts") } },
  async run({ args, connect, print }) {
    const wanted = args.text("state")?.toLowerCase();
    if (wanted !== undefined && wanted !== "on" && wanted !== "off") {
      throw new NodeError("USAGE", text("usage.receipts"));
    }
    const client = await connect();
    const { hasTypingIndicators = true } =
      wanted === undefined
        ? await client.call("account.status", {})
        : await client.call("account.setTypingIndicators", { isOn: wanted === "on" });
    print({ hasTypingIndicators }, [text(hasTypingIndicators ? "typing.on" : "typing.off")]);
    return undefined;
  },
};
