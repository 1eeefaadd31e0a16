/**
 * The conversations in the store: rows in order of time, found again by content id.
 * The newest rows are kept in memory too: their states change a few times within the first second, and a row is found
 * as soon as it is put, also while its commit is still under way.
 */
import { type AccountId, type ContentId, contentId, field, record, type Shape, uint } from "@kith/protocol";
import type { People } from "../people/people.ts";
import type { Store, StoreChange } from "../ports.ts";
import { createTable, KEY_END, type Table } from "../store/table.ts";
import { type MessageRow, messageRowShape } from "./message-row.ts";

interface IndexRow {
  readonly orderMs: number;
  readonly id: ContentId;
}

const indexShape: Shape<IndexRow> = record<IndexRow>({ orderMs: field(1, uint()), id: field(2, contentId) });

/** Digits of the time in row keys: enough until the year 5138. */
const TIME_DIGITS = 14;

/** Rows kept in memory: more than one contact's device may have unconfirmed. */
const MAX_RECENT = 512;

/** Rows looked at together when the last own message is searched. */
const LOOK_BACK = 100;

/** Which side wrote the message; the same content id from both sides names two messages. */
type Side = "own" | "their";

/** All messages of one account. */
export class MessageLog {
  readonly #people: People;
  readonly #rows: Table<MessageRow>;
  readonly #index: Table<IndexRow>;
  readonly #recent = new Map<string, MessageRow>();
  readonly #lastSentMs = new Map<AccountId, number>();

  constructor(store: Store, people: People) {
    this.#people = people;
    this.#rows = createTable(store, "message", messageRowShape);
    this.#index = createTable(store, "message-index", indexShape);
  }

  /**
   * The time an own message carries: `nowMs`, or the next after the last one, so that times of one sender have no ties
   * and never go back, not even over a restart or when the clock is set. Readers sort by it.
   */
  async nextSentAtMs(chat: AccountId, nowMs: number): Promise<number> {
    const last = this.#lastSentMs.get(chat) ?? (await this.#findLastSentMs(chat));
    const sentAtMs = Math.max(nowMs, last + 1);
    this.#lastSentMs.set(chat, sentAtMs);
    return sentAtMs;
  }

  async #findLastSentMs(chat: AccountId): Promise<number> {
    let page = await this.list(chat, LOOK_BACK);
    for (;;) {
      const last = page.findLast((row) => row.isOwn);
      const [first] = page;
      if (last !== undefined || first === undefined) return last?.content.sentAtMs ?? 0;
      page = await this.list(chat, LOOK_BACK, first);
    }
  }

  /** The changes that write a row, new or changed. */
  put(row: MessageRow): readonly StoreChange[] {
    const { chat, content, orderMs } = row;
    const indexKey = this.#indexKey(chat, sideOf(row), content.id);
    return [this.update(row), this.#index.put(indexKey, { orderMs, id: content.id })];
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
    return index && this.#rows.get(this.#rowKey(chat, index.orderMs, id));
  }

  /** At most `limit` rows before row `before` (default: the end), oldest first. */
  async list(chat: AccountId, limit: number, before?: MessageRow): Promise<readonly MessageRow[]> {
    const prefix = `${this.#people.chatKey(chat)}/`;
    const end = before === undefined ? prefix + KEY_END : this.#rowKey(chat, before.orderMs, before.content.id);
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
    return [...rows.map(({ key }) => this.#rows.remove(key)), ...index.map(({ key }) => this.#index.remove(key))];
  }

  #remember(row: MessageRow): void {
    const key = this.#indexKey(row.chat, sideOf(row), row.content.id);
    this.#recent.delete(key);
    this.#recent.set(key, row);
    const oldest = this.#recent.size > MAX_RECENT ? this.#recent.keys().next().value : undefined;
    if (oldest !== undefined) this.#recent.delete(oldest);
  }

  #rowKey(chat: AccountId, orderMs: number, id: ContentId): string {
    return `${this.#people.chatKey(chat)}/${String(orderMs).padStart(TIME_DIGITS, "0")}/${id}`;
  }

  #indexKey(chat: AccountId, side: Side, id: ContentId): string {
    return `${this.#people.chatKey(chat)}/${side}/${id}`;
  }
}

function sideOf(row: MessageRow): Side {
  return row.isOwn ? "own" : "their";
}
