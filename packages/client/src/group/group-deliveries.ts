/** How far own messages to groups got. */
import { accountToText, type DeviceId } from "@kith/protocol";
import type { Core, Draft, OtherDelivery } from "../core.ts";
import type { DeviceDelivery } from "../message/message-row.ts";
import { advanceThrough } from "../send/delivery-record.ts";
import type { GroupBook } from "./group-book.ts";
import type { GroupMessages } from "./group-messages.ts";
import type { BatchRow, GroupMessageRow } from "./group-row.ts";

interface Parts {
  readonly core: Core;
  readonly book: GroupBook;
  readonly messages: GroupMessages;
}

/** Keeps the lines true, and what each device has of the chain. */
export async function noteGroupDelivery(parts: Parts, draft: Draft, delivery: OtherDelivery): Promise<void> {
  const { core, messages } = parts;
  const { device, contentId } = delivery;
  const batch = await messages.batches.get(contentId);
  if (batch !== undefined) return noteBatch(parts, draft, delivery, batch);
  const found = await messages.find(core.account.id, contentId);
  if (found === undefined) return;
  const before = messages.newest(found);
  const isChange = before.change?.id === contentId;
  // An earlier change of it: the line tells of the last one.
  if (!isChange && before.content?.id !== contentId) return;
  const known = isChange ? before.deliveries : await messages.batches.deliveriesOf(before);
  const advance = advancing(delivery);
  draft.add(
    messages.change(before, (row) => {
      if (isChange && row.change !== undefined) {
        return { ...row, change: { ...row.change, deliveries: advance(row.change.deliveries) } };
      }
      // What is said of one message that went along with others is kept with the message.
      return { ...row, deliveries: advance(row.batch === undefined ? row.deliveries : known) };
    }),
  );
  const after = messages.newest(before);
  if (statesOf(after) !== statesOf(before)) {
    const id = found.content.id;
    draft.tell({ type: "group.message", group: after.group, author: accountToText(after.author), id });
  }
  if (isThere(delivery)) noteChain(parts.book, draft, after, device);
}

/** What is said of a mail holds for all messages in it. */
async function noteBatch(
  { book, messages }: Parts,
  draft: Draft,
  delivery: OtherDelivery,
  before: BatchRow,
): Promise<void> {
  const { device, contentId } = delivery;
  const advance = advancing(delivery);
  const change = messages.batches.change(contentId, before, (row) => ({ ...row, deliveries: advance(row.deliveries) }));
  draft.add(change);
  const after = await messages.batches.get(contentId);
  if (after === undefined) return;
  if (statesOf(after) !== statesOf(before)) draft.afterwards(() => messages.batches.tellLater(contentId));
  if (isThere(delivery)) noteChain(book, draft, after, device);
}

function advancing({ device, events, relayCount }: OtherDelivery) {
  return (known: readonly DeviceDelivery[]): readonly DeviceDelivery[] =>
    known.map((each) =>
      each.device === device ? { ...each, record: advanceThrough(each.record, events, relayCount), relayCount } : each,
    );
}

function isThere({ events }: OtherDelivery): boolean {
  return events.some(({ type }) => type === "delivered" || type === "read");
}

function statesOf({ deliveries, change }: Pick<GroupMessageRow, "deliveries" | "change">): string {
  return [...deliveries, ...(change?.deliveries ?? [])].map(({ record }) => record.state).join();
}

function noteChain(
  book: GroupBook,
  draft: Draft,
  { group, chainId }: Pick<GroupMessageRow, "group" | "chainId">,
  device: DeviceId,
): void {
  const chain = book.chain(group);
  if (chain === undefined || chainId === undefined) return;
  const current = chain.given.find((each) => each.device === device);
  if (current?.distribution === undefined || chain.chainId !== chainId) return;
  const given = chain.given.map((each) => (each.device === device ? { device } : each));
  draft.add(book.setChain(group, { ...chain, given }));
}
