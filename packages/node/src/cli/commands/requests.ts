/** `requests`, `accept`, `delete`. */
import { text } from "../../i18n/text.ts";
import type { Command } from "../command.ts";
import { describeContact, nameForCommand } from "../describe.ts";
import { describeMessage } from "../describe-message.ts";
import { WHO } from "../options.ts";
import { printableName } from "../printable.ts";

/** Lists who asks for contact, with what they wrote. */
export const requestsCommand: Command = {
  args: {},
  async run({ connect, print }) {
    const requests = await (await connect()).call("request.list", {});
    const lines = requests.flatMap(({ contact, messages, groups }) => [
      describeContact(contact),
      ...messages
        .flatMap((message) => describeMessage(message, printableName(contact.name)))
        .map((line) => `  ${line}`),
      ...(groups === 0 ? [] : [`  ${text("requests.groups")}`]),
    ]);
    print(requests, lines.length === 0 ? [text("requests.none")] : [...lines, text("requests.help")]);
    return undefined;
  },
};

/** Accepts a request. */
export const acceptCommand: Command = {
  args: { who: WHO },
  async run({ args, connect, print }) {
    const contact = await (await connect()).call("request.accept", { who: args.requiredText("who") });
    print(contact, [text("accepted", { name: printableName(contact.name), who: nameForCommand(contact) })]);
    return undefined;
  },
};

/** Deletes a request that waits for an answer, or else the contact with the whole chat. */
export const deleteCommand: Command = {
  args: { who: WHO },
  async run({ args, connect, print }) {
    const client = await connect();
    const who = args.requiredText("who");
    const { relation } = await client.call("contact.get", { who });
    const method = relation === "requesting" ? "request.delete" : "contact.delete";
    const result = await client.call(method, { who });
    print(result, [text(result.deleted ? "deleted" : "notDeleted")]);
    return undefined;
  },
};
