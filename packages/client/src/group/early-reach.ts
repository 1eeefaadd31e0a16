/** What another device of ours told of how far a message got that has not come here yet. Bounded: the oldest goes first. */
import {
  type ContentId,
  field,
  type GroupId,
  type ReachedMember,
  type ReachedMessage,
  reachedMembers,
  record,
  type Shape,
} from "@kith/protocol";
import type { Core, Draft } from "../core.ts";
import { STATE_RANK } from "../message/state-rank.ts";
import type { StoreChange } from "../ports.ts";
import { createTable, type Table } from "../store/table.ts";

interface EarlyRow {
  readonly members: readonly ReachedMember[];
}

const earlyShape: Shape<EarlyRow> = record<EarlyRow>({ members: field(1, reachedMembers) });

/** Messages that are waited for. */
const MAX_EARLY = 512;

/** The words about messages of all groups that came before them. */
export class EarlyReach {
  readonly #core: Pick<Core, "store">;
  readonly #table: Table<EarlyRow>;
  readonly #rows = new Map<string, EarlyRow>();

  constructor(core: Pick<Core, "store">) {
    this.#core = core;
    this.#table = createTable(core.store, "group-reach-early", earlyShape);
  }

  async load(): Promise<void> {
    for (const { key, value } of await this.#table.list()) this.#rows.set(key, value);
  }

  /** The changes that keep a word. */
  add(group: GroupId, { id, members }: ReachedMessage): readonly StoreChange[] {
    const key = this.#key(group, id);
    const row = { members: furthest(this.#rows.get(key)?.members, members) };
    this.#rows.delete(key);
    this.#rows.set(key, row);
    const oldest = this.#rows.size > MAX_EARLY ? this.#rows.keys().next().value : undefined;
    if (oldest !== undefined) this.#rows.delete(oldest);
    return [...(oldest === undefined ? [] : [this.#table.remove(oldest)]), this.#table.put(key, row)];
  }

  /** Takes the word about a message that has come. */
  take(draft: Draft, group: GroupId, id: ContentId): readonly ReachedMember[] | undefined {
    const key = this.#key(group, id);
    const row = this.#rows.get(key);
    if (row === undefined) return undefined;
    this.#rows.delete(key);
    draft.add(this.#table.remove(key));
    return row.members;
  }

  #key(group: GroupId, id: ContentId): string {
    return `${this.#core.store.hideKey(group)}/${id}`;
  }
}

/** Both words together: of each member the one that says more. */
export function furthest(
  known: readonly ReachedMember[] | undefined,
  told: readonly ReachedMember[],
): readonly ReachedMember[] {
  const byAccount = new Map((known ?? []).map((each) => [each.account, each]));
  return told.map((each) => {
    const before = byAccount.get(each.account);
    return before !== undefined && STATE_RANK[before.state] > STATE_RANK[each.state] ? before : each;
  });
}
