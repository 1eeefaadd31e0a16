/** `lookup`, `add`, `contacts`, `block`, `unblock`. */
import type { Candidate, LookupResult } from "@kith/client";
import { text } from "../../i18n/text.ts";
import type { Command } from "../command.ts";
import { describeContact } from "../describe.ts";
import { WHO } from "../options.ts";
import { printableName, printableText } from "../printable.ts";

function describeCandidate({ account, handle, trust, isContact }: Candidate): string {
  const parts = [printableName(`@${handle}`), text(`trust.${trust}`), printableText(account)];
  if (isContact) parts.push(text("lookup.contact"));
  return `  ${parts.join("  ")}`;
}

function describeLookup(result: LookupResult): readonly string[] {
  const { asked, candidates, isWeak, isSuspect } = result;
  const handle = printableText(result.handle);
  if (asked === 0 && candidates.length === 0) return [text("lookup.nobody")];
  const warning = isSuspect ? [text("lookup.suspect")] : [];
  if (candidates.length === 0) return [text("lookup.none", { handle }), ...warning];
  const title = text("lookup.title", { handle, count: asked });
  return [isWeak ? `${title} (${text("lookup.weak")})` : title, ...candidates.map(describeCandidate), ...warning];
}

/** Asks the directory; found nobody is exit code 4. */
export const lookupCommand: Command = {
  args: { handle: { type: "positional", description: text("option.handle") } },
  async run({ args, connect, print }) {
    const client = await connect();
    const result = await client.call("directory.lookup", { handle: args.requiredText("handle") });
    print(result, describeLookup(result));
    return result.candidates.length === 0 ? 4 : undefined;
  },
};

/** Sends a contact request. */
export const addCommand: Command = {
  args: {
    who: WHO,
    text: { type: "string", description: text("option.requestText"), valueHint: "TEXT" },
    name: { type: "string", description: text("option.name"), valueHint: "NAME" },
  },
  async run({ args, connect, print }) {
    const client = await connect();
    const [message, name] = [args.text("text"), args.text("name")];
    const contact = await client.call("contact.add", {
      who: args.requiredText("who"),
      ...(message === undefined ? {} : { text: message }),
      ...(name === undefined ? {} : { name }),
    });
    const key = contact.relation === "accepted" ? "add.already" : "add.asked";
    print(contact, [text(key, { name: printableName(contact.name) })]);
    return undefined;
  },
};

/** Lists everybody this account knows. */
export const contactsCommand: Command = {
  args: {},
  async run({ connect, print }) {
    const contacts = await (await connect()).call("contact.list", {});
    print(contacts, contacts.length === 0 ? [text("contacts.none")] : contacts.map(describeContact));
    return undefined;
  },
};

/** Takes nothing from a person any more. */
export const blockCommand: Command = {
  args: { who: WHO },
  async run({ args, connect, print }) {
    const contact = await (await connect()).call("contact.block", { who: args.requiredText("who") });
    print(contact, [text("blocked", { name: printableName(contact.name) })]);
    return undefined;
  },
};

/** Lets a blocked person write again. */
export const unblockCommand: Command = {
  args: { who: WHO },
  async run({ args, connect, print }) {
    const contact = await (await connect()).call("contact.unblock", { who: args.requiredText("who") });
    print(contact, [text("unblocked", { name: printableName(contact.name) })]);
    return undefined;
  },
};
