/** One person names another to a third: which account, how far its chain was known, and the handle that was seen proven. */
import { writtenHandleShape } from "../account/handle.ts";
import { field, optional, record, type Shape } from "../codec/schema.ts";
import { type AccountId, accountId } from "../ids.ts";
import { CONTENT_KINDS, type Content, type ContentHead, makeContent } from "./content.ts";
import { type HeadHint, headHint } from "./payload.ts";

/** Who is introduced, as the sender knows them. */
export interface IntroductionBody {
  readonly account: AccountId;
  /** The newest head of the account's chain that the sender believes. */
  readonly head: HeadHint;
  /** As written by its owner; only when the sender checked it. */
  readonly handle?: string | undefined;
}

/** Codec shape of an introduction's body. */
export const introductionBody: Shape<IntroductionBody> = record<IntroductionBody>({
  account: field(1, accountId),
  head: field(2, headHint),
  handle: optional(3, writtenHandleShape),
});

/** A content that introduces somebody. @throws RangeError for what is no handle, and a hash that has not 16 bytes. */
export function introductionContent(head: ContentHead, body: IntroductionBody): Content {
  return makeContent(head, CONTENT_KINDS.introduction, introductionBody, body);
}
