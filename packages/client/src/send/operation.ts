/** Sends what changes a message: edits, deletions, reactions. Each is checked here as the other side will check it. */
import {
  type AccountId,
  accountToText,
  applyOperation,
  type Content,
  type ContentHead,
  type ContentId,
  deletionContent,
  editContent,
  isEmoji,
  MAX_EDIT_AGE_MS,
  type OperationOutcome,
  reactionContent,
  toHex,
} from "@kith/protocol";
import { type Core, Draft } from "../core.ts";
import type { Change, MessageRow } from "../message/message-row.ts";
import { viewMessage } from "../message/message-view.ts";
import { readOperation, spendAfter } from "../message/operations.ts";
import { MessengerError } from "../messenger-error.ts";
import type { Sender } from "./carrier.ts";
import { queueForAll, requireAccepted } from "./compose.ts";
import { checkText } from "./text.ts";

interface Parts {
  readonly core: Core;
  readonly sender: Sender;
}

/** Names one message of a chat. */
export interface MessageName {
  readonly account: AccountId;
  readonly id: ContentId;
}

/** The message of that id, our own first. @throws MessengerError MESSAGE_UNKNOWN. */
export async function requireMessage(core: Core, { account, id }: MessageName): Promise<MessageRow> {
  const row = (await core.messages.find(account, "own", id)) ?? (await core.messages.find(account, "their", id));
  if (row !== undefined) return row;
  throw new MessengerError("MESSAGE_UNKNOWN", "there is no such message in this chat");
}

/** Gives an own text other words. @throws MessengerError MESSAGE_NOT_OWN, MESSAGE_DELETED, EDIT_TOO_LATE, EDIT_NOT_TEXT. */
export async function editMessage(parts: Parts, name: MessageName, text: string, id?: ContentId): Promise<MessageRow> {
  checkText(text, "message");
  const make = (head: ContentHead): Content => editContent(head, { target: name.id, text });
  return operate(parts, name, { make, id, kind: "edit" });
}

/** Asks everybody's app to forget an own message. @throws MessengerError MESSAGE_NOT_OWN. */
export async function deleteForEveryone(parts: Parts, name: MessageName, id?: ContentId): Promise<MessageRow> {
  return operate(parts, name, { make: (head) => deletionContent(head, { target: name.id }), id, kind: "delete" });
}

/** Reacts to a message, or takes the reaction back when there is no emoji. @throws MessengerError REACTION_INVALID. */
export async function reactTo(parts: Parts, name: MessageName, emoji: string | undefined): Promise<MessageRow> {
  if (emoji !== undefined && !isEmoji(emoji)) throw new MessengerError("REACTION_INVALID", "a reaction is one emoji");
  const row = await requireMessage(parts.core, name);
  const own = row.marks?.reactions.find((each) => each.by === parts.core.account.id);
  if (own?.emoji === emoji) return row;
  const { isOwn } = row;
  const to = { author: isOwn ? parts.core.account.id : name.account, id: name.id };
  const body = emoji === undefined ? { to } : { to, emoji };
  return operate(parts, name, { make: (head) => reactionContent(head, body), kind: "reaction" });
}

/** Forgets a message on this device only; it never comes back. */
export async function deleteForMe({ core }: Parts, name: MessageName): Promise<void> {
  let committed: Promise<void> = Promise.resolve();
  await core.lock.run(name.account, async () => {
    const row = await requireMessage(core, name);
    const draft = new Draft(core);
    draft.add(...core.messages.forget(row));
    spendAfter(core, draft, row);
    const contact = core.people.contact(name.account);
    if (contact !== undefined && !row.isOwn && !row.isRead && contact.unread > 0) {
      draft.add(core.people.setContact({ ...contact, unread: contact.unread - 1 }));
    }
    draft.tell({
      type: "message.removed",
      removed: { chat: accountToText(name.account), isOwn: row.isOwn, id: name.id },
    });
    committed = draft.commit();
  });
  await committed;
}

interface Plan {
  readonly make: (head: ContentHead) => Content;
  readonly kind: Change["kind"] | "reaction";
  /** Given by a caller that may call twice. */
  readonly id?: ContentId | undefined;
}

/** Applies an operation here and queues it for the other side, in one batch. */
async function operate({ core, sender }: Parts, name: MessageName, plan: Plan): Promise<MessageRow> {
  let committed: Promise<void> = Promise.resolve();
  const row = await core.lock.run(name.account, async () => {
    const before = await requireMessage(core, name);
    const isRepeat = plan.id !== undefined && before.change?.id === plan.id;
    if (isRepeat || (plan.kind === "delete" && before.marks?.isDeleted === true)) return before;
    const contact = requireAccepted(core, name.account);
    const id = plan.id ?? (toHex(core.random(16)) as ContentId);
    const content = plan.make(await nextHead(core, before, id));
    const applied = applyHere(core, before, content);
    const draft = new Draft(core);
    const deliveries = await queueForAll(core, sender.outbox, draft, contact, content);
    const changed: MessageRow =
      plan.kind === "reaction" ? applied : { ...applied, change: { kind: plan.kind, id, deliveries } };
    if (plan.kind !== "reaction") draft.add(core.messages.indexChange(changed, id));
    draft.add(core.messages.update(changed));
    if (plan.kind === "delete") spendAfter(core, draft, before);
    draft.tell({ type: "message.changed", message: await viewMessage(core, changed) });
    committed = draft.commit();
    return changed;
  });
  await committed;
  return row;
}

/** A head newer than all that was done to the message before, also when the clock was set back. */
async function nextHead(core: Core, { chat, marks }: MessageRow, id: ContentId): Promise<ContentHead> {
  const own = marks?.reactions.find((each) => each.by === core.account.id);
  const last = Math.max(marks?.edit?.orderMs ?? 0, own?.orderMs ?? 0);
  const head = await core.messages.nextHead(chat, id, core.clock.nowMs());
  return { ...head, orderMs: Math.max(head.orderMs ?? 0, last + 1) };
}

function applyHere(core: Core, row: MessageRow, content: Content): MessageRow {
  const operation = readOperation(core.account.id, content);
  if (operation === null) throw new TypeError("a content that is no operation");
  const author = row.isOwn ? core.account.id : row.chat;
  const { message, outcome } = applyOperation(core.suite, row, author, operation);
  if (outcome !== "applied") throw refusal(outcome);
  return { ...row, ...message };
}

function refusal(outcome: Exclude<OperationOutcome, "applied">): MessengerError {
  switch (outcome) {
    case "not-own":
      return new MessengerError("MESSAGE_NOT_OWN", "only its author can do this to a message");
    case "deleted":
      return new MessengerError("MESSAGE_DELETED", "this message was deleted");
    case "too-late":
      return new MessengerError("EDIT_TOO_LATE", "a message can be edited for a day", {
        details: { limit: MAX_EDIT_AGE_MS },
      });
    case "not-text":
      return new MessengerError("EDIT_NOT_TEXT", "only an own text can be edited");
    case "superseded":
      return new MessengerError("INTERNAL", "an operation was older than the one before it");
  }
}
