/** Sealed messages that cannot be read yet, kept until a key or an operation has come; bounded. */
import { type GroupId, groupMessageName, toHex } from "@kith/protocol";
import { type Core, Draft } from "../core.ts";
import { createTable, KEY_END, type Table } from "../store/table.ts";
import type { GroupBook } from "./group-book.ts";
import { type ParkedRow, parkedRowShape } from "./group-row.ts";

/** Messages of one group that are kept until they can be read. */
const MAX_PARKED = 256;

/** What waits in all groups. */
export class ParkedMessages {
  readonly #core: Core;
  readonly #book: GroupBook;
  readonly #rows: Table<ParkedRow>;

  constructor(core: Core, book: GroupBook) {
    this.#core = core;
    this.#book = book;
    this.#rows = createTable(core.store, "group-parked", parkedRowShape);
  }

  /** Keeps one as part of a draft. @returns false when there are too many already. */
  async keep(draft: Draft, row: ParkedRow): Promise<boolean> {
    const prefix = `${this.#book.key(row.group)}/`;
    const rows = await this.#rows.range(prefix, prefix + KEY_END, { limit: MAX_PARKED });
    if (rows.length >= MAX_PARKED) return false;
    draft.add(this.#rows.put(prefix + toHex(groupMessageName(this.#core.suite, row.sealed)), row));
    return true;
  }

  /** Tries each once more, in its person's lock. @param open whether it need not be kept any longer. */
  async retry(group: GroupId, open: (draft: Draft, row: ParkedRow) => Promise<boolean>): Promise<void> {
    const prefix = `${this.#book.key(group)}/`;
    for (const { key, value } of await this.#rows.range(prefix, prefix + KEY_END, { limit: MAX_PARKED })) {
      let committed: Promise<void> = Promise.resolve();
      await this.#core.lock.run(value.account, async () => {
        const draft = new Draft(this.#core);
        if (!(await open(draft, value))) return;
        draft.add(this.#rows.remove(key));
        committed = draft.commit();
      });
      await committed;
    }
  }
}
