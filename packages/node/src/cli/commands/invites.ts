/** `invite`, `join`. */
import { text } from "../../i18n/text.ts";
import { ensureAccount } from "../account-steps.ts";
import type { Command } from "../command.ts";
import { describeTime, nameForCommand } from "../describe.ts";
import { printableName } from "../printable.ts";
import { isGroupLink, joinByLink } from "./group-links.ts";

const DAY_MS = 24 * 3600 * 1000;
const MAX_DAYS = 30;

/** Makes an invite; makes the account first when there is none. */
export const inviteCommand: Command = {
  args: {
    days: { type: "string", description: text("option.days"), valueHint: "N" },
    qr: { type: "boolean", description: text("option.qr") },
  },
  async run({ args, connect, print, terminal }) {
    const days = args.integer("days", 1, MAX_DAYS);
    const client = await connect();
    await ensureAccount(client, terminal);
    const invite = await client.call("invite.create", days === undefined ? {} : { expiresInMs: days * DAY_MS });
    const lines = [invite.text, text("invite.expires", { time: describeTime(invite.expiresAtMs) })];
    if (args.flag("qr")) {
      const { renderUnicodeCompact } = await import("uqr");
      lines.push("", renderUnicodeCompact(invite.text, { border: 2 }));
    }
    print(invite, lines);
    return undefined;
  },
};

/** Meets the maker of an invite; makes the account first when there is none. */
export const joinCommand: Command = {
  args: {
    invite: { type: "positional", description: text("option.invite") },
    text: { type: "string", description: text("option.requestText"), valueHint: "TEXT" },
  },
  async run({ args, connect, print, terminal }) {
    const message = args.text("text");
    const client = await connect();
    await ensureAccount(client, terminal);
    const given = args.requiredText("invite");
    if (isGroupLink(given)) return void (await joinByLink(print, client, given));
    const contact = await client.call("invite.join", {
      invite: given,
      ...(message === undefined ? {} : { text: message }),
    });
    const values = { name: printableName(contact.name), who: nameForCommand(contact) };
    print(contact, [text(contact.relation === "accepted" ? "join.done" : "join.waiting", values)]);
    return undefined;
  },
};
