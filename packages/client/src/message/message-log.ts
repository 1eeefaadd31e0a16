/**
 * The conversations in the store: rows in order of time, found again by content id.
 * The newest rows are kept in memory too: their states change a few times within the first second, and a row is found
 * as soon as it is put, also while its commit is still under way.
 */
import {
  type AccountId,
  type ContentHead,
  type ContentId,
  contentId,
  field,
  record,
  type Shape,
  uint,
} from "@kith/protocol";
import type { People } from "../people/people.ts";
import type { Store, StoreChange } from "../ports.ts";
import { createTable, KEY_END, type Table } from "../store/table.ts";
import type { DueList, DueMessage } from "../vanish/due-list.ts";
import type { VanishParts } from "../vanish/vanish-parts.ts";
import { type MessageRow, messageRowShape, type VanishMark } from "./message-row.ts";

/** Where a message is found by its id. */
interface IndexRow {
  readonly orderMs: number;
  readonly id: ContentId;
}

/** Codec shape of that row. */
export const messageIndexShape: Shape<IndexRow> = record<IndexRow>({
  orderMs: field(1, uint()),
  id: field(2, contentId),
});

/** Digits of the time in row keys: enough until the year 5138. */
const TIME_DIGITS = 14;

/** Rows kept in memory: more than one contact's device may have unconfirmed. */
const MAX_RECENT = 512;

/** Which side wrote the message; the same content id from both sides names two messages. */
export type Side = "own" | "their";

/** All messages of one account. */
export class MessageLog {
  readonly #people: People;
  readonly #due: DueList;
  readonly #rows: Table<MessageRow>;
  readonly #index: Table<IndexRow>;
  readonly #recent = new Map<string, MessageRow>();
  /** The last place taken in a chat, known once an own content needed one. */
  readonly #lastOrderMs = new Map<AccountId, number>();

  /** @param vanish seals the rows of vanishing messages and lists them. */
  constructor(store: Store, people: People, vanish: Pick<VanishParts, "due" | "messageKeys">) {
    this.#people = people;
    this.#due = vanish.due;
    const guard = vanish.messageKeys.guard<MessageRow>(({ chat }) => people.chatKey(chat));
    this.#rows = createTable(store, "message", messageRowShape, guard);
    this.#index = createTable(store, "message-index", messageIndexShape);
  }

  /**
   * The head of an own content: the time of this device, and a place after everything this device has seen in the chat,
   * not even a restart or a clock that is set back changes that. All devices sort by it, so an answer stands after what
   * it answers everywhere.
   */
  async nextHead(chat: AccountId, id: ContentId, nowMs: number): Promise<ContentHead> {
    const last = this.#lastOrderMs.get(chat) ?? (await this.list(chat, 1)).at(-1)?.orderMs ?? 0;
    const orderMs = Math.max(nowMs, last + 1);
    this.#lastOrderMs.set(chat, orderMs);
    return { id, sentAtMs: nowMs, orderMs };
  }

  /** The changes that write a row, new or changed. */
  put(row: MessageRow): readonly StoreChange[] {
    const { chat, content, orderMs } = row;
    const last = this.#lastOrderMs.get(chat);
    if (last !== undefined && orderMs > last) this.#lastOrderMs.set(chat, orderMs);
    const indexKey = this.#indexKey(chat, sideOf(row), content.id);
    return [
      this.update(row),
      this.#index.put(indexKey, { orderMs, id: content.id }),
      ...this.#due.add(dueOf(row), row.vanish),
    ];
  }

  /** The change that writes a row that exists, when only its deliveries or marks changed. */
  update(row: MessageRow): StoreChange {
    this.#remember(row);
    return this.#rows.putLate(this.#rowKey(row.chat, row.orderMs, row.content.id), row);
  }

  async find(chat: AccountId, side: Side, id: ContentId): Promise<MessageRow | undefined> {
    const indexKey = this.#indexKey(chat, side, id);
    const recent = this.#recent.get(indexKey);
    if (recent !== undefined) return recent;
    const index = await this.#index.get(indexKey);
    if (index === undefined) return undefined;
    return index.id === id ? this.#rows.get(this.#rowKey(chat, index.orderMs, id)) : this.find(chat, side, index.id);
  }

  /** The row of a message that changed a short while ago. */
  recent(chat: AccountId, side: Side, id: ContentId): MessageRow | undefined {
    return this.#recent.get(this.#indexKey(chat, side, id));
  }

  /** Whether a message is or was here: one that was forgotten must not come back with a copy of its mail. */
  async isKnown(chat: AccountId, side: Side, id: ContentId): Promise<boolean> {
    const indexKey = this.#indexKey(chat, side, id);
    return this.#recent.has(indexKey) || (await this.#index.get(indexKey)) !== undefined;
  }

