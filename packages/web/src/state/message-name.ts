/** How methods name a message of a chat or of a group. */
import type { GroupMessageInfo, Message, Methods } from "@kith/client/rpc";

/** Whether a message was said in a group. */
function isInGroup(message: Message): message is GroupMessageInfo {
  return "group" in message;
}

/** What names a message. */
export function nameMessage(message: Message): Methods["file.accept"]["params"] {
  const { chat, id } = message;
  return isInGroup(message) ? { who: message.author.account, group: message.group, id } : { who: chat, id };
}
