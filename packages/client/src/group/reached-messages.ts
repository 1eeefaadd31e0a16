/** How far own messages to groups got: told to our other devices, and taken from them. */
import type { GroupId, ReachedMessage } from "@kith/protocol";
import type { Core, Draft } from "../core.ts";
import type { GroupReach } from "../devices/group-reach.ts";
import { furthest } from "./early-reach.ts";
import type { GroupBook } from "./group-book.ts";
import type { GroupMessages } from "./group-messages.ts";
import { groupPlace, inRows } from "./group-place.ts";
import { reachedBy } from "./group-view.ts";

interface Parts {
  readonly core: Core;
  readonly book: GroupBook;
  readonly messages: GroupMessages;
}

/** How far own messages got, over the lines of all groups. */
export function groupReach(parts: Parts): GroupReach {
  const { core, book, messages } = parts;
  const own = core.account.id;
  return {
    isSentElsewhere: (id) => messages.recentOf(own, id)?.sentBy !== undefined,
    async of(group, id) {
      const row = await groupPlace(parts, group).find(own, id);
      if (row === undefined || row.sentBy !== undefined) return null;
      const reached = reachedBy(core, book.get(group)?.log, await messages.batches.deliveriesOf(row));
      const members = reached.map(({ account, record: { state } }) => ({ account, state }));
      return members.length > 0 && members.every(({ state }) => state === "queued") ? null : { id, members };
    },
    async take(draft, { group, messages: told }) {
      for (const message of told) await inRows(core, group, () => takeOne(parts, draft, group, message));
    },
  };
}

async function takeOne(parts: Parts, draft: Draft, group: GroupId, told: ReachedMessage): Promise<void> {
  const { core, messages } = parts;
  const own = core.account.id;
  const place = groupPlace(parts, group);
  const row = await place.find(own, told.id);
  if (row === undefined) {
    if (!(await messages.isKnown(own, told.id))) draft.add(...messages.early.add(group, told));
    return;
  }
  if (row.sentBy === undefined) return;
  await place.change(draft, row, (newest) => ({ ...newest, reached: furthest(newest.reached, told.members) }));
}
