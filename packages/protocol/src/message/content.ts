/**
 * What people say to each other. Kinds are numbers, so that a device keeps and labels what it does not understand yet.
 * Each kind has its file: its body's shape, how one is made and what it means; `content-view.ts` reads them all.
 * @see docs/spec/06-messages.md (Content)
 */
import { bytes, encodeAs, field, mapped, optional, record, type Shape, uint } from "../codec/schema.ts";
import { type ContentId, contentId } from "../ids.ts";
import { MAX_TEXT_BYTES } from "../limits.ts";
import { vanishAfter } from "./vanish-after.ts";

/** Numbers of the content kinds; those without a reader are reserved. */
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
  profile: 12,
  once: 13,
  /** Between the devices of one account. */
  sync: 14,
  /** Never travels: a line that the reader writes. */
  deviceChange: 15,
} as const;

/** What every content has, whatever its kind. */
export interface ContentHead {
  readonly id: ContentId;
  /** The sender's clock, Unix ms. */
  readonly sentAtMs: number;
  /** Its place in the chat, when what the sender had seen comes later than `sentAtMs`. */
  readonly orderMs?: number | undefined;
  /** It vanishes this long after it was sent (for its sender) or read (for its reader), in ms. */
  readonly vanishAfterMs?: number | undefined;
}

/** One durable content as it travels. */
export interface Content extends ContentHead {
  readonly kind: number;
  /** Canonical CBOR of the kind's shape. */
  readonly body: Uint8Array;
}

/** One body, in bytes: the longest text and what may stand beside it, also where it is told to an own device. */
export const MAX_BODY_BYTES: number = MAX_TEXT_BYTES + 1536;

const contentRecord: Shape<Content> = record<Content>({
  id: field(1, contentId),
  sentAtMs: field(2, uint()),
  kind: field(3, uint(0xffff)),
  body: field(4, bytes(0, MAX_BODY_BYTES)),
  orderMs: optional(5, uint()),
  vanishAfterMs: optional(6, vanishAfter),
});

/** Codec shape of a content. */
export const contentShape: Shape<Content> = mapped(
  contentRecord,
  (content) => (hasOneForm(content) ? content : null),
  (content) => {
    if (!hasOneForm(content)) throw new RangeError("a content's place is later than its time, or left out");
    return content;
  },
);

function hasOneForm({ sentAtMs, orderMs }: Content): boolean {
  return orderMs === undefined || orderMs > sentAtMs;
}

/** Where a content stands in its chat: by this number, then by id. */
export function orderOf({ sentAtMs, orderMs }: ContentHead): number {
  return orderMs ?? sentAtMs;
}

/** A content of one kind. @throws RangeError when the body breaks a bound of its shape. */
export function makeContent<B>(head: ContentHead, kind: number, shape: Shape<B>, body: B): Content {
  return makeBareContent(head, kind, encodeAs(shape, body));
}

/** A content whose body is encoded already. */
export function makeBareContent(head: ContentHead, kind: number, body: Uint8Array): Content {
  const { id, sentAtMs, orderMs, vanishAfterMs } = head;
  return {
    id,
    sentAtMs,
    ...(orderMs === undefined || orderMs <= sentAtMs ? {} : { orderMs }),
    ...(vanishAfterMs === undefined ? {} : { vanishAfterMs }),
    kind,
    body,
  };
}
