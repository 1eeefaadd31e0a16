/**
 * Edits, deletions and reactions at work on kept messages. One that comes before its message waits for it, bounded, so
 * that the order in which mail arrives decides nothing.
 */
import {
  type AccountId,
  accountId,
  applyOperation,
  type Content,
  contentShape,
  field,
  isUnseenOnce,
  list,
  type Operation,
  type OperationOutcome,
  orderOf,
  record,
  type Shape,
  viewContent,
} from "@kith/protocol";
import type { Core, Draft } from "../core.ts";
import type { Store, StoreChange } from "../ports.ts";
import { createTable, type Table } from "../store/table.ts";
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

/** Operations kept for one message that has not come, and messages of one chat that are waited for. */
const MAX_EARLY_OPERATIONS = 16;
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
type Known = Pick<Core, "account" | "clock" | "files" | "messages" | "people" | "suite" | "vanish">;

/** Applies operations; the caller holds the person's lock and commits the draft. */
export class Operations {
  readonly #early: Table<EarlyRow>;
  /** Keys of the rows there are, oldest first, so that a message nothing waits for costs no look into the store. */
  readonly #waiting = new Set<string>();

  /** @param state seals what waits: an edit has words of its message. */
  constructor(store: Store, state: StateKeys) {
    const guard = state.guard<EarlyRow>((_, key) => key.slice(0, key.indexOf("/")));
    this.#early = createTable(store, "early", earlyShape, guard);
  }

  /** Takes up what waited at the last stop. */
  async load(): Promise<void> {
    for (const { key } of await this.#early.list()) this.#waiting.add(key);
  }

  /** Takes an operation, sent or received. @returns what became of it; anything but `applied` changes no message. */
  async take(core: Known, draft: Draft, chat: AccountId, operation: Operation, content: Content): Promise<Outcome> {
    const { author, id } = targetOf(operation);
    const { view } = operation;
    const side: Side = author === core.account.id ? "own" : "their";
    if (side === "their" && author !== chat) return "not-own";
    const row = await core.messages.find(chat, side, id);
    if (row === undefined) {
      if (await core.messages.isKnown(chat, side, id)) return "gone";
      draft.add(...(await this.#keep(core, chat, `${side}/${id}`, { by: operation.by, content })));
      return "kept";
    }
    const { message, outcome } = applyOperation(core.suite, row, author, operation);
    if (outcome !== "applied") return outcome;
    const changed = { ...row, ...message };
    draft.add(core.messages.update(changed));
    draft.tell({ type: "message.changed", message: await viewMessage(core, changed) });
    if (view.type === "delete") spendAfter(core, draft, row);
    return outcome;
  }

  /** A message that has just come, after what waited for it; the changes belong into its batch. */
  async meet(
    core: Known,
    row: MessageRow,
  ): Promise<{ readonly row: MessageRow; readonly changes: readonly StoreChange[] }> {
    const key = `${core.people.chatKey(row.chat)}/${row.isOwn ? "own" : "their"}/${row.content.id}`;
    const early = this.#waiting.has(key) ? await this.#early.get(key) : undefined;
    if (early === undefined) return { row, changes: [] };
    const author = row.isOwn ? core.account.id : row.chat;
    let met = row;
    for (const { by, content } of early.operations) {
      const operation = readOperation(by, content);
      if (operation === null) continue;
      met = { ...met, ...applyOperation(core.suite, met, author, operation).message };
    }
    return { row: met, changes: [this.#forget(key)] };
  }

  /** The changes that write what waits in a chat once more, under the state key of now. */
  async reseal(chatKey: string): Promise<readonly StoreChange[]> {
    const rows = await this.#early.list(`${chatKey}/`);
    return rows.map(({ key, value }) => this.#early.put(key, value));
  }

  /** The changes that forget what waits in a chat. */
  async remove(core: Pick<Core, "people">, chat: AccountId): Promise<readonly StoreChange[]> {
    const rows = await this.#early.list(`${core.people.chatKey(chat)}/`);
    return rows.map(({ key }) => this.#forget(key));
  }

  async #keep(
    core: Known,
    chat: AccountId,
    target: string,
    operation: EarlyOperation,
  ): Promise<readonly StoreChange[]> {
    const prefix = `${core.people.chatKey(chat)}/`;
    const key = prefix + target;
    const known = await this.#early.get(key);
    const operations = prune([...(known?.operations ?? []), operation]);
    const change = this.#early.put(key, { operations });
    if (known !== undefined) return [change];
    const others = [...this.#waiting].filter((each) => each.startsWith(prefix));
    this.#waiting.add(key);
    const [oldest] = others;
    return oldest === undefined || others.length < MAX_EARLY_MESSAGES ? [change] : [this.#forget(oldest), change];
  }

  #forget(key: string): StoreChange {
    this.#waiting.delete(key);
    return this.#early.remove(key);
  }
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
