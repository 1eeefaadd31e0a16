/** The settings and drafts of all chats, in memory and in the store. */
import type { AccountId } from "@kith/protocol";
import type { People } from "../people/people.ts";
import type { Store, StoreChange } from "../ports.ts";
import { createTable, type Table } from "../store/table.ts";
import type { StateKeys } from "../vanish/state-keys.ts";
import { type ChatRow, chatRowShape, type DraftRow, draftRowShape } from "./chat-row.ts";

/** Reads are synchronous; a setter's change is to be committed in the same turn. */
export class ChatBook {
  readonly #people: People;
  readonly #rows: Table<ChatRow>;
  readonly #draftRows: Table<DraftRow>;
  readonly #settings = new Map<AccountId, ChatRow>();
  readonly #drafts = new Map<AccountId, DraftRow>();

  /** @param state seals drafts: what was typed and deleted again must not stay on the disk. */
  constructor(store: Store, people: People, state: StateKeys) {
    this.#people = people;
    this.#rows = createTable(store, "chat", chatRowShape);
    const guard = state.guard<DraftRow>((_, chatKey) => chatKey);
    this.#draftRows = createTable(store, "draft", draftRowShape, guard);
  }

  async load(): Promise<void> {
    for (const { value } of await this.#rows.list()) this.#settings.set(value.account, value);
    for (const { value } of await this.#draftRows.list()) this.#drafts.set(value.account, value);
  }

  settings(account: AccountId): ChatRow {
    return this.#settings.get(account) ?? { account };
  }

  draft(account: AccountId): DraftRow | undefined {
    return this.#drafts.get(account);
  }

  drafts(): readonly DraftRow[] {
    return [...this.#drafts.values()];
  }

  set(row: ChatRow): StoreChange {
    const key = this.#people.chatKey(row.account);
    const { account: _, ...settings } = row;
    if (Object.values(settings).every((value) => value === undefined)) {
      this.#settings.delete(row.account);
      return this.#rows.remove(key);
    }
    this.#settings.set(row.account, row);
    return this.#rows.put(key, row);
  }

  /** Keeps a draft; an empty one that answers nothing is forgotten. */
  setDraft(row: DraftRow): StoreChange {
    const key = this.#people.chatKey(row.account);
    if (row.text === "" && row.replyTo === undefined) {
      this.#drafts.delete(row.account);
      return this.#draftRows.remove(key);
    }
    this.#drafts.set(row.account, row);
    return this.#draftRows.put(key, row);
  }

  /** The change that writes a draft once more, under the state key of now. */
  resealDraft(account: AccountId): readonly StoreChange[] {
    const row = this.#drafts.get(account);
    return row === undefined ? [] : [this.#draftRows.put(this.#people.chatKey(account), row)];
  }

  /** The changes that forget all of a chat. */
  remove(account: AccountId): readonly StoreChange[] {
    this.#settings.delete(account);
    this.#drafts.delete(account);
    const key = this.#people.chatKey(account);
    return [this.#rows.remove(key), this.#draftRows.remove(key)];
  }
}
