/** What is being written in a chat, the same on every device: what was left last counts. */
import { type AccountId, accountToText, isLaterStamp, type SyncItem } from "@kith/protocol";
import type { Core, Draft } from "../core.ts";
import type { StoreChange } from "../ports.ts";
import type { ApplyParts } from "./apply-parts.ts";
import { contentOf, draftItem } from "./items.ts";
import { NO_STAMP, type Registers } from "./registers.ts";

type DraftItem = Extract<SyncItem, { readonly type: "draft" }>;

interface Parts {
  readonly core: Core;
  readonly registers: Registers;
}

/** Stamps what was left here just now, so that what another device left before does not replace it. */
export function stampDraft({ core, registers }: Parts, chat: AccountId): readonly StoreChange[] {
  const item = draftItem(core, chat, NO_STAMP);
  const now = { atMs: core.clock.nowMs(), by: core.account.device.deviceId };
  const stamped = item && registers.stampChange(keyOf(core, chat), contentOf(item), now);
  return stamped ? [stamped.change] : [];
}

/**
 * What is to be told of a chat's draft; null when the others know it: a text that was sent soon is never told.
 * @param isNew for a device that was told nothing yet.
 */
export function draftToTell(
  { core, registers }: Parts,
  chat: AccountId,
  isNew = false,
): { readonly item: DraftItem; readonly change: StoreChange } | null {
  const stamp = registers.stampOf(keyOf(core, chat));
  const item = stamp && draftItem(core, chat, stamp);
  if (!item) return null;
  const told = toldKey(core, chat);
  const isEmpty = item.text === "" && item.replyTo === undefined;
  if (isEmpty && (isNew || registers.stampOf(told) === undefined)) return null;
  const change = registers.stampChange(told, contentOf(item), stamp)?.change;
  return change === undefined && !isNew
    ? null
    : { item, change: change ?? registers.note(told, contentOf(item), stamp) };
}

/** Takes what another device left; the caller holds the lock of the chat. */
export function applyDraft({ core, registers }: ApplyParts, draft: Draft, item: DraftItem): void {
  const { account, text, replyTo, atMs } = item;
  const contact = core.people.contact(account);
  const key = keyOf(core, account);
  if (contact === undefined || !isLaterStamp(item, registers.stampOf(key))) return;
  const nowMs = core.vanish.clock.nowMs();
  // A clock that goes ahead must not keep a draft for longer than the timer says.
  const savedAtMs = Math.min(atMs, nowMs);
  const lifeMs = contact.timer?.afterMs;
  const isEnded = lifeMs !== undefined && savedAtMs + lifeMs <= nowMs;
  draft.add(core.chats.setDraft(isEnded ? { account, text: "" } : { account, text, replyTo, savedAtMs }));
  for (const each of [key, toldKey(core, account)]) draft.add(registers.note(each, contentOf(item), item));
  draft.tell({ type: "chat.changed", account: accountToText(account) });
  if (lifeMs !== undefined && !isEnded) draft.afterwards(() => core.vanish.due.wake(savedAtMs + lifeMs));
}

function keyOf({ people }: Core, chat: AccountId): string {
  return `t/${people.chatKey(chat)}`;
}

function toldKey({ people }: Core, chat: AccountId): string {
  return `T/${people.chatKey(chat)}`;
}
