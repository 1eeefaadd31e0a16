/** `search`. */
import type { FoundMessage } from "@kith/client";
import { NodeError } from "../../config/node-error.ts";
import { text } from "../../i18n/text.ts";
import type { Command } from "../command.ts";
import { describeGroupLine } from "../describe-group.ts";
import { describeMessage, describeWithId } from "../describe-message.ts";
import { printableName } from "../printable.ts";

const DEFAULT_FOUND = 20;
const MAX_FOUND = 200;

function describeFound(found: FoundMessage, hasIds: boolean): string {
  if ("group" in found) {
    const [said = ""] = describeGroupLine(found.message).slice(-1);
    return text("search.inGroup", { name: printableName(found.group.name), line: said });
  }
  const { contact, message } = found;
  const name = printableName(contact.name);
  const [line = ""] = (hasIds ? describeWithId : describeMessage)(message, name).slice(-1);
  return message.isOwn ? text("search.inChat", { name, line }) : line;
}

/** Finds messages by the beginnings of their words, newest first. */
export const searchCommand: Command = {
  args: {
    text: { type: "positional", description: text("option.searchText") },
    with: { type: "string", description: text("option.searchWith"), valueHint: "WHO" },
    in: { type: "string", description: text("option.searchIn"), valueHint: "GROUP" },
    limit: { type: "string", description: text("option.searchLimit"), valueHint: "N" },
    ids: { type: "boolean", description: text("option.ids") },
  },
  hasRest: true,
  async run({ args, connect, print }) {
    const [who, group] = [args.text("with"), args.text("in")];
    if (who !== undefined && group !== undefined) throw new NodeError("USAGE", text("usage.searchWhere"));
    const result = await (await connect()).call("message.search", {
      text: args.requiredText("text"),
      limit: args.integer("limit", 1, MAX_FOUND) ?? DEFAULT_FOUND,
      ...(who === undefined ? {} : { who }),
      ...(group === undefined ? {} : { group }),
    });
    // Newest last, where a reader of a terminal looks.
    const lines = result.found.toReversed().map((each) => describeFound(each, args.flag("ids")));
    if (lines.length === 0) lines.push(text("search.nothing"));
    if (!result.isComplete) lines.push(text("search.building"));
    print(result, lines);
    return undefined;
  },
};
