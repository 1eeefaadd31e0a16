/** Writes the state of one chat once more, under the state key of now. */
import type { AccountId } from "@kith/protocol";
import type { Core, Draft } from "../core.ts";
import type { Outbox } from "../send/outbox.ts";

/** Adds the changes to a draft; the caller holds the person's lock and commits. */
export async function resealChat(core: Core, outbox: Outbox, draft: Draft, account: AccountId): Promise<void> {
  const { people, operations, chats, files } = core;
  draft.add(...people.resealSessions(account), ...(await operations.reseal(people.chatKey(account))));
  draft.add(...chats.resealDraft(account), ...files.reseal(account));
  for (const { row } of people.peersOf(account)) outbox.reseal(draft, row.device);
}
