/** What is set for a chat on this device: changing it, and how the list of chats shows it. */
import { type AccountId, accountToText } from "@kith/protocol";
import type { Chat } from "../client.ts";
import { type Core, Draft } from "../core.ts";
import type { MessageRow } from "../message/message-row.ts";
import type { ChatRow } from "./chat-row.ts";

/** Changes what is set for a chat, and tells it; nothing happens when nothing changes. */
export async function changeSettings(core: Core, account: AccountId, change: (row: ChatRow) => ChatRow): Promise<void> {
  const before = core.chats.settings(account);
  const after = change(before);
  const keys = ["pinnedAtMs", "archivedAtMs", "mutedUntilMs", "isMarkedUnread", "hidesAddress"] as const;
  if (keys.every((key) => before[key] === after[key])) return;
  const draft = new Draft(core);
  draft.add(core.chats.set(after));
  draft.tell({ type: "chat.changed", account: accountToText(account) });
  await draft.commit();
}

/** A chat with the account it is with. */
export interface ListedChat {
  readonly account: AccountId;
  readonly chat: Chat;
}

/** Pinned ones first, the newest pin at the top, then by their last message. */
export function sortChats({ chats }: Core, listed: readonly ListedChat[]): readonly Chat[] {
  const pinnedAt = ({ account }: ListedChat): number => chats.settings(account).pinnedAtMs ?? 0;
  const lastAt = ({ chat }: ListedChat): number => chat.last?.sentAtMs ?? 0;
  return [...listed].sort((a, b) => pinnedAt(b) - pinnedAt(a) || lastAt(b) - lastAt(a)).map(({ chat }) => chat);
}

/**
 * What is set, as it holds now, and the draft. A chat that was put away is back when something arrives, unless it is
 * muted.
 */
export function viewSettings(core: Core, account: AccountId, last: MessageRow | undefined): Partial<Chat> {
  const { mutedUntilMs = 0, archivedAtMs, pinnedAtMs, isMarkedUnread, hidesAddress } = core.chats.settings(account);
  const draft = core.chats.draft(account);
  const isMuted = mutedUntilMs > core.clock.nowMs();
  const isBack = !isMuted && archivedAtMs !== undefined && (last?.receivedAtMs ?? 0) > archivedAtMs;
  return {
    ...(pinnedAtMs === undefined ? {} : { isPinned: true }),
    ...(archivedAtMs === undefined || isBack ? {} : { isArchived: true }),
    ...(isMuted ? { mutedUntilMs } : {}),
    ...(isMarkedUnread === true ? { isMarkedUnread } : {}),
    ...(hidesAddress === true ? { isAddressHidden: true } : {}),
    ...(draft === undefined
      ? {}
      : { draft: { text: draft.text, ...(draft.replyTo === undefined ? {} : { replyTo: draft.replyTo }) } }),
  };
}
