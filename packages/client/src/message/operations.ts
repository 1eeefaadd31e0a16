/**
 * Edits, deletions and reactions at work on kept messages. One that comes before its message waits for it, bounded, so
 * that the order in which mail arrives decides nothing.
 */
import {
  type AccountId,
  accountId,
  applyOperation,
  type Content,
  type ContentId,
  contentShape,
  field,
  isUnseenOnce,
  list,
  type MarkedContent,
  type Operation,
  type OperationOutcome,
  orderOf,
  record,
  type Shape,
  viewContent,
} from "@kith/protocol";
import type { Core, Draft } from "../core.ts";
import type { Store, StoreChange } from "../ports.ts";
import { createTable, lateRow, type Table } from "../store/table.ts";
import type { StateKeys } from "../vanish/state-keys.ts";
import type { Side } from "./message-log.ts";
import type { MessageRow } from "./message-row.ts";
import { viewMessage } from "./message-view.ts";

/** One operation as it came. */
interface EarlyOperation {
  readonly by: AccountId;
  readonly content: Content;
}

/** What waits for one message. */
interface EarlyRow {
  readonly operations: readonly EarlyOperation[];
}

/** What became of an operation: applied or not, `kept` for a message to come, `gone` with one that was forgotten here. */
export type Outcome = OperationOutcome | "kept" | "gone";

/**
 * Operations kept for one message that has not come: in the largest group a reaction of each member, the author's edits
 * and deletion, and reactions of members who went; and messages of one chat that are waited for.
 */
const MAX_EARLY_OPERATIONS = 48;
const MAX_EARLY_MESSAGES = 512;

/** Edits among them: each may carry the longest text, and only the newest within a day can count. */
const MAX_EARLY_EDITS = 4;

const earlyShape: Shape<EarlyRow> = record<EarlyRow>({
  operations: field(
    1,
    list(record<EarlyOperation>({ by: field(1, accountId), content: field(2, contentShape) }), MAX_EARLY_OPERATIONS),
  ),
});

/** The parts of the engine that operations need. */
type Known = Pick<Core, "store" | "suite">;

/** What the chat with a person is found by. */
type PlaceParts = Pick<Core, "account" | "files" | "messages" | "people" | "suite" | "vanish">;

/** Where the messages of one chat are kept: all that operations have to know of it. */
export interface MessagePlace<R extends MarkedContent> {
  /** The chat, as named in store keys. */
  readonly chatKey: string;
  /** Names a message of that author within the chat; null when nobody of that account speaks there. */
  nameOf(author: AccountId, id: ContentId): string | null;
  find(author: AccountId, id: ContentId): Promise<R | undefined>;
  /** Whether a message is or was there: one that was forgotten must not come back. */
  isKnown(author: AccountId, id: ContentId): Promise<boolean>;
  /** Writes what `make` gives of the newest value of a row, as part of a draft, and tells it. */
  change(draft: Draft, row: R, make: (newest: R) => R): Promise<void> | void;
}

/**
 * Applies operations; the caller sees to it that those of one chat come one after the other, by the person's lock or
 * the group's, and commits the draft.
 */
export class Operations {
  readonly #early: Table<EarlyRow>;
  /** Rows there are, oldest first, so that a message nothing waits for costs no look into the store; null where only the store has it. */
  readonly #waiting = new Map<string, EarlyRow | null>();

  /** @param state seals what waits: an edit has words of its message. */
  constructor(store: Store, state: StateKeys) {
    const guard = state.guard<EarlyRow>((_, key) => key.slice(0, key.indexOf("/")));
    this.#early = createTable(store, "early", earlyShape, guard);
  }

