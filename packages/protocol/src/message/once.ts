/**
 * A message to be seen once: a text or a file inside a content of its own kind, so that an app which knows nothing of
 * it shows nothing of it. Once it was seen only the empty form stays.
 * @see docs/spec/06-messages.md (Messages to be seen once)
 */
import { bytes, decodeAs, encodeAs, optional, record, type Shape, uint } from "../codec/schema.ts";
import { CONTENT_KINDS, type Content, MAX_BODY_BYTES, makeBareContent } from "./content.ts";

/** What is inside: both parts, or neither in the empty form. */
export interface OnceBody {
  readonly kind?: number | undefined;
  readonly body?: Uint8Array | undefined;
}

const onceBody: Shape<OnceBody> = record<OnceBody>({
  kind: optional(1, uint(0xffff)),
  body: optional(2, bytes(1, MAX_BODY_BYTES)),
});

/** Bytes of the empty form. */
const EMPTY_BYTES = 1;

/** Wraps a text or a file; nobody shows another kind. What is seen once has no timer besides. */
export function onceContent(inner: Content): Content {
  const { kind, body, vanishAfterMs: _, ...head } = inner;
  return makeBareContent(head, CONTENT_KINDS.once, encodeAs(onceBody, { kind, body }));
}

/** The content without what was inside. */
export function spentContent(content: Content): Content {
  return { ...content, body: encodeAs(onceBody, {}) };
}

/** Whether a content is of this kind and something is still inside. */
export function isUnseenOnce({ kind, body }: Content): boolean {
  return kind === CONTENT_KINDS.once && body.length > EMPTY_BYTES;
}

/** What is inside a body of this kind, without parts in the empty form; null when it cannot be read. */
export function readOnceInner(encoded: Uint8Array): OnceBody | null {
  const read = decodeAs(onceBody, encoded, MAX_BODY_BYTES);
  return read.ok && (read.value.kind === undefined) === (read.value.body === undefined) ? read.value : null;
}
