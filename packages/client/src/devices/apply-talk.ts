/** Takes what another device of ours told of messages: said, heard, read, how far they got, forgotten. */
import {
  type AccountId,
  accountToText,
  type Content,
  type ContentId,
  type DeliveryRecord,
  type DeviceId,
  type KeptMessage,
  orderOf,
  type SyncItem,
  viewContent,
} from "@kith/protocol";
import type { Draft } from "../core.ts";
import type { MessageRow } from "../message/message-row.ts";
import { viewMessage } from "../message/message-view.ts";
import { chatPlace, readOperation, spendAfter } from "../message/operations.ts";
import { STATE_RANK } from "../message/state-rank.ts";
import { readChanges } from "../methods/chat-methods.ts";
import { contactView } from "../people/contact-view.ts";
import { ChatTimers } from "../vanish/chat-timers.ts";
import type { ApplyParts } from "./apply-parts.ts";

type Item<T extends SyncItem["type"]> = Extract<SyncItem, { readonly type: T }>;

/** How far ahead of this device's clock a place may be, in ms: as for what people say. */
const MAX_ORDER_AHEAD_MS = 24 * 3600 * 1000;

/** We said something on another device; the caller holds the lock of the chat. */
export async function applySaid(parts: ApplyParts, draft: Draft, by: DeviceId, item: Item<"said">): Promise<void> {
  const { core, sender, early } = parts;
  const { chat, content } = item;
  const operation = readOperation(core.account.id, content);
  if (operation !== null) {
    await core.operations.take(core, draft, chatPlace(core, chat), operation, content);
    return;
  }
  if (await core.messages.isKnown(chat, "own", content.id)) return;
  const told = early.take(chat, "own", content.id);
  if (told !== null) draft.add(told.change);
  const row: MessageRow = {
    chat,
    isOwn: true,
    content,
    orderMs: Math.min(orderOf(content), core.clock.nowMs() + MAX_ORDER_AHEAD_MS),
    deliveries: [elsewhere(by, { state: told?.word.state ?? "queued" })],
    isRead: true,
    ...vanishOf(parts, content),
  };
  const met = await core.operations.meet(core, chatPlace(core, chat), core.account.id, row);
  draft.add(...core.messages.put(met.row), ...met.changes);
  const view = viewContent(content);
  const contact = core.people.contact(chat);
  if (view.ok && view.value.type === "timer" && contact !== undefined) {
    await new ChatTimers(core, sender.outbox).take(draft, contact, { ...view.value, head: content });
  }
  if (contact !== undefined) draft.tell({ type: "message.changed", message: await viewMessage(core, met.row) });
}

function vanishOf({ core }: ApplyParts, { vanishAfterMs }: Content): Pick<MessageRow, "vanish"> {
  if (vanishAfterMs === undefined) return {};
  return { vanish: { untilMs: core.vanish.clock.nowMs() + vanishAfterMs, isRunning: true } };
}

/** The delivery of a message that another device of ours sends, as that device tells it. */
function elsewhere(
  device: DeviceId,
  { state, reason }: Pick<KeptMessage, "state" | "reason">,
): MessageRow["deliveries"][number] {
  const record: DeliveryRecord = { state, relays: [], isDirect: false, ...(reason === undefined ? {} : { reason }) };
  return { device, record, relayCount: 0 };
}

/** How far a message got that the other device sends. */
export async function applyState(
  { core, early }: ApplyParts,
  draft: Draft,
  by: DeviceId,
  item: Item<"state">,
): Promise<void> {
  const { chat, id, state } = item;
  const row = await core.messages.find(chat, "own", id);
  if (row === undefined) {
    if (!(await core.messages.isKnown(chat, "own", id))) draft.add(...early.add(chat, id, { isOwn: true, state }));
    return;
  }
  const known = row.content.id === id ? row.deliveries[0] : undefined;
  if (known?.device !== by || STATE_RANK[state] <= STATE_RANK[known.record.state]) return;
  const changed: MessageRow = { ...row, deliveries: [elsewhere(by, item)] };
  draft.add(core.messages.update(changed));
  draft.tell({ type: "message.changed", message: await viewMessage(core, changed) });
}

