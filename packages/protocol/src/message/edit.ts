/** New words for an own text; the old ones are kept by nobody. */
import { field, record, type Shape, text } from "../codec/schema.ts";
import { type ContentId, contentId } from "../ids.ts";
import { MAX_TEXT_BYTES } from "../limits.ts";
import { CONTENT_KINDS, type Content, type ContentHead, makeContent } from "./content.ts";
import { sayableText } from "./text.ts";

/** What an edit says; the message is one of its sender's own. */
export interface EditBody {
  readonly target: ContentId;
  readonly text: string;
}

/** How long after a message it may be edited, by its sender's clock, in ms. */
export const MAX_EDIT_AGE_MS: number = 24 * 3600 * 1000;

/** Codec shape of an edit's body. */
export const editBody: Shape<EditBody> = record<EditBody>({
  target: field(1, contentId),
  text: field(2, text(MAX_TEXT_BYTES)),
});

/** An edit content. @throws RangeError for a text over `MAX_TEXT_BYTES`. */
export function editContent(head: ContentHead, body: EditBody): Content {
  return makeContent(head, CONTENT_KINDS.edit, editBody, { ...body, text: sayableText(body.text) });
}
