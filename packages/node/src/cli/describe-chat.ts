/** A conversation of the list in words. */
import { type Chat, MUTED_FOREVER_MS } from "@kith/client/rpc";
import { countText, text } from "../i18n/text.ts";
import { describeTime } from "./describe.ts";
import { describeMessage } from "./describe-message.ts";
import { printableLine, printableName } from "./printable.ts";

/** One line: who, what is set, what is unread, the draft or else the last message. */
export function describeChat(chat: Chat): string {
  const { contact, last, unread, draft } = chat;
  const name = printableName(contact.name);
  const parts = [name, ...describeSettings(chat)];
  if (unread > 0) parts.push(countText("chats.unread", unread));
  else if (chat.isMarkedUnread === true) parts.push(text("chats.markedUnread"));
  if (chat.isTyping === true) parts.push(text("chats.typing"));
  else if (draft !== undefined) parts.push(text("chats.draft", { text: printableLine(draft.text) }));
  else if (last !== undefined) parts.push(...describeMessage(last, name).slice(-1));
  return parts.join("  ");
}

function describeSettings({ isPinned, isArchived, mutedUntilMs }: Chat): readonly string[] {
  const marks: string[] = [];
  if (isPinned === true) marks.push(text("chats.pinned"));
  if (isArchived === true) marks.push(text("chats.archived"));
  if (mutedUntilMs === MUTED_FOREVER_MS) marks.push(text("chats.muted"));
  else if (mutedUntilMs !== undefined) marks.push(text("chats.mutedUntil", { time: describeTime(mutedUntilMs) }));
  return marks.length === 0 ? [] : [`[${marks.join(", ")}]`];
}
