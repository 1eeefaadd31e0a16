/** The places that the index knows messages by, and what stands there: one message of a chat, or all of one moment of a group. */
import type { GroupId, MarkedContent } from "@kith/protocol";
import type { MessageRow } from "../message/message-row.ts";
import { messageText } from "../message/message-view.ts";
import type { IndexedMessage } from "./segment-writer.ts";
import { termKey } from "./term-bytes.ts";
import { wordsOf } from "./words.ts";

/** A place in a chat or a group. */
export type IndexPlace = Pick<IndexedMessage, "chat" | "isOwn" | "orderMs">;

/** What the index reads of a message. */
export type IndexedLine = MarkedContent & Pick<MessageRow, "vanish">;

/** The place of what is said in a group at a time: its members may speak at the same one. */
export function groupPlaceAt(group: GroupId, orderMs: number): IndexPlace {
  return { chat: group, isOwn: false, orderMs };
}

/** The name of a place. */
export function placeKey({ chat, isOwn, orderMs }: IndexPlace): string {
  return `${chat}/${isOwn ? "own" : "their"}/${orderMs}`;
}

/** The words of messages, as they stand in the index; none twice. */
export function termsOf(lines: readonly IndexedLine[]): readonly string[] {
  return [...new Set(lines.flatMap((line) => wordsOf(messageText(line)).map(({ term }) => termKey(term))))];
}
