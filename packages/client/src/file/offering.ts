/** When a file goes with its message. */
import { CONTENT_KINDS, isUnseenOnce } from "@kith/protocol";
import type { ClientEvent } from "../client.ts";
import type { MessageRow } from "../message/message-row.ts";

/** Whether a message still offers its file. */
export function isOffering(message: MessageRow | undefined): boolean {
  if (message === undefined || message.marks?.isDeleted === true) return false;
  return message.content.kind !== CONTENT_KINDS.once || isUnseenOnce(message.content);
}

/** Whether a file may be offered no more after an event. */
export function mayEndFile(event: ClientEvent): boolean {
  if (event.type === "message.changed") return event.message.isDeleted === true || event.message.once !== undefined;
  return ["message.removed", "contact.deleted", "chat.cleared"].includes(event.type);
}
