/** When a file goes with its message. */
import { CONTENT_KINDS, isUnseenOnce, type MarkedContent, manifestOf } from "@kith/protocol";
import type { ClientEvent } from "../client.ts";
import type { Core } from "../core.ts";
import type { FileName } from "./file-book.ts";

/** A message as far as its file goes. */
export interface Offer extends MarkedContent {
  readonly orderMs: number;
}

/** The message that offers a file, of a chat or of a group. */
export async function findOffer(
  { messages, others }: Pick<Core, "messages" | "others">,
  { chat, group, isOwn, id }: FileName,
): Promise<Offer | undefined> {
  return group === undefined
    ? messages.find(chat, isOwn ? "own" : "their", id)
    : others.groupFiles?.find(group, chat, id);
}

/** Whether a message still offers its file. */
export function isOffering(message: Offer | undefined): boolean {
  if (message === undefined || message.marks?.isDeleted === true) return false;
  return message.content.kind !== CONTENT_KINDS.once || isUnseenOnce(message.content);
}

/** Whether a file may be offered no more after an event. */
export function mayEndFile(event: ClientEvent): boolean {
  if (event.type === "message.changed") return event.message.isDeleted === true || event.message.once !== undefined;
  return ["message.removed", "contact.deleted", "chat.cleared", "group.cleared"].includes(event.type);
}

/** Whether a message has a file. */
export function hasFile({ marks, content }: MarkedContent): boolean {
  return marks?.isDeleted !== true && manifestOf(content) !== null;
}
