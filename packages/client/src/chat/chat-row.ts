/** What a person set for a chat on this device, and what they were about to write in it. */
import {
  type AccountId,
  accountId,
  bool,
  type ContentId,
  contentId,
  field,
  MAX_TEXT_BYTES,
  optional,
  record,
  type Shape,
  text,
  uint,
} from "@kith/protocol";

/** The settings of one chat; a chat without any has no row. Times are Unix ms. */
export interface ChatRow {
  readonly account: AccountId;
  readonly pinnedAtMs?: number | undefined;
  readonly archivedAtMs?: number | undefined;
  readonly mutedUntilMs?: number | undefined;
  readonly isMarkedUnread?: boolean | undefined;
  /** The address of this device is kept from this person. */
  readonly hidesAddress?: boolean | undefined;
}

/** A text that was not sent yet. */
export interface DraftRow {
  readonly account: AccountId;
  readonly text: string;
  /** The message it answers. */
  readonly replyTo?: ContentId | undefined;
  /** When it was left like this, Unix ms: in a chat with a timer it vanishes after it. */
  readonly savedAtMs?: number | undefined;
}

/** Bytes of a kept draft: more than can be sent, since people shorten what is too long. */
export const MAX_DRAFT_BYTES: number = 2 * MAX_TEXT_BYTES;

/** Codec shape of a chat's settings. */
export const chatRowShape: Shape<ChatRow> = record<ChatRow>({
  account: field(1, accountId),
  pinnedAtMs: optional(2, uint()),
  archivedAtMs: optional(3, uint()),
  mutedUntilMs: optional(4, uint()),
  isMarkedUnread: optional(5, bool),
  hidesAddress: optional(9, bool),
});

/** Codec shape of a draft. */
export const draftRowShape: Shape<DraftRow> = record<DraftRow>({
  account: field(1, accountId),
  text: field(2, text(MAX_DRAFT_BYTES)),
  replyTo: optional(3, contentId),
  savedAtMs: optional(4, uint()),
});
