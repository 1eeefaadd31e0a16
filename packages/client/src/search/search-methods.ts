/** The method that searches in messages. */
import type { FoundMessage } from "../client.ts";
import type { Core } from "../core.ts";
import type { MessageRow } from "../message/message-row.ts";
import { viewMessage } from "../message/message-view.ts";
import { contactView } from "../people/contact-view.ts";
import { requireContact } from "../people/who.ts";
import { matchRanges } from "./match-ranges.ts";
import type { SearchIndex } from "./search-index.ts";
import type { SearchService } from "./search-service.ts";

const DEFAULT_FOUND = 50;

/** The method over one index. */
export function searchMethods(core: Core, index: SearchIndex): SearchService["handlers"] {
  return {
    async "message.search"({ text, who, beforeMs, limit = DEFAULT_FOUND }) {
      const chat = who === undefined ? undefined : requireContact(core.people, who).account;
      const rows = await index.find({ text, chat, limit, beforeMs });
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

async function viewFound(core: Core, row: MessageRow, text: string): Promise<FoundMessage | null> {
  const contact = core.people.contact(row.chat);
  if (contact === undefined) return null;
  const message = await viewMessage(core, row);
  return { contact: contactView(contact), message, matches: matchRanges(message.text, text) };
}
