/** What is kept of each device of this account beside its certificate: known to the devices of the account alone. */
import {
  bytes,
  type DeviceId,
  type DeviceKind,
  deviceId,
  deviceKindShape,
  field,
  flag,
  MAX_CARD_BYTES,
  MAX_DEVICE_NAME_BYTES,
  optional,
  record,
  type Shape,
  text,
  uint,
} from "@kith/protocol";
import type { Store, StoreChange } from "../ports.ts";
import { createTable, type Table } from "../store/table.ts";

/** One device. */
export interface OwnDeviceRow {
  readonly device: DeviceId;
  readonly name: string;
  readonly kind: DeviceKind;
  readonly card?: Uint8Array | undefined;
  readonly lastSeenMs?: number | undefined;
  /** It was not told everything, because too much waited for it already. */
  readonly isBehind?: true | undefined;
}

const shape: Shape<OwnDeviceRow> = record<OwnDeviceRow>({
  device: field(1, deviceId),
  name: field(2, text(MAX_DEVICE_NAME_BYTES)),
  kind: field(3, deviceKindShape),
  card: optional(4, bytes(1, MAX_CARD_BYTES)),
  lastSeenMs: optional(5, uint()),
  isBehind: optional(6, flag),
});

/** How often a sign of life is written down, in ms. */
const SEEN_EVERY_MS = 10 * 60_000;

/** All devices of one account that are known by more than their certificate. */
export class OwnDeviceBook {
  readonly #table: Table<OwnDeviceRow>;
  readonly #rows = new Map<DeviceId, OwnDeviceRow>();

  constructor(store: Store) {
    this.#table = createTable(store, "device", shape);
  }

  async load(): Promise<void> {
    for (const { value } of await this.#table.list()) this.#rows.set(value.device, value);
  }

  get(device: DeviceId): OwnDeviceRow {
    return this.#rows.get(device) ?? { device, name: "", kind: "other" };
  }

  all(): readonly OwnDeviceRow[] {
    return [...this.#rows.values()];
  }

  set(row: OwnDeviceRow): StoreChange {
    this.#rows.set(row.device, row);
    return this.#table.put(row.device, row);
  }

  remove(device: DeviceId): StoreChange {
    this.#rows.delete(device);
    return this.#table.remove(device);
  }

  /** Notes a sign of life; null while one was written down a short while ago. */
  noteSeen(device: DeviceId, nowMs: number): StoreChange | null {
    const row = this.get(device);
    if (nowMs - (row.lastSeenMs ?? 0) < SEEN_EVERY_MS) return null;
    return this.set({ ...row, lastSeenMs: nowMs });
  }
}
