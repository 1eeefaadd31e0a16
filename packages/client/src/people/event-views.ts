/** What the events of an account are filled up with when they are read again. */
import { type ContentId, parseAccount } from "@kith/protocol";
import type { Core } from "../core.ts";
import type { EventViews } from "../event-row.ts";
import { viewMessage } from "../message/message-view.ts";
import { contactView } from "./contact-view.ts";

/** Views of the messages and people there are now. */
export function eventViews(core: Pick<Core, "account" | "files" | "messages" | "people" | "suite">): EventViews {
  const { people, messages } = core;
  return {
    async message({ chat, isOwn, id }) {
      const account = parseAccount(chat);
      if (!account.ok) return undefined;
      const row = await messages.find(account.value, isOwn ? "own" : "their", id as ContentId);
      return row && viewMessage(core, row);
    },
    contact(account) {
      const parsed = parseAccount(account);
      const row = parsed.ok ? people.contact(parsed.value) : undefined;
      return row && contactView(row);
    },
  };
}
