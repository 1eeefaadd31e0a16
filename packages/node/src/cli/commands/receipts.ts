/** `receipts`: whether others learn what was read here. */
import { NodeError } from "../../config/node-error.ts";
import { text } from "../../i18n/text.ts";
import type { Command } from "../command.ts";

/** Shows whether read receipts are on, or turns them on or off. */
export const receiptsCommand: Command = {
  args: { state: { type: "positional", required: false, description: text("option.receipts") } },
  async run({ args, connect, print }) {
    const wanted = args.text("state")?.toLowerCase();
    if (wanted !== undefined && wanted !== "on" && wanted !== "off") {
      throw new NodeError("USAGE", text("usage.receipts"));
    }
    const client = await connect();
    const { hasReadReceipts = true } =
      wanted === undefined
        ? await client.call("account.status", {})
        : await client.call("account.setReadReceipts", { isOn: wanted === "on" });
    print({ hasReadReceipts }, [text(hasReadReceipts ? "receipts.on" : "receipts.off")]);
    return undefined;
  },
};
