/** The conversations in the store: rows in order of time, found again by content id. */
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

/** Which side wrote the message; the same content id from both sides names two messages. */
type Side = "own" | "their";

/** All messages of one account. */
export class MessageLog {
  readonly #people: People;
  readonly #rows: Table<MessageRow>;
  readonly #index: Table<IndexRow>;

  constructor(store: Store, people: People) {
    this.#people = people;
    this.#rows = createTable(store, "message", messageRowShape);
    this.#index = createTable(store, "message-index", indexShape);
  }

  /** The changes that write a row, new or changed. */
  put(row: MessageRow): readonly StoreChange[] {
    const { chat, content, orderMs } = row;
    const key = this.#rowKey(chat, orderMs, content.id);
    return [
      this.#rows.put(key, row),
      this.#index.put(this.#indexKey(chat, sideOf(row), content.id), { orderMs, id: content.id }),
    ];
  }

  /** The change that writes a row that exists, when only its deliveries or marks changed. */
  update(row: MessageRow): StoreChange {
    return this.#rows.put(this.#rowKey(row.chat, row.orderMs, row.content.id), row);
  }

  async find(chat: AccountId, side: Side, id: ContentId): Promise<MessageRow | undefined> {
    const index = await this.#index.get(this.#indexKey(chat, side, id));
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
    return [...rows.map(({ key }) => this.#rows.remove(key)), ...index.map(({ key }) => this.#index.remove(key))];
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
