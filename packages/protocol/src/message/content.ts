/**
 * What people say to each other. Kinds are numbers, so that a device keeps and labels what it does not understand yet.
 * @see docs/spec/06-messages.md (Content)
 */
import { bytes, type DecodeError, decodeAs, encodeAs, field, record, type Shape, text, uint } from "../codec/schema.ts";
import { type ContentId, contentId } from "../ids.ts";
import { MAX_TEXT_BYTES } from "../limits.ts";
import { ok, type Result } from "../result.ts";

/** Numbers of the content kinds; those without a reader here are reserved. */
export const CONTENT_KINDS = {
  text: 1,
  reply: 2,
  edit: 3,
  delete: 4,
  reaction: 5,
  timer: 6,
  voice: 7,
  file: 8,
  introduction: 9,
  group: 10,
  call: 11,
} as const;

/** One durable content as it travels. */
export interface Content {
  readonly id: ContentId;
  /** The sender's clock, Unix ms. */
  readonly sentAtMs: number;
  readonly kind: number;
  /** Canonical CBOR of the kind's shape. */
  readonly body: Uint8Array;
}

/** A content as this version understands it. */
export type ContentView = { readonly type: "text"; readonly text: string } | { readonly type: "unsupported" };

const MAX_BODY_BYTES: number = MAX_TEXT_BYTES + 64;

/** Codec shape of a content. */
export const contentShape: Shape<Content> = record<Content>({
  id: field(1, contentId),
  sentAtMs: field(2, uint()),
  kind: field(3, uint(0xffff)),
  body: field(4, bytes(0, MAX_BODY_BYTES)),
});

const textBody: Shape<{ readonly text: string }> = record<{ readonly text: string }>({
  text: field(1, text(MAX_TEXT_BYTES)),
});

/**
 * A text content; half a surrogate pair, which UTF-8 cannot say, becomes U+FFFD as in every text encoder.
 * @throws RangeError for a text over `MAX_TEXT_BYTES`.
 */
export function textContent(id: ContentId, sentAtMs: number, value: string): Content {
  const body = encodeAs(textBody, { text: value.replace(/\p{Surrogate}/gu, "\ufffd") });
  return { id, sentAtMs, kind: CONTENT_KINDS.text, body };
}

/** Reads a content; kinds of newer versions come back as `unsupported`, never as an error. */
export function viewContent(content: Content): Result<ContentView, DecodeError> {
  if (content.kind !== CONTENT_KINDS.text) return ok({ type: "unsupported" });
  const body = decodeAs(textBody, content.body, MAX_BODY_BYTES);
  return body.ok ? ok({ type: "text", text: body.value.text }) : body;
}
