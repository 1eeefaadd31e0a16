/** A reaction to a message: one a person, replaced by the next, taken back by one without an emoji. */
import { field, mapped, optional, record, type Shape, text } from "../codec/schema.ts";
import { utf8Length } from "../codec/utf8.ts";
import { CONTENT_KINDS, type Content, type ContentHead, makeContent } from "./content.ts";
import { type MessageRef, messageRef } from "./message-ref.ts";

/** What a reaction says. */
export interface ReactionBody {
  readonly to: MessageRef;
  /** One emoji; absent takes the reaction back. */
  readonly emoji?: string | undefined;
}

/** One emoji, in UTF-8 bytes: the longest sequence of Unicode 17 has 35. */
const MAX_EMOJI_BYTES = 48;

/** Only what emoji are made of, with at least one that shows: by properties that newer emoji have too. */
const EMOJI_PARTS = /^[\p{Extended_Pictographic}\p{Emoji_Component}]+$/u;
const SHOWN_PART = /\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3/u;

const emojiText: Shape<string> = mapped(
  text(MAX_EMOJI_BYTES),
  (value) => (isEmoji(value) ? value : null),
  (value) => {
    if (!isEmoji(value)) throw new RangeError("a reaction is an emoji");
    return value;
  },
);

/** Codec shape of a reaction's body. */
export const reactionBody: Shape<ReactionBody> = record<ReactionBody>({
  to: field(1, messageRef),
  emoji: optional(2, emojiText),
});

/** Whether a text can be a reaction: made of emoji parts only, and short enough. */
export function isEmoji(value: string): boolean {
  return utf8Length(value) <= MAX_EMOJI_BYTES && EMOJI_PARTS.test(value) && SHOWN_PART.test(value);
}

/** A reaction content. @throws RangeError for what is no emoji. */
export function reactionContent(head: ContentHead, body: ReactionBody): Content {
  return makeContent(head, CONTENT_KINDS.reaction, reactionBody, body);
}
