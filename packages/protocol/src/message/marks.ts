/**
 * What operations make of a message. Applying them is commutative and idempotent: every device that knows the same
 * operations shows the same message, in whatever order they came. The newest edit and the newest reaction of a person
 * win, by order and id; a deletion wins over everything.
 * @see docs/spec/06-messages.md (Operations)
 */
import { bytes, field, flag, list, optional, record, type Shape, text, uint } from "../codec/schema.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import { type AccountId, accountId, type ContentId, contentId } from "../ids.ts";
import { type Content, type ContentHead, orderOf } from "./content.ts";
import { type ContentView, viewContent } from "./content-view.ts";
import { MAX_EDIT_AGE_MS } from "./edit.ts";
import { contentHash, replyContent } from "./reply.ts";
import { textContent } from "./text.ts";

/** Which of two operations is newer. */
export interface Stamp {
  readonly orderMs: number;
  readonly id: ContentId;
}

/** One person's reaction; without an emoji it was taken back, and an older one must not return. */
export interface ReactionMark extends Stamp {
  readonly by: AccountId;
  readonly emoji?: string | undefined;
}

/** The newest edit. */
export interface EditMark extends Stamp {
  readonly atMs: number;
}

/** What operations left on a message. */
export interface MessageMarks {
  readonly edit?: EditMark | undefined;
  /** Hash of the content as it was first sent, once the words are gone: replies name it. */
  readonly originalHash?: Uint8Array | undefined;
  readonly isDeleted?: true | undefined;
  /** One a person, sorted by person. */
  readonly reactions: readonly ReactionMark[];
}

/** A message and what operations made of it. */
export interface MarkedContent {
  readonly content: Content;
  readonly marks?: MessageMarks | undefined;
}

/** An operation on a message, with who sent it. */
export interface Operation {
  readonly by: AccountId;
  readonly head: ContentHead;
  readonly view: Extract<ContentView, { readonly type: "edit" | "delete" | "reaction" }>;
}

/** What became of an operation; all but `applied` leave the message as it was. */
export type OperationOutcome = "applied" | "superseded" | "not-own" | "too-late" | "not-text" | "deleted";

/** People whose reactions one message keeps. */
export const MAX_REACTIONS = 64;

const NO_MARKS: MessageMarks = { reactions: [] };
const stampFields = { orderMs: field(1, uint()), id: field(2, contentId) };

/** Codec shape of the marks of a kept message. */
export const messageMarks: Shape<MessageMarks> = record<MessageMarks>({
  edit: optional(1, record<EditMark>({ ...stampFields, atMs: field(3, uint()) })),
  originalHash: optional(2, bytes(32)),
  isDeleted: optional(3, flag),
  reactions: field(
    4,
    list(
      record<ReactionMark>({ ...stampFields, by: field(3, accountId), emoji: optional(4, text(64)) }),
      MAX_REACTIONS,
    ),
  ),
});

/** The message after an operation. @param author who wrote the message. */
export function applyOperation(
  suite: Pick<CryptoSuite, "sha256">,
  message: MarkedContent,
  author: AccountId,
  operation: Operation,
): { readonly message: MarkedContent; readonly outcome: OperationOutcome } {
  const { view, by } = operation;
  if (view.type !== "reaction" && by !== author) return { message, outcome: "not-own" };
  if (message.marks?.isDeleted === true) return { message, outcome: "deleted" };
  switch (view.type) {
    case "edit":
      return applyEdit(suite, message, operation.head, view.text);
    case "delete":
      return { message: tombstone(message.content), outcome: "applied" };
    case "reaction":
      return applyReaction(message, operation, view.emoji);
  }
}

/** The message without its words; nothing that was in it can be read or checked any more. */
function tombstone({ body: _, ...head }: Content): MarkedContent {
  return { content: { ...head, body: new Uint8Array(0) }, marks: { isDeleted: true, reactions: [] } };
}

function applyEdit(
  suite: Pick<CryptoSuite, "sha256">,
  message: MarkedContent,
  head: ContentHead,
  words: string,
): { readonly message: MarkedContent; readonly outcome: OperationOutcome } {
  const { content, marks = NO_MARKS } = message;
  if (head.sentAtMs - content.sentAtMs > MAX_EDIT_AGE_MS) return { message, outcome: "too-late" };
  const edited = withText(content, words);
  if (edited === null) return { message, outcome: "not-text" };
  const edit: EditMark = { ...stampOf(head), atMs: head.sentAtMs };
  if (marks.edit !== undefined && !isNewer(edit, marks.edit)) return { message, outcome: "superseded" };
  const originalHash = marks.originalHash ?? contentHash(suite, content);
  return { message: { content: edited, marks: { ...marks, edit, originalHash } }, outcome: "applied" };
}

/** The same content with other words; null when it has none of its sender's own. */
function withText(content: Content, words: string): Content | null {
  const view = viewContent(content);
  if (!view.ok) return null;
  if (view.value.type === "text") return view.value.isForwarded === true ? null : textContent(content, words);
  if (view.value.type !== "reply") return null;
  const { to, hash } = view.value;
  return replyContent(content, { text: words, to, hash });
}

function applyReaction(
  message: MarkedContent,
  { by, head }: Operation,
  emoji: string | undefined,
): { readonly message: MarkedContent; readonly outcome: OperationOutcome } {
  const { content, marks = NO_MARKS } = message;
  const reaction: ReactionMark = { ...stampOf(head), by, ...(emoji === undefined ? {} : { emoji }) };
  const known = marks.reactions.find((each) => each.by === by);
  if (known !== undefined && !isNewer(reaction, known)) return { message, outcome: "superseded" };
  const others = marks.reactions.filter((each) => each.by !== by);
  if (others.length >= MAX_REACTIONS) return { message, outcome: "superseded" };
  const reactions = [...others, reaction].sort((a, b) => (a.by < b.by ? -1 : 1));
  return { message: { content, marks: { ...marks, reactions } }, outcome: "applied" };
}

function stampOf(head: ContentHead): Stamp {
  return { orderMs: orderOf(head), id: head.id };
}

function isNewer(one: Stamp, other: Stamp): boolean {
  return one.orderMs === other.orderMs ? one.id > other.id : one.orderMs > other.orderMs;
}
