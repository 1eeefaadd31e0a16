/** Forgets everything said in a chat on this device; the person stays, and what comes later is kept as before. */
import { type AccountId, accountToText } from "@kith/protocol";
import { Draft } from "../core.ts";
import type { Engine } from "../engine.ts";
import { spendAfter } from "../message/operations.ts";
import { contactView } from "../people/contact-view.ts";

/** Messages of one batch. */
const ROWS_PER_BATCH = 500;

/**
 * Nothing of the chat is taken in or sent meanwhile. A mark of each message stays, so that no copy of its mail brings it
 * back. Cut off half-way, some messages are left and it can be done again. @returns how many went.
 */
export async function clearChat({ core }: Engine, account: AccountId): Promise<number> {
  const chat = accountToText(account);
  return core.lock.run(account, async () => {
    let count = 0;
    for (;;) {
      const page = await core.messages.list(account, ROWS_PER_BATCH);
      if (page.length === 0) break;
      const draft = new Draft(core);
      draft.add(...page.flatMap((row) => core.messages.forget(row)));
      for (const row of page) spendAfter(core, draft, row);
      // With the first batch: words that go must not be searched for, however this ends.
      if (count === 0) draft.tell({ type: "chat.cleared", account: chat });
      count += page.length;
      await draft.commit();
    }
    const draft = new Draft(core);
    draft.add(...(await core.operations.remove(core.people.chatKey(account))));
    const contact = core.people.contact(account);
    if (contact !== undefined && contact.unread > 0) {
      const changed = { ...contact, unread: 0 };
      draft.add(core.people.setContact(changed));
      draft.tell({ type: "contact.changed", contact: contactView(changed) });
    }
    if (count > 0) draft.tell({ type: "chat.cleared", account: chat });
    await draft.commit();
    return count;
  });
}
