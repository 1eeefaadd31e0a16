/** Names a message: ids are made by senders, so only author and id together are unique. */
import { field, record, type Shape } from "../codec/schema.ts";
import { type AccountId, accountId, type ContentId, contentId } from "../ids.ts";

/** A message of somebody in the same chat. */
export interface MessageRef {
  readonly author: AccountId;
  readonly id: ContentId;
}

/** Codec shape of a message reference. */
export const messageRef: Shape<MessageRef> = record<MessageRef>({
  author: field(1, accountId),
  id: field(2, contentId),
});
