/** Writes the state of one chat once more, under the state key of now. */
import type { AccountId } from "@kith/protocol";
import type { Core, Draft } from "../core.ts";
import type { Outbox } from "../send/outbox.ts";

/**
 * Gives the state of a chat a key of its own, if it has none: it is replaced whenever something of the chat vanished or
 * was seen once. The caller holds the person's lock and commits.
 */
export async function separateChat(core: Core, outbox: Outbox, draft: Draft, account: AccountId): Promise<void> {
  const { state } = core.vanish;
  const chatKey = core.people.chatKey(account);
  if (state.isOwn(chatKey)) return;
  state.renewOwn(chatKey);
  // States of this chat lie under the shared key up to now: the next erasure ends that one too.
  state.renewShared();
  await resealChat(core, outbox, draft, account);
}

/** Adds the changes to a draft; the caller holds the person's lock and commits. */
export async function resealChat(core: Core, outbox: Outbox, draft: Draft, account: AccountId): Promise<void> {
  const { people, operations, chats, files } = core;
  draft.add(...people.resealSessions(account), ...(await operations.reseal(people.chatKey(account))));
  draft.add(...chats.resealDraft(account), ...files.reseal(account));
  for (const { row } of people.peersOf(account)) outbox.reseal(draft, row.device);
}
