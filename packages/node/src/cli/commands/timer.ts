/** `timer` and `new-timer`: how long messages of a chat live. */
import { NodeError } from "../../config/node-error.ts";
import { text } from "../../i18n/text.ts";
import type { Command } from "../command.ts";
import { describeDuration, parseDuration } from "../duration.ts";
import { WHO } from "../options.ts";

const OFF = "off";

/** Shows the timer of a chat, or sets or ends it for both sides. */
export const timerCommand: Command = {
  args: { who: WHO, after: { type: "positional", required: false, description: text("option.vanishAfter") } },
  async run(context) {
    const who = context.args.requiredText("who");
    const written = context.args.text("after");
    const client = await context.connect();
    if (written !== undefined) await client.call("chat.setTimer", { who, ...readTimer(written) });
    const contact = await client.call("contact.get", { who });
    const { vanishAfterMs } = contact;
    context.print({ account: contact.account, ...(vanishAfterMs === undefined ? {} : { vanishAfterMs }) }, [
      vanishAfterMs === undefined ? text("timer.off") : text("timer.on", { after: describeDuration(vanishAfterMs) }),
      ...(vanishAfterMs === undefined ? [] : [text("timer.limits")]),
    ]);
    return undefined;
  },
};

/** A timer as it was typed; `off` ends it. @throws NodeError USAGE. */
export function readTimer(written: string): { readonly afterMs?: number } {
  if (written.trim().toLowerCase() === OFF) return {};
  const afterMs = parseDuration(written);
  if (afterMs === null) throw new NodeError("USAGE", text("usage.vanishAfter"));
  return { afterMs };
}

/** Shows the timer with which chats begin from now on, or sets or ends it. */
export const newChatTimerCommand: Command = {
  args: { after: { type: "positional", required: false, description: text("option.newChatTimer") } },
  async run({ args, connect, print }) {
    const written = args.text("after");
    const client = await connect();
    const { newChatTimerMs } =
      written === undefined
        ? await client.call("account.status", {})
        : await client.call("account.setNewChatTimer", readTimer(written));
    print(newChatTimerMs === undefined ? {} : { newChatTimerMs }, [
      newChatTimerMs === undefined
        ? text("timer.newOff")
        : text("timer.newOn", { after: describeDuration(newChatTimerMs) }),
    ]);
    return undefined;
  },
};
