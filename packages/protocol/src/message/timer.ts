/** How long messages of a chat live from now on; the last word of either side counts, by order and id. */
import { optional, record, type Shape } from "../codec/schema.ts";
import { CONTENT_KINDS, type Content, type ContentHead, makeContent } from "./content.ts";
import { vanishAfter } from "./vanish-after.ts";

/** What a timer says: messages vanish this long after they were sent (own) or read (received), in ms; absent: never. */
export interface TimerBody {
  readonly afterMs?: number | undefined;
}

/** Codec shape of a timer's body. */
export const timerBody: Shape<TimerBody> = record<TimerBody>({ afterMs: optional(1, vanishAfter) });

/** A timer content. @throws RangeError for a time out of bounds. */
export function timerContent(head: ContentHead, body: TimerBody): Content {
  return makeContent(head, CONTENT_KINDS.timer, timerBody, body);
}
