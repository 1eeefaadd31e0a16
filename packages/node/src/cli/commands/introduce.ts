/** `introduce`. */
import { randomBytes } from "node:crypto";
import { text } from "../../i18n/text.ts";
import type { Command } from "../command.ts";
import { describeMessage } from "../describe-message.ts";
import { WHO } from "../options.ts";
import { printableName } from "../printable.ts";

const ID_BYTES = 16;

/** Introduces a contact to another one. */
export const introduceCommand: Command = {
  args: {
    who: { ...WHO, description: text("option.introduced") },
    to: { ...WHO, description: text("option.introducedTo") },
    id: { type: "string", description: text("option.id"), valueHint: "HEX" },
  },
  async run({ args, connect, print }) {
    const client = await connect();
    const [who, to] = [args.requiredText("who"), args.requiredText("to")];
    const id = args.text("id") ?? randomBytes(ID_BYTES).toString("hex");
    const message = await client.call("contact.introduce", { who, to, id });
    const contact = await client.call("contact.get", { who: message.chat });
    print(message, describeMessage(message, printableName(contact.name)));
    return undefined;
  },
};
