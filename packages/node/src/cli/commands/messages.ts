/** `chats`, `send`. */
import { randomBytes } from "node:crypto";
import type { Chat } from "@kith/client";
import { countText, text } from "../../i18n/text.ts";
import type { Command } from "../command.ts";
import { describeMessage } from "../describe-message.ts";
import { WHO } from "../options.ts";
import { printableName } from "../printable.ts";
import { readText } from "../read-text.ts";

const MESSAGE_ID_BYTES = 16;

function describeChat({ contact, last, unread }: Chat): string {
  const name = printableName(contact.name);
  const parts = unread > 0 ? [name, countText("chats.unread", unread)] : [name];
  return [...parts, ...(last === undefined ? [] : describeMessage(last, name).slice(-1))].join("  ");
}

/** Lists the conversations with their last message. */
export const chatsCommand: Command = {
  args: {},
  async run({ connect, print }) {
    const chats = await (await connect()).call("chat.list", {});
    print(chats, chats.length === 0 ? [text("chats.none")] : chats.map(describeChat));
    return undefined;
  },
};

/** Sends one message; it is safe on this device's disk when the command ends. */
export const sendCommand: Command = {
  args: {
    who: WHO,
    text: { type: "positional", description: text("option.text") },
    id: { type: "string", description: text("option.id"), valueHint: "HEX" },
  },
  hasRest: true,
  async run(context) {
    const client = await context.connect();
    const id = context.args.text("id") ?? randomBytes(MESSAGE_ID_BYTES).toString("hex");
    const message = await client.call("message.send", {
      who: context.args.requiredText("who"),
      text: await readText(context),
      id,
    });
    context.print(message, describeMessage(message, ""));
    return undefined;
  },
};
