/** The method that searches in messages. */
import type { FoundMessage } from "../client.ts";
import type { Core } from "../core.ts";
import { viewMessage } from "../message/message-view.ts";
import { contactView } from "../people/contact-view.ts";
import { namedChat } from "../people/named-chat.ts";
import type { FoundRow } from "./find-rows.ts";
import { matchRanges } from "./match-ranges.ts";
import type { SearchIndex } from "./search-index.ts";
import type { SearchService } from "./search-service.ts";

const DEFAULT_FOUND = 50;

/** The method over one index. */
export function searchMethods(core: Core, index: SearchIndex): SearchService["handlers"] {
  return {
    async "message.search"({ text, who, group, beforeMs, limit = DEFAULT_FOUND }) {
      const rows = await index.find({ text, chat: namedChat(core, { who, group }), limit, beforeMs });
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
