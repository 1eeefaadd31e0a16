/** What our other devices are told of what happens in groups. */
import { accountToText, type ContentId, type GroupId } from "@kith/protocol";
import type { Core } from "../core.ts";
import type { NewEvent } from "../event-log.ts";
import type { Note } from "./journal.ts";

/** How far a message got that this account said, unless another of its devices sent it: that is the other one's to tell. */
export function notesOfGroup(
  { account, others }: Pick<Core, "account" | "others">,
  { group, author, id }: Extract<NewEvent, { readonly type: "group.message" }>,
): readonly Note[] {
  const isOwn = author === accountToText(account.id);
  if (!isOwn || others.reach?.isSentElsewhere(id as ContentId) !== false) return [];
  return [{ type: "reached", group: group as GroupId, id: id as ContentId }];
}
