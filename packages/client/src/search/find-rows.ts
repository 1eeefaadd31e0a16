/** Answers a query: candidates from the segments and from memory, newest first, each checked against its message. */
import type { SaidRow } from "../group/group-row.ts";
import type { MessageRow } from "../message/message-row.ts";
import { messageText } from "../message/message-view.ts";
import type { ChatId } from "../people/named-chat.ts";
import type { SegmentReader } from "./segment-reader.ts";
import type { NewEntry } from "./segment-shelf.ts";
import type { IndexedMessage } from "./segment-writer.ts";
import { termKey } from "./term-bytes.ts";
import { wordsOf } from "./words.ts";

/** What a search finds: a message of a chat, or what was said in a group. */
export type FoundRow = MessageRow | SaidRow;

/** How far a search looks. */
export interface SearchQuery {
  readonly text: string;
  readonly chat?: ChatId | undefined;
  readonly limit: number;
  /** Only messages before this time, Unix ms. */
  readonly beforeMs?: number | undefined;
}

/** Where to look. */
export interface SearchPlaces {
  readonly fresh: readonly NewEntry[];
  readonly readers: readonly SegmentReader[];
}

/** One source of candidates; goes back in time. */
interface Cursor {
  message: IndexedMessage | null;
  advance(): void;
}

/**
 * The newest messages that have every word of the query, each as the beginning of one of theirs. Those of one millisecond
 * stay together, since the next search begins before it.
 * @param at reads what stands at an indexed place.
 */
export async function findRows(
  at: (message: IndexedMessage) => Promise<readonly FoundRow[]>,
  places: SearchPlaces,
  query: SearchQuery,
): Promise<readonly FoundRow[]> {
  const prefixes = [...new Set(wordsOf(query.text).map(({ term }) => term))];
  if (prefixes.length === 0) return [];
  const keys = prefixes.map(termKey);
  const cursors = [freshCursor(places.fresh, keys), ...places.readers.map((reader) => readerCursor(reader, keys))];
  const rows = new Map<string, FoundRow>();
  let lastMs = 0;
  for (let next = newest(cursors); next?.message != null; next = newest(cursors)) {
    const { message } = next;
    if (rows.size >= query.limit && message.orderMs !== lastMs) break;
    next.advance();
    if (query.chat !== undefined && message.chat !== query.chat) continue;
    if (query.beforeMs !== undefined && message.orderMs >= query.beforeMs) continue;
    for (const row of (await at(message)).filter((each) => hasWords(each, prefixes))) {
      rows.set(nameOf(row), row);
      lastMs = message.orderMs;
    }
  }
  return [...rows.values()];
}

function nameOf(row: FoundRow): string {
  const place = "group" in row ? `${row.group}/${row.author}` : `${row.chat}/${row.isOwn}`;
  return `${place}/${row.content.id}`;
}

function hasWords(row: FoundRow, prefixes: readonly string[]): boolean {
  const terms = wordsOf(messageText(row)).map(({ term }) => term);
  return prefixes.every((prefix) => terms.some((term) => term.startsWith(prefix)));
}

function newest(cursors: readonly Cursor[]): Cursor | null {
  let best: Cursor | null = null;
  for (const cursor of cursors) {
    if (cursor.message !== null && cursor.message.orderMs > (best?.message?.orderMs ?? -1)) best = cursor;
  }
  return best;
}

function freshCursor(fresh: readonly NewEntry[], keys: readonly string[]): Cursor {
  const messages = fresh
    .filter(({ terms }) => keys.every((key) => terms.some((term) => term.startsWith(key))))
    .map(({ message }) => message)
    .sort((a, b) => a.orderMs - b.orderMs);
  return {
    message: messages.pop() ?? null,
    advance() {
      this.message = messages.pop() ?? null;
    },
  };
}

function readerCursor(reader: SegmentReader, keys: readonly string[]): Cursor {
  const marks = keys.map((key) => reader.matches(key));
  let number = reader.size;
  const cursor: Cursor = {
    message: null,
    advance() {
      do number -= 1;
      while (number >= 0 && !marks.every((each) => each[number] === 1));
      this.message = number < 0 ? null : reader.message(number);
    },
  };
  cursor.advance();
  return cursor;
}
