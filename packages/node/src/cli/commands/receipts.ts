/** `receipts`: whether others learn what was read here. */
import { text } from "../../i18n/text.ts";
import type { Command } from "../command.ts";
import { ON_OFF_ARGS, readOnOff } from "./on-off.ts";

/** Shows whether read receipts are on, or turns them on or off. */
export const receiptsCommand: Command = {
  args: ON_OFF_ARGS,
  async run({ args, connect, print }) {
    const isOn = readOnOff(args);
    const client = await connect();
    const { hasReadReceipts = true } =
      isOn === undefined
        ? await client.call("account.status", {})
        : await client.call("account.setReadReceipts", { isOn });
    print({ hasReadReceipts }, [text(hasReadReceipts ? "receipts.on" : "receipts.off")]);
    return undefined;
  },
};
