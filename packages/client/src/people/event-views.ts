/** What the events of an account are filled up with when they are read again. */
import { type ContentId, parseAccount } from "@kith/protocol";
import type { EventViews } from "../event-row.ts";
import type { MessageLog } from "../message/message-log.ts";
import { contactView, messageView } from "./contact-view.ts";
import type { People } from "./people.ts";

/** Views of the messages and people there are now. */
export function eventViews(people: People, messages: MessageLog): EventViews {
  return {
    async message({ chat, isOwn, id }) {
      const account = parseAccount(chat);
      if (!account.ok) return undefined;
      const row = await messages.find(account.value, isOwn ? "own" : "their", id as ContentId);
      return row && messageView(row);
    },
    contact(account) {
      const parsed = parseAccount(account);
      const row = parsed.ok ? people.contact(parsed.value) : undefined;
      return row && contactView(row);
    },
  };
}
