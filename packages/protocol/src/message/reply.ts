/**
 * A text that answers another message. It names the original by its hash and quotes no words of it: the reader shows
 * its own copy, so nobody can put words into another's mouth, and a deleted message leaves no copy behind.
 */
import { bytes, encodeAs, field, record, type Shape, text } from "../codec/schema.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import { MAX_TEXT_BYTES } from "../limits.ts";
import { CONTENT_KINDS, type Content, type ContentHead, contentShape, makeContent } from "./content.ts";
import { type MessageRef, messageRef } from "./message-ref.ts";
import { sayableText } from "./text.ts";

/** What a reply says. */
export interface ReplyBody {
  readonly text: string;
  readonly to: MessageRef;
  /** `contentHash` of the original as it was first sent. */
  readonly hash: Uint8Array;
}

/** Codec shape of a reply's body. */
export const replyBody: Shape<ReplyBody> = record<ReplyBody>({
  text: field(1, text(MAX_TEXT_BYTES)),
  to: field(2, messageRef),
  hash: field(3, bytes(32)),
});

/** A reply content. @throws RangeError for a text over `MAX_TEXT_BYTES`. */
export function replyContent(head: ContentHead, body: ReplyBody): Content {
  return makeContent(head, CONTENT_KINDS.reply, replyBody, { ...body, text: sayableText(body.text) });
}

/** What a reply names its original by: SHA-256 of the content as it was first sent. */
export function contentHash(suite: Pick<CryptoSuite, "sha256">, content: Content): Uint8Array {
  return suite.sha256(encodeAs(contentShape, content));
}
