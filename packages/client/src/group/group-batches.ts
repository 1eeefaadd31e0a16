/** Own messages that went in one mail: how far they got is written once for all of them. */
import { accountToText, type ContentId } from "@kith/protocol";
import { type Core, Draft } from "../core.ts";
import type { DeviceDelivery } from "../message/message-row.ts";
import type { Cancel, StoreChange } from "../ports.ts";
import { createTable, lateRow, type Table } from "../store/table.ts";
import { type BatchRow, batchRowShape, type SaidRow } from "./group-row.ts";

/** Rows kept in memory: those whose deliveries still change. */
const MAX_RECENT = 256;

/** How long what many devices say of a batch is gathered before it is shown, in ms: each line of it is read anew then. */
const TELL_AFTER_MS = 200;

/** The batches of all groups of one account. */
export class GroupBatches {
  readonly #core: Core;
  readonly #rows: Table<BatchRow>;
  readonly #recent = new Map<ContentId, BatchRow>();

  readonly #toTell = new Set<ContentId>();
  #cancelTelling: Cancel | null = null;

  constructor(core: Core) {
    this.#core = core;
    this.#rows = createTable(core.store, "group-batch", batchRowShape);
  }

  stop(): void {
    this.#cancelTelling?.();
  }

  async get(id: ContentId): Promise<BatchRow | undefined> {
    return this.#recent.get(id) ?? (await this.#rows.get(id));
  }

  /** The change that makes something else of a batch, from its newest value. */
  change(id: ContentId, before: BatchRow, make: (newest: BatchRow) => BatchRow): StoreChange {
    const row = make(this.#recent.get(id) ?? before);
    this.#recent.delete(id);
    this.#recent.set(id, row);
    const oldest = this.#recent.size > MAX_RECENT ? this.#recent.keys().next().value : undefined;
    if (oldest !== undefined) this.#recent.delete(oldest);
    return lateRow(this.#rows, id, () => this.#recent.get(id) ?? row);
  }

  /** Tells interfaces soon that the messages of a batch got further. */
  tellLater(id: ContentId): void {
    this.#toTell.add(id);
    this.#cancelTelling ??= this.#core.clock.after(TELL_AFTER_MS, () => {
      this.#cancelTelling = null;
      void this.#tell();
    });
  }

  async #tell(): Promise<void> {
    const ids = [...this.#toTell];
    this.#toTell.clear();
    const draft = new Draft(this.#core);
    const author = accountToText(this.#core.account.id);
    for (const batch of ids) {
      const row = await this.get(batch);
      for (const id of row?.messages ?? []) draft.tell({ type: "group.message", group: row?.group ?? "", author, id });
    }
    await draft.commit();
  }

  /** How far a message got on each device: what its batch says, and on top of it what was said of the message alone. */
  async deliveriesOf({ batch, deliveries }: Pick<SaidRow, "batch" | "deliveries">): Promise<readonly DeviceDelivery[]> {
    const along = batch === undefined ? undefined : await this.get(batch);
    if (along === undefined) return deliveries;
    const alone = new Map(deliveries.map((each) => [each.device, each]));
    return along.deliveries.map((each) => {
      const own = alone.get(each.device);
      return own?.record.state === "read" ? own : each;
    });
  }

  /** The changes when a message is here no more: a batch goes with the last one. */
  async leave({ batch, content }: SaidRow): Promise<readonly StoreChange[]> {
    const along = batch === undefined ? undefined : await this.get(batch);
    if (along === undefined || batch === undefined) return [];
    const left = along.messages.filter((id) => id !== content.id);
    if (left.length > 0) return [this.change(batch, along, (row) => ({ ...row, messages: left }))];
    this.#recent.delete(batch);
    return [this.#rows.remove(batch)];
  }
}
