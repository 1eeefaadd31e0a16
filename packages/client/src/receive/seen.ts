/** Messages already taken in, by SHA-256 of their v4 bytes, so that a copy from another relay costs no ratchet work. */
import { type ContentId, contentId, field, optional, record, type Shape, uint } from "@kith/protocol";
import type { Store, StoreChange } from "../ports.ts";
import { createTable, type Table } from "../store/table.ts";

/** What a seen message carried. */
export interface SeenRow {
  readonly atMs: number;
  /** Set for contents, so that a repeated one can be receipted again. */
  readonly contentId?: ContentId | undefined;
}

/** How long a copy may still come, in ms: longer than any relay keeps mail. */
const SEEN_LIFE_MS: number = 35 * 24 * 3600 * 1000;

/** Rows kept in memory: more than can be on their way to the disk at one time. */
const MAX_RECENT = 4096;

const shape: Shape<SeenRow> = record<SeenRow>({ atMs: field(1, uint()), contentId: optional(2, contentId) });

/** The set of seen messages. */
export class SeenMessages {
  readonly #store: Store;
  readonly #table: Table<SeenRow>;
  readonly #recent = new Map<string, SeenRow>();

  constructor(store: Store) {
    this.#store = store;
    this.#table = createTable(store, "seen", shape);
  }

  /** What was taken in since the start, as far as it is kept in memory. */
  recent(hash: string): SeenRow | undefined {
    return this.#recent.get(hash);
  }

  /** What the store holds: older than `recent`. */
  kept(hash: string): Promise<SeenRow | undefined> {
    return this.#table.get(hash);
  }

  put(hash: string, row: SeenRow): StoreChange {
    this.#recent.set(hash, row);
    const oldest = this.#recent.size > MAX_RECENT ? this.#recent.keys().next().value : undefined;
    if (oldest !== undefined) this.#recent.delete(oldest);
    return this.#table.put(hash, row);
  }

  /** Forgets what can no longer be repeated. */
  async sweep(nowMs: number): Promise<void> {
    const rows = await this.#table.list();
    const old = rows.filter(({ value }) => nowMs - value.atMs > SEEN_LIFE_MS);
    if (old.length > 0) await this.#store.commit(old.map(({ key }) => this.#table.remove(key)));
  }
}
