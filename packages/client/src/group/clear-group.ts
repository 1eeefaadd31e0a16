/** Forgets everything said in a group on this device; this account stays in it, and what comes later is kept as before. */
import type { GroupId } from "@kith/protocol";
import { type Core, Draft } from "../core.ts";
import type { GroupBook } from "./group-book.ts";
import type { GroupMessages } from "./group-messages.ts";
import { inRows } from "./group-place.ts";
import { type GroupMessageRow, isSaid, type SaidRow } from "./group-row.ts";

interface Parts {
  readonly core: Core;
  readonly book: GroupBook;
  readonly messages: GroupMessages;
}

/** Lines of one batch. */
const ROWS_PER_BATCH = 500;

/**
 * Lines of operations go too; what they did stays in the group's log. A mark of each message stays, so that no copy of
 * it brings it back. Cut off half-way, some lines are left and it can be done again. @returns how many messages went.
 */
export function clearGroup(parts: Parts, group: GroupId): Promise<number> {
  const { core, messages } = parts;
  return inRows(core, group, async () => {
    let count = 0;
    for (let isFirst = true; ; isFirst = false) {
      const page = await messages.stored(group, ROWS_PER_BATCH);
      if (page.length === 0) return count + (await finish(parts, group, !isFirst));
      const draft = new Draft(core);
      draft.add(...messages.forgetAll(page));
      count += await leaveBatches(parts, draft, page);
      // With the first batch: words that go must not be searched for, however this ends.
      if (isFirst) draft.tell({ type: "group.cleared", group });
      eraseAfter(parts, draft, page);
      await draft.commit();
    }
  });
}

/** Forgets what was still on its way to the disk, and what was counted. @returns how many messages went with it. */
async function finish(parts: Parts, group: GroupId, hasCleared: boolean): Promise<number> {
  const { core, book, messages } = parts;
  const draft = new Draft(core);
  draft.add(...(await core.operations.remove(book.key(group))));
  // At one moment: a message that is counted as unread is one of these, or comes later and stays.
  const late = messages.recent(group);
  draft.add(...messages.forgetAll(late));
  core.vanish.messageKeys.dropUnread(book.key(group));
  const { row } = book.require(group);
  if (row.unread > 0) draft.add(book.setRow({ ...row, unread: 0 }));
  const count = await leaveBatches(parts, draft, late);
  if (hasCleared || late.length > 0) draft.tell({ type: "group.cleared", group });
  eraseAfter(parts, draft, late);
  await draft.commit();
  return count;
}

/** @returns how many of the lines were messages that could still be read. */
async function leaveBatches({ messages }: Parts, draft: Draft, rows: readonly GroupMessageRow[]): Promise<number> {
  const said = rows.filter((row): row is SaidRow => isSaid(row) && row.isForgotten !== true);
  for (const row of said) draft.add(...(await messages.batches.leave(row)));
  return said.length;
}

/** What would have vanished goes with its keys: neither old rows nor states of before open it. */
function eraseAfter({ core }: Parts, draft: Draft, rows: readonly GroupMessageRow[]): void {
  if (rows.some(({ vanish }) => vanish !== undefined)) draft.afterwards(() => core.vanish.spent.ask(null));
}
