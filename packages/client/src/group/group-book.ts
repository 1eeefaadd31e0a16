/**
 * The groups of one account, in memory and in the store: where it stands in each, their operations, and the keys. Reads
 * of groups are synchronous; a setter makes the new value visible at once, and its change writes what is newest then.
 */
import {
  type DeviceId,
  decodeSenderKeyRecord,
  encodeSenderKeyRecord,
  type GroupId,
  type GroupLog,
  type GroupPlace,
  InvariantError,
  placeOperations,
  readOperation,
  type SenderKeyRecord,
  type VerifiedOperation,
} from "@kith/protocol";
import type { Core } from "../core.ts";
import type { StoreChange } from "../ports.ts";
import { createTable, type Table } from "../store/table.ts";
import { EarlyOperations } from "./early-operations.ts";
import {
  type ChainRow,
  chainRowShape,
  type GroupRow,
  groupRowShape,
  type OperationRow,
  operationRowShape,
  type PlacesRow,
  placesRowShape,
} from "./group-row.ts";
import { lateRow } from "./late-row.ts";

/** A group with what is known of it. */
export interface KnownGroup {
  readonly row: GroupRow;
  readonly log: GroupLog;
}

const KEY_PREFIX = "group-key/";

/** Digits of the numbers of operations in row keys. */
const NUMBER_DIGITS = 5;

/** All groups of one account. */
export class GroupBook {
  readonly #core: Core;
  readonly #rows: Table<GroupRow>;
  readonly #operations: Table<OperationRow>;
  readonly #chains: Table<ChainRow>;
  readonly #groups = new Map<GroupId, KnownGroup>();
  readonly #ownChains = new Map<GroupId, ChainRow>();
  readonly #keys = new Map<string, SenderKeyRecord>();
  readonly #placeRows: Table<PlacesRow>;
  readonly #places = new Map<DeviceId, readonly GroupPlace[]>();
  readonly early: EarlyOperations = new EarlyOperations();

  constructor(core: Core) {
    this.#core = core;
    this.#rows = createTable(core.store, "group", groupRowShape);
    this.#operations = createTable(core.store, "group-operation", operationRowShape);
    this.#chains = createTable(core.store, "group-chain", chainRowShape);
    this.#placeRows = createTable(core.store, "group-place", placesRowShape);
  }

  async load(): Promise<void> {
    for (const { value } of await this.#placeRows.list()) {
      const [first] = value.places;
      if (first !== undefined) this.#places.set(first.device, value.places);
    }
    for (const { key, value: row } of await this.#rows.list()) {
      const kept = await this.#operations.list(`${key}/`);
      const { log } = placeOperations(
        null,
        kept.map(({ value }) => this.#restored(value)),
      );
      if (log === null) throw new InvariantError("a kept row of a group cannot be read");
      this.#groups.set(row.group, { row, log });
      const chain = await this.#chains.get(key);
      if (chain !== undefined) this.#ownChains.set(row.group, chain);
    }
  }

  /** What was verified when it came is believed. */
  #restored({ encoded, identityKey }: OperationRow): VerifiedOperation {
    const read = readOperation(this.#core.suite, encoded);
    if (!read.ok) throw new InvariantError("a kept row of a group cannot be read");
    return { ...read.value, isVerified: true, ...(identityKey === undefined ? {} : { identityKey }) };
  }

  all(): readonly KnownGroup[] {
    return [...this.#groups.values()];
  }

  get(group: GroupId): KnownGroup | undefined {
    return this.#groups.get(group);
  }

  /** The name of a group in store keys. */
  key(group: GroupId): string {
    return this.#core.store.hideKey(group);
  }

  setRow(row: GroupRow): StoreChange {
    const { group } = row;
    const known = this.#groups.get(group);
    if (known === undefined) throw new RangeError("a group has operations");
    this.#groups.set(group, { ...known, row });
    return this.#writeRow(group);
  }

  #writeRow(group: GroupId): StoreChange {
    return lateRow(this.#rows, this.key(group), () => this.#row(group));
  }

  #row(group: GroupId): GroupRow {
    const known = this.#groups.get(group);
    if (known === undefined) throw new RangeError("this group is not known");
    return known.row;
  }

  /** Takes a log over that has grown; a group that was not known comes with its row. */
  setLog(log: GroupLog, row?: GroupRow): readonly StoreChange[] {
    const known = this.#groups.get(log.group);
    const current = row ?? known?.row;
    if (current === undefined) throw new RangeError("a new group comes with its row");
    this.#groups.set(log.group, { row: current, log });
    const from = known?.log.operations.length ?? 0;
    const key = this.key(log.group);
    // Named by their hash too: after a crash another may have the number of one whose batch was lost.
    const added = log.operations.slice(from).map(({ read, index }) => {
      const { id, encoded, identityKey } = read;
      const number = String(index).padStart(NUMBER_DIGITS, "0");
      return this.#operations.put(`${key}/${number}/${id}`, {
        encoded,
        ...(identityKey === undefined ? {} : { identityKey }),
      });
    });
    return known?.row === current ? added : [...added, this.#writeRow(log.group)];
  }

  /** The changes that forget a group of which nothing was shown. */
  async remove(group: GroupId): Promise<readonly StoreChange[]> {
    const key = this.key(group);
    const kept = await this.#operations.list(`${key}/`);
    this.#groups.delete(group);
    return [this.#rows.remove(key), ...kept.map((row) => this.#operations.remove(row.key))];
  }

  chain(group: GroupId): ChainRow | undefined {
    return this.#ownChains.get(group);
  }

  setChain(group: GroupId, row: ChainRow): StoreChange {
    this.#ownChains.set(group, row);
    return lateRow(this.#chains, this.key(group), () => this.#ownChains.get(group) ?? row);
  }

  /** The sender keys of a device in a group; changed inside the lock of its person only. */
  async senderKeys(group: GroupId, device: DeviceId): Promise<SenderKeyRecord | null> {
    const key = this.#keyOf(group, device);
    const known = this.#keys.get(key);
    if (known !== undefined) return known;
    const stored = await this.#core.store.get(key);
    if (stored === undefined) return null;
    const record = decodeSenderKeyRecord(stored);
    if (!record.ok) throw new InvariantError("a kept row of a group cannot be read");
    return record.value;
  }

  setSenderKeys(group: GroupId, device: DeviceId, record: SenderKeyRecord): StoreChange {
    const key = this.#keyOf(group, device);
    this.#keys.set(key, record);
    return { key, value: encodeSenderKeyRecord(record) };
  }

  #keyOf(group: GroupId, device: DeviceId): string {
    return `${KEY_PREFIX}${this.key(group)}/${this.#core.people.peerKey(device)}`;
  }

  /** Keeps where devices may be met. */
  addPlaces(places: readonly GroupPlace[]): readonly StoreChange[] {
    return places.map((place) => {
      const others = (this.#places.get(place.device) ?? []).filter(({ box }) => box !== place.box);
      const kept = [place, ...others].slice(0, MAX_PLACES);
      this.#places.set(place.device, kept);
      return this.#placeRows.put(this.#core.people.peerKey(place.device), { places: kept });
    });
  }

  places(device: DeviceId): readonly GroupPlace[] {
    return this.#places.get(device) ?? [];
  }
}

/** Places kept of one device. */
const MAX_PLACES = 3;
