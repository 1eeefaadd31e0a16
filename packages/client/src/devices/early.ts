/** What another device told of a message that has not come here yet. Bounded: the oldest goes first. */
import {
  type AccountId,
  bool,
  type ContentId,
  field,
  flag,
  type OwnState,
  oneOf,
  optional,
  record,
  type Shape,
} from "@kith/protocol";
import type { Side } from "../message/message-log.ts";
import type { People } from "../people/people.ts";
import type { Store, StoreChange } from "../ports.ts";
import { createTable, type Table } from "../store/table.ts";

/** What was told. */
export interface EarlyWord {
  readonly isOwn: boolean;
  readonly isRead?: true | undefined;
  readonly state?: OwnState | undefined;
}

const shape: Shape<EarlyWord> = record<EarlyWord>({
  isOwn: field(1, bool),
  isRead: optional(2, flag),
  state: optional(3, oneOf<OwnState>({ queued: 0, waiting: 1, sent: 2, delivered: 3, read: 4, failed: 5 })),
});

/** Messages that are waited for. */
const MAX_EARLY = 4096;

/** The words that wait. */
export class EarlyWords {
  readonly #people: People;
  readonly #table: Table<EarlyWord>;
  readonly #words = new Map<string, EarlyWord>();

  constructor(store: Store, people: People) {
    this.#people = people;
    this.#table = createTable(store, "sync-early", shape);
  }

  async load(): Promise<void> {
    for (const { key, value } of await this.#table.list()) this.#words.set(key, value);
  }

  /** Keeps a word. */
  add(chat: AccountId, id: ContentId, word: EarlyWord): readonly StoreChange[] {
    const key = this.#key(chat, word.isOwn ? "own" : "their", id);
    const changes: StoreChange[] = [];
    const oldest = this.#words.size >= MAX_EARLY ? this.#words.keys().next().value : undefined;
    if (oldest !== undefined) {
      this.#words.delete(oldest);
      changes.push(this.#table.remove(oldest));
    }
    this.#words.set(key, word);
    return [...changes, this.#table.put(key, word)];
  }

  /** Takes the word of a message that has come. */
  take(chat: AccountId, side: Side, id: ContentId): { readonly word: EarlyWord; readonly change: StoreChange } | null {
    const key = this.#key(chat, side, id);
    const word = this.#words.get(key);
    if (word === undefined) return null;
    this.#words.delete(key);
    return { word, change: this.#table.remove(key) };
  }

  #key(chat: AccountId, side: Side, id: ContentId): string {
    return `${this.#people.chatKey(chat)}/${side}/${id}`;
  }
}