  /** The change that finds an own message again by the id of what changed it. */
  indexChange({ chat, content, orderMs }: MessageRow, changeId: ContentId): StoreChange {
    return this.#index.put(this.#indexKey(chat, "own", changeId), { orderMs, id: content.id });
  }

  /** The changes that give a row another end, or its first. */
  vanishBy(row: MessageRow, vanish: VanishMark): readonly StoreChange[] {
    const changed = { ...row, vanish };
    return [
      ...this.#due.remove(dueOf(row), row.vanish),
      this.update(changed),
      ...this.#due.add(dueOf(changed), vanish),
    ];
  }

  /** The changes that forget a message on this device and remember only that it was there. */
  forget(row: MessageRow): readonly StoreChange[] {
    this.#recent.delete(this.#indexKey(row.chat, sideOf(row), row.content.id));
    return [
      this.#rows.remove(this.#rowKey(row.chat, row.orderMs, row.content.id)),
      ...this.#due.remove(dueOf(row), row.vanish),
    ];
  }

  /** The change that keeps a message out that has not come: it was forgotten on another device of ours. */
  forgetUnseen(chat: AccountId, side: Side, id: ContentId): StoreChange {
    return this.#index.put(this.#indexKey(chat, side, id), { orderMs: 0, id });
  }

  /** The row of one side at a place in the chat. */
  async at(chat: AccountId, side: Side, orderMs: number): Promise<MessageRow | undefined> {
    const start = `${this.#people.chatKey(chat)}/${String(orderMs).padStart(TIME_DIGITS, "0")}/`;
    const rows = await this.#rows.range(start, start + KEY_END, {});
    return rows.map((row) => row.value).find((row) => sideOf(row) === side);
  }

  /** At most `limit` rows before row `before` (default: the end), oldest first. */
  list(chat: AccountId, limit: number, before?: MessageRow): Promise<readonly MessageRow[]> {
    return this.listBefore(chat, limit, before && { orderMs: before.orderMs, id: before.content.id });
  }

  /** The same for the place of a row that may be gone. */
  async listBefore(chat: AccountId, limit: number, before?: IndexRow): Promise<readonly MessageRow[]> {
    const prefix = `${this.#people.chatKey(chat)}/`;
    const end = before === undefined ? prefix + KEY_END : this.#rowKey(chat, before.orderMs, before.id);
    const rows = await this.#rows.range(prefix, end, { limit, reverse: true });
    return rows.map((row) => row.value).reverse();
  }

  /** The newest received rows that nobody has read, newest first. */
  async unread(chat: AccountId, limit: number): Promise<readonly MessageRow[]> {
    const prefix = `${this.#people.chatKey(chat)}/`;
    const rows = await this.#rows.range(prefix, prefix + KEY_END, { limit, reverse: true });
    return rows.map((row) => row.value).filter((row) => !row.isOwn && !row.isRead);
  }

  /** The changes that delete a whole conversation. */
  async remove(chat: AccountId): Promise<readonly StoreChange[]> {
    const prefix = `${this.#people.chatKey(chat)}/`;
    const [rows, index] = await Promise.all([this.#rows.list(prefix), this.#index.list(prefix)]);
    for (const [key, row] of this.#recent) if (row.chat === chat) this.#recent.delete(key);
    return [
      ...rows.flatMap(({ key, value }) => [this.#rows.remove(key), ...this.#due.remove(dueOf(value), value.vanish)]),
      ...index.map(({ key }) => this.#index.remove(key)),
    ];
  }

  #remember(row: MessageRow): void {
    const key = this.#indexKey(row.chat, sideOf(row), row.content.id);
    this.#recent.delete(key);
    this.#recent.set(key, row);
    const oldest = this.#recent.size > MAX_RECENT ? this.#recent.keys().next().value : undefined;
    if (oldest !== undefined) this.#recent.delete(oldest);
  }

  #rowKey(chat: AccountId, orderMs: number, id: ContentId): string {
    return messageRowKey(this.#people.chatKey(chat), orderMs, id);
  }

  #indexKey(chat: AccountId, side: Side, id: ContentId): string {
    return messageIndexKey(this.#people.chatKey(chat), side, id);
  }
}

/** The key of a message row. */
export function messageRowKey(chatKey: string, orderMs: number, id: ContentId): string {
  return `${chatKey}/${String(orderMs).padStart(TIME_DIGITS, "0")}/${id}`;
}

/** The key under which a message is found by its id. */
export function messageIndexKey(chatKey: string, side: Side, id: ContentId): string {
  return `${chatKey}/${side}/${id}`;
}

/** A message as the list of what vanishes names it. */
export function dueOf({ chat, isOwn, content }: MessageRow): DueMessage {
  return { chat, isOwn, id: content.id };
}

function sideOf(row: MessageRow): Side {
  return row.isOwn ? "own" : "their";
}
