/** How the methods about files name the file of a message. */
import type { GroupMessageInfo, Message } from "@kith/client";

/** A file by its message. */
export interface FileInMessage {
  readonly who: string;
  readonly group?: string;
  readonly id: string;
}

/** Whether a message was said in a group. */
export function isInGroup(message: Message): message is GroupMessageInfo {
  return "group" in message;
}

/** The file of a message of a chat or of a group. */
export function nameFile(message: Message): FileInMessage {
  const { chat, id } = message;
  return isInGroup(message) ? { who: message.author.account, group: message.group, id } : { who: chat, id };
}
