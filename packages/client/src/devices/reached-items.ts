/** What is told of several messages of one group, in as few items as hold it. */
import { type GroupId, MAX_SYNC_REACHED, type ReachedMessage, type SyncItem } from "@kith/protocol";
import type { Core } from "../core.ts";
import { piecesOf } from "../pieces.ts";
import type { Note } from "./journal.ts";

/** How far a message to a group got that was sent here; null when that is not to be told. */
export async function reachedItem(
  { others }: Pick<Core, "others">,
  { group, id }: Extract<Note, { readonly type: "reached" }>,
): Promise<SyncItem | null> {
  const message = (await others.reach?.of(group, id)) ?? null;
  return message && { type: "reached", group, messages: [message] };
}

/** The same with the words about messages of groups put together, at the end: each such item is a content of its own. */
export function joinReached(items: readonly SyncItem[]): readonly SyncItem[] {
  const byGroup = new Map<GroupId, ReachedMessage[]>();
  const others: SyncItem[] = [];
  for (const item of items) {
    if (item.type !== "reached") others.push(item);
    else byGroup.set(item.group, [...(byGroup.get(item.group) ?? []), ...item.messages]);
  }
  const joined = [...byGroup].flatMap(([group, messages]) => {
    return piecesOf(messages, MAX_SYNC_REACHED).map((piece): SyncItem => ({ type: "reached", group, messages: piece }));
  });
  return [...others, ...joined];
}
