/**
 * The lines of all groups in the store, in order of time, found again by author and content. Deliveries to several
 * people change one row side by side: each change builds on the newest value, and what is written is the newest then.
 */
import {
  type AccountId,
  type ContentId,
  contentId,
  field,
  type GroupId,
  groupId,
  record,
  type Shape,
  toHex,
  uint,
} from "@kith/protocol";
import type { Core } from "../core.ts";
import type { StoreChange } from "../ports.ts";
import { createTable, KEY_END, type Table } from "../store/table.ts";
import type { GroupBook } from "./group-book.ts";
import { type GroupMessageRow, groupMessageRowShape } from "./group-row.ts";
import { lateRow } from "./late-row.ts";

/** Where a message is found by its author and id. */
interface IndexRow {
  readonly group: GroupId;
  readonly orderMs: number;
  readonly id: ContentId;
}

export const groupIndexShape: Shape<IndexRow> = record<IndexRow>({
  group: field(1, groupId),
  orderMs: field(2, uint()),
  id: field(3, contentId),
});

const TIME_DIGITS = 14;

/** Lines looked at for one that is named, and at one time. */
const MAX_LOOKED_AT = 10_000;
const PAGE = 500;

/** Rows kept in memory: those whose deliveries still change. */
const MAX_RECENT = 512;

const NAME_PREFIX = "group-name/";
const NOTHING = new Uint8Array(0);

/** All messages in groups of one account. */
export class GroupMessages {
  readonly #core: Core;
  readonly #book: GroupBook;
  readonly #rows: Table<GroupMessageRow>;
  readonly #index: Table<IndexRow>;
  readonly #recent = new Map<string, GroupMessageRow>();
  readonly #lastOrderMs = new Map<GroupId, number>();
  readonly #names = new Set<string>();

  constructor(core: Core, book: GroupBook) {
    this.#core = core;
    this.#book = book;
    this.#rows = createTable(core.store, "group-message", groupMessageRowShape);
    this.#index = createTable(core.store, "group-index", groupIndexShape);
  }

  /** A place after everything that is in the group here. */
  async nextOrder(group: GroupId): Promise<number> {
    const last = this.#lastOrderMs.get(group) ?? (await this.list(group, 1)).at(-1)?.orderMs ?? 0;
    return Math.max(this.#core.clock.nowMs(), last + 1);
  }

  /** The same for a line that needs no more than to stand after what was there in this run. */
  takeOrder(group: GroupId): number {
    return Math.max(this.#core.clock.nowMs(), (this.#lastOrderMs.get(group) ?? 0) + 1);
  }

  /** The changes that write a new line. */
  put(row: GroupMessageRow): readonly StoreChange[] {
    const { group, author, orderMs, content } = row;
    this.#lastOrderMs.set(group, Math.max(orderMs, this.#lastOrderMs.get(group) ?? 0));
    const change = this.#write(row);
    if (content === undefined) return [change];
    return [change, this.#index.put(this.#indexKey(author, content.id), { group, orderMs, id: content.id })];
  }

  /** The change that makes something else of a line, from its newest value. */
  change(row: GroupMessageRow, make: (newest: GroupMessageRow) => GroupMessageRow): StoreChange {
    return this.#write(make(this.#recent.get(this.#rowKey(row)) ?? row));
  }

  /** The newest value of a line. */
  newest(row: GroupMessageRow): GroupMessageRow {
    return this.#recent.get(this.#rowKey(row)) ?? row;
  }

  async find(author: AccountId, id: ContentId): Promise<GroupMessageRow | undefined> {
    const index = await this.#index.get(this.#indexKey(author, id));
    if (index === undefined) return this.#recentOf(author, id);
    const key = groupLineKey(this.#book.key(index.group), index.orderMs, id);
    return this.#recent.get(key) ?? this.#rows.get(key);
  }

  /** A line of a group by the id of its content or operation, among the newest. */
  async findLine(group: GroupId, id: string): Promise<GroupMessageRow | undefined> {
    let before: GroupMessageRow | undefined;
    for (let looked = 0; looked < MAX_LOOKED_AT; looked += PAGE) {
      const rows = await this.list(group, PAGE, before);
      const found = rows.find((row) => (row.content?.id ?? row.operation) === id);
      if (found !== undefined || rows.length < PAGE) return found;
      before = rows[0];
    }
    return undefined;
  }

  /** At most `limit` lines before another (default: the end), oldest first. */
  async list(group: GroupId, limit: number, before?: GroupMessageRow): Promise<readonly GroupMessageRow[]> {
    const prefix = `${this.#book.key(group)}/`;
    const end = before === undefined ? prefix + KEY_END : this.#rowKey(before);
    const rows = await this.#rows.range(prefix, end, { limit, reverse: true });
    return rows.map(({ value }) => this.newest(value)).reverse();
  }

  /** Whether a message of this name has come. */
  async hasName(group: GroupId, name: Uint8Array): Promise<boolean> {
    const key = this.#nameKey(group, name);
    return this.#names.has(key) || (await this.#core.store.get(key)) !== undefined;
  }

  addName(group: GroupId, name: Uint8Array): StoreChange {
    const key = this.#nameKey(group, name);
    this.#names.add(key);
    return { key, value: NOTHING };
  }

  #recentOf(author: AccountId, id: ContentId): GroupMessageRow | undefined {
    return [...this.#recent.values()].find((row) => row.author === author && row.content?.id === id);
  }

  #write(row: GroupMessageRow): StoreChange {
    const key = this.#rowKey(row);
    this.#recent.delete(key);
    this.#recent.set(key, row);
    const oldest = this.#recent.size > MAX_RECENT ? this.#recent.keys().next().value : undefined;
    if (oldest !== undefined) this.#recent.delete(oldest);
    return lateRow(this.#rows, key, () => this.#recent.get(key) ?? row);
  }

  #rowKey(row: GroupMessageRow): string {
    return groupLineKey(this.#book.key(row.group), row.orderMs, row.content?.id ?? row.operation ?? "");
  }

  #indexKey(author: AccountId, id: ContentId): string {
    return `${this.#core.people.chatKey(author)}/${id}`;
  }

  #nameKey(group: GroupId, name: Uint8Array): string {
    return `${NAME_PREFIX}${this.#book.key(group)}/${toHex(name)}`;
  }
}

/** The name of a line in the table of lines. @param groupKey the hidden name of its group. */
export function groupLineKey(groupKey: string, orderMs: number, id: string): string {
  return `${groupKey}/${String(orderMs).padStart(TIME_DIGITS, "0")}/${id}`;
}