/** Messages of a person were read on another device. */
export async function applyRead({ core, early }: ApplyParts, draft: Draft, { chat, ids }: Item<"read">): Promise<void> {
  let count = 0;
  for (const id of ids) {
    const row = await core.messages.find(chat, "their", id);
    if (row === undefined) {
      if (!(await core.messages.isKnown(chat, "their", id)))
        draft.add(...early.add(chat, id, { isOwn: false, isRead: true }));
    } else {
      // It was opened there: it is gone here too.
      spendAfter(core, draft, row);
      if (row.isRead) continue;
      draft.add(...readChanges(core, row));
      count += 1;
    }
  }
  countRead({ core }, draft, chat, count);
}

function countRead({ core }: Pick<ApplyParts, "core">, draft: Draft, chat: AccountId, count: number): void {
  const contact = core.people.contact(chat);
  if (contact === undefined || count === 0) return;
  const changed = { ...contact, unread: Math.max(0, contact.unread - count) };
  draft.add(core.people.setContact(changed));
  draft.tell({ type: "contact.changed", contact: contactView(changed) });
}

/** A message was deleted for this account. */
export async function applyRemoved(
  { core }: ApplyParts,
  draft: Draft,
  { chat, isOwn, id }: Item<"removed">,
): Promise<void> {
  const side = isOwn ? "own" : "their";
  const row = await core.messages.find(chat, side, id);
  if (row === undefined) {
    if (!(await core.messages.isKnown(chat, side, id))) draft.add(core.messages.forgetUnseen(chat, side, id));
    return;
  }
  draft.add(...core.messages.forget(row));
  if (!isOwn && !row.isRead) countRead({ core }, draft, chat, 1);
  draft.tell({ type: "message.removed", removed: { chat: accountToText(chat), isOwn, id } });
}

/** A message of the time before this device was linked. */
export async function applyKept(
  { core, early }: ApplyParts,
  draft: Draft,
  by: DeviceId,
  item: Item<"kept">,
): Promise<void> {
  const { chat, isOwn, content, orderMs, receivedAtMs, marks } = item;
  const side = isOwn ? "own" : "their";
  if (await core.messages.isKnown(chat, side, content.id)) return;
  const told = early.take(chat, side, content.id);
  if (told !== null) draft.add(told.change);
  const isRead = isOwn || item.isRead || told?.word.isRead === true;
  const row: MessageRow = {
    chat,
    isOwn,
    content,
    orderMs,
    ...(receivedAtMs === undefined ? {} : { receivedAtMs }),
    deliveries: isOwn ? [elsewhere(by, { ...item, state: later(item.state, told?.word.state) })] : [],
    isRead,
    ...(marks === undefined ? {} : { marks }),
  };
  const author = isOwn ? core.account.id : chat;
  const met = await core.operations.meet(core, chatPlace(core, chat), author, row);
  draft.add(...core.messages.put(met.row), ...met.changes);
  if (!isRead) countUnread({ core }, draft, chat);
}

function later(one: DeliveryRecord["state"], other: DeliveryRecord["state"] | undefined): DeliveryRecord["state"] {
  return other !== undefined && STATE_RANK[other] > STATE_RANK[one] ? other : one;
}

function countUnread({ core }: Pick<ApplyParts, "core">, draft: Draft, chat: AccountId): void {
  const contact = core.people.contact(chat);
  if (contact !== undefined) draft.add(core.people.setContact({ ...contact, unread: contact.unread + 1 }));
}

/** Whether a message was read before it came; the word is used up. */
export function takeRead({ early }: Pick<ApplyParts, "early">, draft: Draft, chat: AccountId, id: ContentId): boolean {
  const told = early.take(chat, "their", id);
  if (told === null) return false;
  draft.add(told.change);
  return told.word.isRead === true;
}
