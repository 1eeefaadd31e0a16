/** Sends texts that refer to other messages: answers, and what was said elsewhere. */
import { CONTENT_KINDS, type ContentId, contentHash, type MarkedContent, replyContent } from "@kith/protocol";
import type { Core } from "../core.ts";
import type { MessageRow } from "../message/message-row.ts";
import { MessengerError } from "../messenger-error.ts";
import type { Sender } from "./carrier.ts";
import { requireAccepted, sendContent } from "./compose.ts";
import { type MessageName, requireMessage } from "./operation.ts";
import { checkText } from "./text.ts";

interface Parts {
  readonly core: Core;
  readonly sender: Sender;
}

/** Queues an answer to a message of the same chat. @throws MessengerError MESSAGE_UNKNOWN, MESSAGE_DELETED. */
export async function sendReply(
  { core, sender }: Parts,
  name: MessageName,
  text: string,
  id?: ContentId,
): Promise<MessageRow> {
  checkText(text, "message");
  requireAccepted(core, name.account);
  const original = requireWords(await requireMessage(core, name));
  const to = { author: original.isOwn ? core.account.id : original.chat, id: name.id };
  const hash = original.marks?.originalHash ?? contentHash(core.suite, original.content);
  return sendContent(core, sender.outbox, name.account, (head) => replyContent(head, { text, to, hash }), id);
}

/** @throws MessengerError MESSAGE_DELETED, MESSAGE_ONCE. */
export function requireWords<M extends MarkedContent>(row: M): M {
  if (row.content.kind === CONTENT_KINDS.once) throw new MessengerError("MESSAGE_ONCE", "this message is seen once");
  if (row.marks?.isDeleted !== true) return row;
  throw new MessengerError("MESSAGE_DELETED", "this message was deleted");
}
