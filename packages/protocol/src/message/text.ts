/** Text, the plainest content. */
import { field, flag, optional, record, type Shape, text } from "../codec/schema.ts";
import { MAX_TEXT_BYTES } from "../limits.ts";
import { CONTENT_KINDS, type Content, type ContentHead, makeContent } from "./content.ts";

/** What a text says. */
export interface TextBody {
  readonly text: string;
  /** It was somebody else's before; whose is not said. */
  readonly isForwarded?: true | undefined;
}

/** Codec shape of a text's body. */
export const textBody: Shape<TextBody> = record<TextBody>({
  text: field(1, text(MAX_TEXT_BYTES)),
  isForwarded: optional(2, flag),
});

/** A text as UTF-8 can say it: half a surrogate pair becomes U+FFFD, as in every text encoder. */
export function sayableText(value: string): string {
  return value.replace(/\p{Surrogate}/gu, "\ufffd");
}

/** A text content. @throws RangeError for a text over `MAX_TEXT_BYTES`. */
export function textContent(head: ContentHead, value: string, options: Omit<TextBody, "text"> = {}): Content {
  return makeContent(head, CONTENT_KINDS.text, textBody, { ...options, text: sayableText(value) });
}
