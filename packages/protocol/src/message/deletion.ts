/** Asks the other side's app to forget an own message; it leaves a tombstone. A request, which honest apps honour. */
import { field, record, type Shape } from "../codec/schema.ts";
import { type ContentId, contentId } from "../ids.ts";
import { CONTENT_KINDS, type Content, type ContentHead, makeContent } from "./content.ts";

/** What a deletion says; the message is one of its sender's own. */
export interface DeletionBody {
  readonly target: ContentId;
}

/** Codec shape of a deletion's body. */
export const deletionBody: Shape<DeletionBody> = record<DeletionBody>({ target: field(1, contentId) });

/** A deletion content. */
export function deletionContent(head: ContentHead, body: DeletionBody): Content {
  return makeContent(head, CONTENT_KINDS.delete, deletionBody, body);
}
