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
import { createTable, KEY_END, lateRow, type Table } from "../store/table.ts";
import type { DueMessage } from "../vanish/due-list.ts";
import { EarlyReach } from "./early-reach.ts";
import { GroupBatches } from "./group-batches.ts";
import type { GroupBook } from "./group-book.ts";
import { type GroupMessageRow, groupMessageRowShape, isSaid, type SaidRow } from "./group-row.ts";

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

/** Lines of one place that are looked at: as many may speak in the same millisecond. */
const MAX_AT_ONCE = 256;

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
  /** Keys of the recent lines, by their author and the ids of their content and of its last change. */
  readonly #recentKeys = new Map<string, string>();
  readonly batches: GroupBatches;
  readonly early: EarlyReach;

  constructor(core: Core, book: GroupBook) {
    this.#core = core;
    this.#book = book;
    this.batches = new GroupBatches(core);
    this.early = new EarlyReach(core);
    const guard = core.vanish.messageKeys.guard<GroupMessageRow>(({ group }) => book.key(group));
    this.#rows = createTable(core.store, "group-message", groupMessageRowShape, guard);
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
    const index = this.#index.put(this.#indexKey(author, content.id), { group, orderMs, id: content.id });
    return [change, index, ...this.#core.vanish.due.add(this.#dueOf({ ...row, content }), row.vanish)];
  }

  /** The change that makes something else of a line, from its newest value. */
  change<R extends GroupMessageRow>(row: R, make: (newest: R) => R): StoreChange {
    const newest = this.newest(row);
    return this.#write(newest.isForgotten === true ? newest : make(newest));
  }

  /** The changes that forget a line on this device and remember only that it was there. */
  forget(row: SaidRow): readonly StoreChange[] {
    this.#markForgotten(row);
    return [this.#rows.remove(this.#rowKey(row)), ...this.#core.vanish.due.remove(this.#dueOf(row), row.vanish)];
  }

  /** Whatever is on its way to the disk for this line writes this instead. */
  #markForgotten({
    group,
    author,
    content: said,
    operation,
    orderMs,
    deliveries,
    isRead,
    awaits,
  }: GroupMessageRow): void {
    const content = said && { ...said, body: NOTHING };
    const row = { group, author, content, operation, orderMs, deliveries, isRead, awaits, isForgotten: true as const };
    this.#recent.set(this.#rowKey(row), row);
  }

  /** The changes that forget lines of any kind, as many as there are: only those in memory leave a mark there. */
  forgetAll(rows: readonly GroupMessageRow[]): readonly StoreChange[] {
    return rows.flatMap((row) => {
      if (this.#recent.has(this.#rowKey(row))) this.#markForgotten(row);
      const due = isSaid(row) ? this.#core.vanish.due.remove(this.#dueOf(row), row.vanish) : [];
      return [this.#rows.remove(this.#rowKey(row)), ...due];
    });
  }

  /** At most `limit` of the newest rows on the disk, with what is left there of forgotten ones. */
  async stored(group: GroupId, limit: number): Promise<readonly GroupMessageRow[]> {
    const prefix = `${this.#book.key(group)}/`;
    const rows = await this.#rows.range(prefix, prefix + KEY_END, { limit, reverse: true });
    return rows.map(({ value }) => this.newest(value));
  }

  /** Lines of a group in memory, of which some may still be on their way to the disk. */
  recent(group: GroupId): readonly GroupMessageRow[] {
    return [...this.#recent.values()].filter((row) => row.group === group && row.isForgotten !== true);
  }

  /** The changes that mark a line as read; the time of one that vanishes runs from now. */
  read(row: SaidRow): readonly StoreChange[] {
    const { due, clock } = this.#core.vanish;
    const { vanishAfterMs } = row.content;
    if (row.vanish === undefined || vanishAfterMs === undefined) {
      return [this.change(row, (newest) => ({ ...newest, isRead: true }))];
    }
    const vanish = { untilMs: clock.nowMs() + vanishAfterMs, isRunning: true };
    const name = this.#dueOf(row);
    const change = this.change(row, (newest) => ({ ...newest, isRead: true, vanish }));
    return [...due.remove(name, row.vanish), change, ...due.add(name, vanish)];
  }

  #dueOf({ group, author, content }: SaidRow): DueMessage {
    return { group, chat: author, isOwn: author === this.#core.account.id, id: content.id };
  }

  /** The change that finds an own line again by the id of what changed it. */
  indexChange({ group, author, orderMs, content }: SaidRow, changeId: ContentId): StoreChange {
    return this.#index.put(this.#indexKey(author, changeId), { group, orderMs, id: content.id });
  }

  /** The newest value of a line. */
  newest<R extends GroupMessageRow>(row: R): R {
    return (this.#recent.get(this.#rowKey(row)) as R | undefined) ?? row;
  }

  /** What somebody said, by its id; an own line also by the id of what changed it. */
  async find(author: AccountId, id: ContentId): Promise<SaidRow | undefined> {
    const row = this.recentOf(author, id) ?? (await this.#stored(author, id));
    return row !== undefined && isSaid(row) && row.isForgotten !== true ? row : undefined;
  }

  async #stored(author: AccountId, id: ContentId): Promise<GroupMessageRow | undefined> {
    const index = await this.#index.get(this.#indexKey(author, id));
    const key = index && groupLineKey(this.#book.key(index.group), index.orderMs, index.id);
    return key === undefined ? undefined : (this.#recent.get(key) ?? (await this.#rows.get(key)));
  }

  /** Whether somebody said this here, also when it was forgotten since. */
  async isKnown(author: AccountId, id: ContentId): Promise<boolean> {
    return this.recentOf(author, id) !== undefined || (await this.#index.get(this.#indexKey(author, id))) !== undefined;
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
    const newest = rows.map(({ value }) => this.newest(value)).reverse();
    return newest.filter(({ isForgotten }) => isForgotten !== true);
  }

  /** Where somebody said something, also when it was forgotten since. */
  async placeOf(author: AccountId, id: ContentId): Promise<Pick<IndexRow, "group" | "orderMs"> | undefined> {
    return this.recentOf(author, id) ?? (await this.#index.get(this.#indexKey(author, id)));
  }

  /** What was said at one time in a group, in the order of the chat. */
  async at(group: GroupId, orderMs: number): Promise<readonly SaidRow[]> {
    const prefix = groupLineKey(this.#book.key(group), orderMs, "");
    const rows = await this.#rows.range(prefix, prefix + KEY_END, { limit: MAX_AT_ONCE });
    const newest = rows.map(({ value }) => this.newest(value));
    return newest.filter(isSaid).filter(({ isForgotten }) => isForgotten !== true);
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

  /** What somebody said, when it changed a short while ago. */
  recentOf(author: AccountId, id: ContentId): GroupMessageRow | undefined {
    const key = this.#recentKeys.get(`${author}/${id}`);
    return key === undefined ? undefined : this.#recent.get(key);
  }

  #write(row: GroupMessageRow): StoreChange {
    const key = this.#rowKey(row);
    this.#recent.delete(key);
    this.#recent.set(key, row);
    for (const id of idsOf(row)) this.#recentKeys.set(`${row.author}/${id}`, key);
    const [oldest] = this.#recent.size > MAX_RECENT ? this.#recent : [];
    if (oldest !== undefined) {
      this.#recent.delete(oldest[0]);
      for (const id of idsOf(oldest[1])) this.#recentKeys.delete(`${oldest[1].author}/${id}`);
    }
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

function idsOf({ content, change }: GroupMessageRow): readonly ContentId[] {
  return [content?.id, change?.id].filter((id) => id !== undefined);
}

/** The name of a line in the table of lines. @param groupKey the hidden name of its group. */
export function groupLineKey(groupKey: string, orderMs: number, id: string): string {
  return `${groupKey}/${String(orderMs).padStart(TIME_DIGITS, "0")}/${id}`;
}
