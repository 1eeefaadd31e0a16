/** Vanishing in groups: what has ended goes, and the states that could open it once more are written under new keys. */
import { accountToText, type GroupId } from "@kith/protocol";
import { type Core, Draft } from "../core.ts";
import type { DueMessage } from "../vanish/due-list.ts";
import type { GroupBook } from "./group-book.ts";
import type { GroupMessages } from "./group-messages.ts";
import { groupPlace, inRows } from "./group-place.ts";

interface Parts {
  readonly core: Core;
  readonly book: GroupBook;
  readonly messages: GroupMessages;
}

/** Takes a message out of its group whose time has come, unless another end was set meanwhile. */
export async function endInGroup(
  parts: Parts,
  draft: Draft,
  { group, chat, id }: DueMessage,
  nowMs: number,
): Promise<void> {
  const { core, book, messages } = parts;
  if (group === undefined) return;
  await inRows(core, group, async () => {
    const row = await groupPlace(parts, group).find(chat, id);
    if (row?.vanish === undefined || row.vanish.untilMs > nowMs) return;
    draft.add(...messages.forget(row), ...(await messages.batches.leave(row)));
    const known = book.get(group)?.row;
    if (known !== undefined && !row.isRead && known.unread > 0)
      draft.add(book.setRow({ ...known, unread: known.unread - 1 }));
    draft.tell({ type: "group.message", group, author: accountToText(chat), id });
  });
}

/** Gives the states of a group a key of their own, once messages in it vanish; it is replaced whenever one has. */
export async function separateGroup({ core, book }: Omit<Parts, "messages">, group: GroupId): Promise<void> {
  const { state } = core.vanish;
  const key = book.key(group);
  if (state.isOwn(key)) return;
  state.renewOwn(key);
  // States of this group lie under the shared key up to now: the next erasure ends that one too.
  state.renewShared();
  await reseal({ core, book }, group);
}

/** Writes the states of all groups once more, under the keys of now. */
export async function resealGroups({ core, book }: Omit<Parts, "messages">): Promise<void> {
  for (const { row } of book.all()) await reseal({ core, book }, row.group);
}

async function reseal({ core, book }: Omit<Parts, "messages">, group: GroupId): Promise<void> {
  const draft = new Draft(core);
  draft.add(...(await book.reseal(group)), ...(await core.operations.reseal(book.key(group))));
  draft.add(...core.files.reseal(group));
  await draft.commit();
}
