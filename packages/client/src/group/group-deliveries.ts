/** How far own messages to groups got. */
import { accountToText, type DeviceId } from "@kith/protocol";
import type { Core, Draft, OtherDelivery } from "../core.ts";
import type { DeviceDelivery } from "../message/message-row.ts";
import { advanceThrough } from "../send/delivery-record.ts";
import type { GroupBook } from "./group-book.ts";
import type { GroupMessages } from "./group-messages.ts";
import type { GroupMessageRow } from "./group-row.ts";

interface Parts {
  readonly core: Core;
  readonly book: GroupBook;
  readonly messages: GroupMessages;
}

/** Keeps the lines true, and what each device has of the chain. */
export async function noteGroupDelivery(
  { core, book, messages }: Parts,
  draft: Draft,
  { device, contentId, events, relayCount }: OtherDelivery,
): Promise<void> {
  const found = await messages.find(core.account.id, contentId);
  if (found === undefined) return;
  const before = messages.newest(found);
  const isChange = before.change?.id === contentId;
  // An earlier change of it: the line tells of the last one.
  if (!isChange && before.content?.id !== contentId) return;
  const advance = (known: readonly DeviceDelivery[]): readonly DeviceDelivery[] =>
    known.map((each) =>
      each.device === device ? { ...each, record: advanceThrough(each.record, events, relayCount), relayCount } : each,
    );
  draft.add(
    messages.change(before, (row) =>
      isChange && row.change !== undefined
        ? { ...row, change: { ...row.change, deliveries: advance(row.change.deliveries) } }
        : { ...row, deliveries: advance(row.deliveries) },
    ),
  );
  const after = messages.newest(before);
  if (statesOf(after) !== statesOf(before)) {
    const id = found.content.id;
    draft.tell({ type: "group.message", group: after.group, author: accountToText(after.author), id });
  }
  const isThere = events.some(({ type }) => type === "delivered" || type === "read");
  if (isThere) noteChain(book, draft, after, device);
}

function statesOf({ deliveries, change }: GroupMessageRow): string {
  return [...deliveries, ...(change?.deliveries ?? [])].map(({ record }) => record.state).join();
}

function noteChain(book: GroupBook, draft: Draft, { group, chainId }: GroupMessageRow, device: DeviceId): void {
  const chain = book.chain(group);
  if (chain === undefined || chainId === undefined) return;
  const current = chain.given.find((each) => each.device === device);
  if (current?.distribution === undefined || chain.chainId !== chainId) return;
  const given = chain.given.map((each) => (each.device === device ? { device } : each));
  draft.add(book.setChain(group, { ...chain, given }));
}
