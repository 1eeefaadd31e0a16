/** What the person chose for the whole account on this device. */
import { bool, optional, record, type Shape } from "@kith/protocol";
import type { Store, StoreChange } from "../ports.ts";
import { createTable, type Table } from "../store/table.ts";

interface SettingsRow {
  readonly hidesReading?: boolean | undefined;
}

const settingsShape: Shape<SettingsRow> = record<SettingsRow>({ hidesReading: optional(1, bool) });

const KEY = "own";

/** The choices, in memory and in the store. */
export class OwnSettings {
  readonly #rows: Table<SettingsRow>;
  #row: SettingsRow = {};

  constructor(store: Store) {
    this.#rows = createTable(store, "settings", settingsShape);
  }

  async load(): Promise<void> {
    this.#row = (await this.#rows.get(KEY)) ?? {};
  }

  /** Whether others learn what was read here. Mutual: without it, what others tell of their reading is not shown. */
  get hasReadReceipts(): boolean {
    return this.#row.hidesReading !== true;
  }

  /** Makes a choice visible and returns the change to commit in the same turn. */
  setReadReceipts(isOn: boolean): StoreChange {
    this.#row = isOn ? {} : { hidesReading: true };
    return this.#rows.put(KEY, this.#row);
  }
}
