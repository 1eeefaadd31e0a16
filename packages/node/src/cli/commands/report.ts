/** `report`: what a person wrote here, to be handed to somebody the reader chooses. */
import { makeReport } from "@kith/client/rpc";
import { text } from "../../i18n/text.ts";
import type { Command } from "../command.ts";
import { WHO } from "../options.ts";
import { printableJson, printableText } from "../printable.ts";

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 500;

/** Prints a report as JSON; nothing is sent to anybody. */
export const reportCommand: Command = {
  args: {
    who: WHO,
    limit: { type: "string", description: text("option.limit"), valueHint: "N", default: String(DEFAULT_LIMIT) },
  },
  async run({ args, connect, terminal, isJson }) {
    const who = args.requiredText("who");
    const limit = args.integer("limit", 1, MAX_LIMIT) ?? DEFAULT_LIMIT;
    const client = await connect();
    const { safetyNumber: _, ...contact } = await client.call("contact.get", { who });
    const report = makeReport(contact, await client.call("message.list", { who, limit }), Date.now());
    if (isJson) terminal.line(printableJson(report));
    else for (const line of JSON.stringify(report, null, 2).split("\n")) terminal.line(printableText(line));
    if (!isJson) terminal.note(text("report.note"));
    return undefined;
  },
};
