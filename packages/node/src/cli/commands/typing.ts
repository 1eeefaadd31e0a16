/** `typing`: whether others learn that one is writing to them. */
import { text } from "../../i18n/text.ts";
import type { Command } from "../command.ts";
import { ON_OFF_ARGS, readOnOff } from "./on-off.ts";

/** Shows whether typing indicators are on, or turns them on or off. */
export const typingCommand: Command = {
  args: ON_OFF_ARGS,
  async run({ args, connect, print }) {
    const isOn = readOnOff(args);
    const client = await connect();
    const { hasTypingIndicators = true } =
      isOn === undefined
        ? await client.call("account.status", {})
        : await client.call("account.setTypingIndicators", { isOn });
    print({ hasTypingIndicators }, [text(hasTypingIndicators ? "typing.on" : "typing.off")]);
    return undefined;
  },
};
