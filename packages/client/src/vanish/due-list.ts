/** When kept messages vanish, in order of time. */
import {
  type AccountId,
  accountId,
  bool,
  type ContentId,
  contentId,
  field,
  type GroupId,
  groupId,
  optional,
  record,
  type Shape,
} from "@kith/protocol";
import type { VanishMark } from "../message/message-row.ts";
import type { Store, StoreChange } from "../ports.ts";
import { createTable, KEY_END, type Table } from "../store/table.ts";

/** One message that will vanish. */
export interface DueMessage {
  readonly chat: AccountId;
  readonly isOwn: boolean;
  readonly id: ContentId;
  /** Set for one that was said in a group: `chat` is its author then. */
  readonly group?: GroupId | undefined;
}

const shape: Shape<DueMessage> = record<DueMessage>({
  chat: field(1, accountId),
  isOwn: field(2, bool),
  id: field(3, contentId),
  group: optional(4, groupId),
});

/** Digits of the time in row keys: enough until the year 5138. */
const TIME_DIGITS = 14;

/** The list of one account. */
export class DueList {
  readonly #table: Table<DueMessage>;
  readonly #hide: (name: string) => string;
  #onNew: (untilMs: number) => void = () => undefined;

  /** @param hide names an account or a group in store keys. */
  constructor(store: Store, hide: (name: string) => string) {
    this.#table = createTable(store, "due", shape);
    this.#hide = hide;
  }

  /** At most one listener, told of every message put on the list. */
  onNew(listener: (untilMs: number) => void): void {
    this.#onNew = listener;
  }

  /** Tells the listener of something else that vanishes. */
  wake(untilMs: number): void {
    this.#onNew(untilMs);
  }

  /** The changes that put a message on the list; none for one that stays. */
  add(message: DueMessage, vanish: VanishMark | undefined): readonly StoreChange[] {
    if (vanish === undefined) return [];
    this.#onNew(vanish.untilMs);
    return [this.#table.put(this.#key(message, vanish.untilMs), message)];
  }

  /** The changes that take it off. */
  remove(message: DueMessage, vanish: VanishMark | undefined): readonly StoreChange[] {
    return vanish === undefined ? [] : [this.#table.remove(this.#key(message, vanish.untilMs))];
  }

  /** What is due at a time, oldest first, each with the change that takes it off the list. */
  async due(nowMs: number, limit: number): Promise<readonly { due: DueMessage; done: StoreChange }[]> {
    const rows = await this.#table.range("", padded(nowMs + 1), { limit });
    return rows.map(({ key, value }) => ({ due: value, done: this.#table.remove(key) }));
  }

  /** When the next one is due, Unix ms; infinity when none is. */
  async nextMs(): Promise<number> {
    const [first] = await this.#table.range("", KEY_END, { limit: 1 });
    return first === undefined ? Number.POSITIVE_INFINITY : Number(first.key.slice(0, TIME_DIGITS));
  }

  /** All there is, for what reads every vanishing message at a start. */
  async all(): Promise<readonly DueMessage[]> {
    return (await this.#table.list()).map(({ value }) => value);
  }

  #key({ chat, isOwn, id, group }: DueMessage, untilMs: number): string {
    const place = group === undefined ? this.#hide(chat) : `${this.#hide(group)}/${this.#hide(chat)}`;
    return `${padded(untilMs)}/${place}/${isOwn ? "own" : "their"}/${id}`;
  }
}

function padded(ms: number): string {
  return String(ms).padStart(TIME_DIGITS, "0");
}
