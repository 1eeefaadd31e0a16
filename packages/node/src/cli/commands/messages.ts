/** `chats`, `send`. */
import { randomBytes } from "node:crypto";
import { text } from "../../i18n/text.ts";
import type { Command } from "../command.ts";
import { describeChat } from "../describe-chat.ts";
import { describeMessage } from "../describe-message.ts";
import { WHO } from "../options.ts";
import { readText } from "../read-text.ts";
import { isLong, sendLong } from "../send-long.ts";

const MESSAGE_ID_BYTES = 16;

/** Lists the conversations with their last message; those put away only when asked for. */
export const chatsCommand: Command = {
  args: { archived: { type: "boolean", description: text("option.listArchived") } },
  async run({ args, connect, print }) {
    const all = await (await connect()).call("chat.list", {});
    const chats = all.filter(({ isArchived }) => (isArchived === true) === args.flag("archived"));
    const none = text(args.flag("archived") ? "chats.noneArchived" : "chats.none");
    print(chats, chats.length === 0 ? [none] : chats.map(describeChat));
    return undefined;
  },
};

/** Sends one message; it is safe on this device's disk when the command ends. */
export const sendCommand: Command = {
  args: {
    who: WHO,
    text: { type: "positional", description: text("option.text") },
    id: { type: "string", description: text("option.id"), valueHint: "HEX" },
    once: { type: "boolean", description: text("option.once") },
  },
  hasRest: true,
  async run(context) {
    const client = await context.connect();
    const id = context.args.text("id") ?? randomBytes(MESSAGE_ID_BYTES).toString("hex");
    const head = {
      who: context.args.requiredText("who"),
      id,
      ...(context.args.flag("once") ? { isOnce: true } : {}),
    };
    const words = await readText(context);
    const message = isLong(words)
      ? await sendLong(client, head, words)
      : await client.call("message.send", { ...head, text: words });
    context.print(message, describeMessage(message, ""));
    return undefined;
  },
};
