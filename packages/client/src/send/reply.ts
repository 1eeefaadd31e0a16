/** Sends texts that refer to other messages: answers, and what was said elsewhere. */
import { type AccountId, CONTENT_KINDS, type ContentId, contentHash, replyContent, viewContent } from "@kith/protocol";
import type { Core } from "../core.ts";
import type { MessageRow } from "../message/message-row.ts";
import { MessengerError } from "../messenger-error.ts";
import type { Sender } from "./carrier.ts";
import { requireAccepted, sendContent } from "./compose.ts";
import { type MessageName, requireMessage } from "./operation.ts";
import { checkText, sendText } from "./text.ts";

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

/** Queues the words of a message for somebody else. @throws MessengerError as `sendReply`, and FORWARD_NOT_TEXT. */
export async function forwardMessage(
  parts: Parts,
  name: MessageName,
  to: AccountId,
  id?: ContentId,
): Promise<MessageRow> {
  const view = viewContent(requireWords(await requireMessage(parts.core, name)).content);
  if (!view.ok || (view.value.type !== "text" && view.value.type !== "reply")) {
    throw new MessengerError("FORWARD_NOT_TEXT", "only a text can be forwarded");
  }
  return sendText(parts, to, view.value.text, { id, isForwarded: true });
}

function requireWords(row: MessageRow): MessageRow {
  if (row.content.kind === CONTENT_KINDS.once) throw new MessengerError("MESSAGE_ONCE", "this message is seen once");
  if (row.marks?.isDeleted !== true) return row;
  throw new MessengerError("MESSAGE_DELETED", "this message was deleted");
}