  /** Takes up what waited at the last stop. */
  async load(): Promise<void> {
    for (const { key } of await this.#early.list()) this.#waiting.set(key, null);
  }

  /** Takes an operation, sent or received. @returns what became of it; anything but `applied` changes no message. */
  async take<R extends MarkedContent>(
    { suite, store }: Known,
    draft: Draft,
    place: MessagePlace<R>,
    operation: Operation,
    content: Content,
  ): Promise<Outcome> {
    const { author, id } = targetOf(operation);
    const name = place.nameOf(author, id);
    if (name === null) return "not-own";
    const row = await place.find(author, id);
    if (row === undefined) {
      if (await place.isKnown(author, id)) return "gone";
      await this.#keep({ store }, draft, `${place.chatKey}/${name}`, { by: operation.by, content });
      return "kept";
    }
    let outcome = applyOperation(suite, row, author, operation).outcome;
    if (outcome !== "applied") return outcome;
    await place.change(draft, row, (newest) => {
      const applied = applyOperation(suite, newest, author, operation);
      outcome = applied.outcome;
      return outcome === "applied" ? { ...newest, ...applied.message } : newest;
    });
    return outcome;
  }

  /** A message that has just come, after what waited for it; the changes belong into its batch. */
  async meet<R extends MarkedContent>(
    { suite }: Known,
    place: MessagePlace<R>,
    author: AccountId,
    row: R,
  ): Promise<{ readonly row: R; readonly changes: readonly StoreChange[] }> {
    const key = `${place.chatKey}/${place.nameOf(author, row.content.id) ?? ""}`;
    const early = await this.#find(key);
    if (early === undefined) return { row, changes: [] };
    let met = row;
    for (const { by, content } of early.operations) {
      const operation = readOperation(by, content);
      if (operation === null) continue;
      met = { ...met, ...applyOperation(suite, met, author, operation).message };
    }
    return { row: met, changes: [this.#forget(key)] };
  }

  async #find(key: string): Promise<EarlyRow | undefined> {
    const known = this.#waiting.get(key);
    return known === null ? this.#early.get(key) : known;
  }

  /** The changes that write what waits in a chat once more, under the state key of now. */
  async reseal(chatKey: string): Promise<readonly StoreChange[]> {
    const rows = await this.#early.list(`${chatKey}/`);
    return rows.map(({ key, value }) => this.#early.put(key, this.#waiting.get(key) ?? value));
  }

  /** The changes that forget what waits in a chat. */
  async remove(chatKey: string): Promise<readonly StoreChange[]> {
    const rows = await this.#early.list(`${chatKey}/`);
    return rows.map(({ key }) => this.#forget(key));
  }

  async #keep({ store }: Pick<Core, "store">, draft: Draft, key: string, operation: EarlyOperation): Promise<void> {
    const prefix = key.slice(0, key.indexOf("/") + 1);
    const known = await this.#find(key);
    const row = { operations: prune([...(known?.operations ?? []), operation]) };
    const others = [...this.#waiting.keys()].filter((each) => each.startsWith(prefix));
    const [oldest] = others;
    if (known === undefined && oldest !== undefined && others.length >= MAX_EARLY_MESSAGES)
      draft.add(this.#forget(oldest));
    this.#waiting.set(key, row);
    draft.add(lateRow(this.#early, key, () => this.#waiting.get(key) ?? row));
    draft.afterwards(() => {
      if (this.#waiting.get(key) === row) this.#waiting.set(key, null);
      // In a group its message may have come while this was on its way to the disk.
      else if (!this.#waiting.has(key)) void store.commit([this.#early.remove(key)]).catch(() => undefined);
    });
  }

  #forget(key: string): StoreChange {
    this.#waiting.delete(key);
    return this.#early.remove(key);
  }
}

/** The chat with one person; the caller holds their lock. */
export function chatPlace(core: PlaceParts, chat: AccountId): MessagePlace<MessageRow> {
  const { messages, people } = core;
  const sideOf = (author: AccountId): Side => (author === core.account.id ? "own" : "their");
  return {
    chatKey: people.chatKey(chat),
    nameOf: (author, id) => (author === core.account.id || author === chat ? `${sideOf(author)}/${id}` : null),
    find: (author, id) => messages.find(chat, sideOf(author), id),
    isKnown: (author, id) => messages.isKnown(chat, sideOf(author), id),
    async change(draft, row, make) {
      const changed = make(row);
      draft.add(messages.update(changed));
      draft.tell({ type: "message.changed", message: await viewMessage(core, changed) });
      if (changed.marks?.isDeleted === true) spendAfter(core, draft, row);
    },
  };
}

/** What was to be seen once and is deleted goes with its key, once the draft is on disk. */
export function spendAfter({ vanish }: Pick<Core, "vanish">, draft: Draft, { chat, isOwn, content }: MessageRow): void {
  if (!isUnseenOnce(content)) return;
  draft.afterwards(() => vanish.spent.ask({ chat, isOwn, id: content.id }));
}

/** Reads a content as an operation; null for what is a message of its own. */
export function readOperation(by: AccountId, content: Content): Operation | null {
  const view = viewContent(content);
  if (!view.ok) return null;
  const { value } = view;
  return value.type === "edit" || value.type === "delete" || value.type === "reaction"
    ? { by, head: content, view: value }
    : null;
}

/** The message an operation is about: edits and deletions are about one of their sender's own. */
function targetOf({ by, view }: Operation): { readonly author: AccountId; readonly id: Content["id"] } {
  return view.type === "reaction" ? view.to : { author: by, id: view.target };
}

/** Drops repeats and what a newer operation of the same kind and person makes void, newest kept first. */
function prune(operations: readonly EarlyOperation[]): readonly EarlyOperation[] {
  const newestFirst = [...operations].sort(
    ({ content: a }, { content: b }) => orderOf(b) - orderOf(a) || (a.id < b.id ? 1 : -1),
  );
  const count = new Map<string, number>();
  const kept = newestFirst.filter(({ by, content }, index) => {
    if (newestFirst.findIndex((each) => each.content.id === content.id && each.by === by) !== index) return false;
    const group = `${by}/${content.kind}`;
    const before = count.get(group) ?? 0;
    count.set(group, before + 1);
    return before < (readOperation(by, content)?.view.type === "edit" ? MAX_EARLY_EDITS : 1);
  });
  return kept.slice(0, MAX_EARLY_OPERATIONS);
}
