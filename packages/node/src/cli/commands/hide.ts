/** `hide`: whether people learn the network address of this device. */
import { text } from "../../i18n/text.ts";
import type { Command } from "../command.ts";
import { printableText } from "../printable.ts";
import { ON_OFF_ARGS, readOnOff } from "./on-off.ts";

/** Shows whether the address is hidden, or hides it from everybody or from one person. */
export const hideCommand: Command = {
  args: { ...ON_OFF_ARGS, who: { type: "positional", required: false, description: text("option.who") } },
  async run({ args, connect, print }) {
    const isOn = readOnOff(args);
    const who = args.text("who");
    const client = await connect();
    if (isOn !== undefined && who !== undefined) {
      const { contact, isAddressHidden = false } = await client.call("chat.set", { who, isAddressHidden: isOn });
      const key = isAddressHidden ? "hideAddress.onFor" : "hideAddress.offFor";
      print({ account: contact.account, isAddressHidden }, [text(key, { name: printableText(contact.name) })]);
      return undefined;
    }
    const { isAddressHidden = false } =
      isOn === undefined
        ? await client.call("account.status", {})
        : await client.call("account.setAddressHidden", { isOn });
    print({ isAddressHidden }, [text(isAddressHidden ? "hideAddress.on" : "hideAddress.off")]);
    return undefined;
  },
};
