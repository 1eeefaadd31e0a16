/** What a person does to messages, in any chat: each change is checked here as the others will check it. */
import {
  type AccountId,
  applyOperation,
  type Content,
  type ContentHead,
  type ContentId,
  deletionContent,
  editContent,
  isEmoji,
  MAX_EDIT_AGE_MS,
  type MarkedContent,
  type MessageMarks,
  type MessageRef,
  type OperationOutcome,
  reactionContent,
} from "@kith/protocol";
import type { Core } from "../core.ts";
import type { Change } from "../message/message-row.ts";
import { readOperation } from "../message/operations.ts";
import { MessengerError } from "../messenger-error.ts";

/** A change that is to be made. */
export interface ChangePlan {
  readonly make: (head: ContentHead) => Content;
  readonly kind: Change["kind"] | "reaction";
  /** Given by a caller that may call twice. */
  readonly id?: ContentId | undefined;
}

/** Other words for an own text, which the caller has measured. */
export function planEdit(target: ContentId, text: string, id: ContentId | undefined): ChangePlan {
  return { make: (head) => editContent(head, { target, text }), kind: "edit", id };
}

/** Asks everybody's app to forget an own message. */
export function planDeletion(target: ContentId, id: ContentId | undefined): ChangePlan {
  return { make: (head) => deletionContent(head, { target }), kind: "delete", id };
}

/** Reacts, or takes the reaction back when there is no emoji. @throws MessengerError REACTION_INVALID. */
export function planReaction(to: MessageRef, emoji: string | undefined): ChangePlan {
  if (emoji !== undefined && !isEmoji(emoji)) throw new MessengerError("REACTION_INVALID", "a reaction is one emoji");
  return { make: (head) => reactionContent(head, emoji === undefined ? { to } : { to, emoji }), kind: "reaction" };
}

/** Whether somebody's reaction to a message is this one, or none, already. */
export function hasReaction(marks: MessageMarks | undefined, by: AccountId, emoji: string | undefined): boolean {
  return marks?.reactions.find((each) => each.by === by)?.emoji === emoji;
}

/** Whether a plan was carried out before. */
export function isCarriedOut(
  { id, kind }: ChangePlan,
  { change, marks }: { readonly change?: Change | undefined; readonly marks?: MessageMarks | undefined },
): boolean {
  const isRepeat = id !== undefined && change?.id === id;
  return isRepeat || (kind === "delete" && marks?.isDeleted === true);
}

/** A head newer than all that was done to the message before, also when the clock was set back. */
export function laterHead(head: ContentHead, marks: MessageMarks | undefined, by: AccountId): ContentHead {
  const own = marks?.reactions.find((each) => each.by === by);
  const last = Math.max(marks?.edit?.orderMs ?? 0, own?.orderMs ?? 0);
  return { ...head, orderMs: Math.max(head.orderMs ?? 0, last + 1) };
}

/** The message after a change of ours. @throws MessengerError MESSAGE_NOT_OWN, MESSAGE_DELETED, EDIT_TOO_LATE, EDIT_NOT_TEXT. */
export function applyOwn<R extends MarkedContent>(
  { account, suite }: Pick<Core, "account" | "suite">,
  row: R,
  author: AccountId,
  content: Content,
): R {
  const operation = readOperation(account.id, content);
  if (operation === null) throw new TypeError("a content that is no operation");
  const { message, outcome } = applyOperation(suite, row, author, operation);
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
