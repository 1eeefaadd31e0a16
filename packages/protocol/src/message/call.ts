/** What stays of a call in the chat: one entry, written by the caller's device under the id of the call. */
import type { CallEntry, CallOutcome } from "../call/call.ts";
import { field, flag, mapped, oneOf, optional, record, type Shape, uint } from "../codec/schema.ts";
import { CONTENT_KINDS, type Content, type ContentHead, makeContent } from "./content.ts";

interface EntryFields {
  readonly outcome: CallOutcome;
  readonly video?: true | undefined;
  readonly durationMs?: number | undefined;
}

/** The longest call that is told, in ms: a week. */
const MAX_DURATION_MS = 7 * 24 * 3600 * 1000;

const entryFields: Shape<EntryFields> = record<EntryFields>({
  outcome: field(1, oneOf<CallOutcome>({ answered: 0, missed: 1, declined: 2, busy: 3, failed: 4 })),
  video: optional(2, flag),
  durationMs: optional(3, uint(MAX_DURATION_MS)),
});

/** Codec shape of an entry: answered calls have a duration, others none. */
export const callBody: Shape<CallEntry> = mapped(
  entryFields,
  ({ outcome, video, durationMs }) =>
    (outcome === "answered") === (durationMs !== undefined)
      ? { isVideo: video === true, outcome, ...(durationMs === undefined ? {} : { durationMs }) }
      : null,
  ({ isVideo, outcome, durationMs }) => ({
    outcome,
    ...(isVideo ? { video: true as const } : {}),
    ...(durationMs === undefined ? {} : { durationMs: Math.min(durationMs, MAX_DURATION_MS) }),
  }),
);

/** A content that enters a call. */
export function callContent(head: ContentHead, entry: CallEntry): Content {
  return makeContent(head, CONTENT_KINDS.call, callBody, entry);
}
