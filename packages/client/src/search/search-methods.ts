/** The method that searches in messages. */
import type { FoundMessage, Methods } from "../client.ts";
import type { Core } from "../core.ts";
import { viewMessage } from "../message/message-view.ts";
import { MessengerError } from "../messenger-error.ts";
import { contactView } from "../people/contact-view.ts";
import { requireContact } from "../people/who.ts";
import type { FoundRow } from "./find-rows.ts";
import { matchRanges } from "./match-ranges.ts";
import type { SearchIndex } from "./search-index.ts";
import type { SearchService } from "./search-service.ts";
import type { ChatId } from "./segment-writer.ts";

const DEFAULT_FOUND = 50;

/** The method over one index. */
export function searchMethods(core: Core, index: SearchIndex): SearchService["handlers"] {
  return {
    async "message.search"({ text, who, group, beforeMs, limit = DEFAULT_FOUND }) {
      const rows = await index.find({ text, chat: chatOf(core, { who, group }), limit, beforeMs });
      const found = await Promise.all(rows.map((row) => viewFound(core, row, text)));
      const last = rows.at(-1);
      return {
        found: found.filter((each) => each !== null),
        isComplete: !index.isBuilding,
        ...(last === undefined || rows.length < limit ? {} : { nextBeforeMs: last.orderMs }),
      };
    },
  };
}

/** The one chat or group that is searched. */
function chatOf(
  core: Core,
  { who, group }: { readonly [P in "who" | "group"]: Methods["message.search"]["params"][P] | undefined },
): ChatId | undefined {
  if (group === undefined) return who === undefined ? undefined : requireContact(core.people, who).account;
  if (who !== undefined) {
    throw new MessengerError("PARAMS_INVALID", "either a chat is searched or a group", { details: { rule: "who" } });
  }
  const { said } = core.others;
  if (said === undefined) throw new MessengerError("GROUP_UNKNOWN", "there is no such group here");
  return said.named(group);
}

async function viewFound(core: Core, row: FoundRow, text: string): Promise<FoundMessage | null> {
  if ("group" in row) {
    const { said } = core.others;
    if (said?.isShown(row.group) !== true) return null;
    const found = await said.view(row);
    return { ...found, matches: matchRanges(found.message.text, text) };
  }
  const contact = core.people.contact(row.chat);
  if (contact === undefined) return null;
  const message = await viewMessage(core, row);
  return { contact: contactView(contact), message, matches: matchRanges(message.text, text) };
}
