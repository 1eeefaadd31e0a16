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
import { MessengerError } from "../messenger-error.ts";
import type { StoreChange } from "../ports.ts";
import { createTable, KEY_END, lateRow, type Table } from "../store/table.ts";
import { EarlyOperations } from "./early-operations.ts";
import {
  type ChainRow,
  chainRowShape,
  type GroupDraftRow,
  type GroupRow,
  groupDraftRowShape,
  groupRowShape,
  type OperationRow,
  operationRowShape,
  type PlacesRow,
  placesRowShape,
} from "./group-row.ts";

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
  readonly #draftRows: Table<GroupDraftRow>;
  readonly #drafts = new Map<GroupId, GroupDraftRow>();
  readonly #placeRows: Table<PlacesRow>;
  readonly #places = new Map<DeviceId, readonly GroupPlace[]>();
  readonly early: EarlyOperations = new EarlyOperations();

  constructor(core: Core) {
    this.#core = core;
    this.#rows = createTable(core.store, "group", groupRowShape);
    this.#operations = createTable(core.store, "group-operation", operationRowShape);
    const guard = core.vanish.state.guard<ChainRow>((_, groupKey) => groupKey);
    this.#chains = createTable(core.store, "group-chain", chainRowShape, guard);
    const draftGuard = core.vanish.state.guard<GroupDraftRow>((_, groupKey) => groupKey);
    this.#draftRows = createTable(core.store, "group-draft", groupDraftRowShape, draftGuard);
    this.#placeRows = createTable(core.store, "group-place", placesRowShape);
  }

  async load(): Promise<void> {
    for (const { value } of await this.#draftRows.list()) this.#drafts.set(value.group, value);
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

  /** @throws MessengerError GROUP_UNKNOWN. */
  require(group: GroupId): KnownGroup {
    const known = this.#groups.get(group);
    if (known !== undefined) return known;
    throw new MessengerError("GROUP_UNKNOWN", "there is no such group here");
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
    return stored === undefined ? null : this.#openKeys(key, stored);
  }

  #openKeys(key: string, stored: Uint8Array): SenderKeyRecord | null {
    const opened = this.#core.vanish.state.open(key, stored);
    if (opened === null) return null;
    const record = decodeSenderKeyRecord(opened);
    if (!record.ok) throw new InvariantError("a kept row of a group cannot be read");
    return record.value;
  }

  setSenderKeys(group: GroupId, device: DeviceId, record: SenderKeyRecord): StoreChange {
    const key = this.#keyOf(group, device);
    this.#keys.set(key, record);
    return this.#writeKeys(group, key, record);
  }

  #writeKeys(group: GroupId, key: string, record: SenderKeyRecord): StoreChange {
    const { state } = this.#core.vanish;
    const groupKey = this.key(group);
    // Now, so that it is on disk; and again when it is written, since the key may have been replaced by then.
    state.of(groupKey);
    return { key, value: () => state.sealer(groupKey)(key, encodeSenderKeyRecord(this.#keys.get(key) ?? record)) };
  }

  /** The changes that write all that opens or seals messages of a group once more, under the state key of now. */
  async reseal(group: GroupId): Promise<readonly StoreChange[]> {
    const prefix = `${KEY_PREFIX}${this.key(group)}/`;
    const rows = await this.#core.store.entries({ gte: prefix, lt: prefix + KEY_END });
    const keys = rows.flatMap(([key, stored]) => {
      const record = this.#keys.get(key) ?? this.#openKeys(key, stored);
      return record === null ? [] : [this.#writeKeys(group, key, record)];
    });
    const chain = this.#ownChains.get(group);
    const draft = this.#drafts.get(group);
    return [
      ...keys,
      ...(chain === undefined ? [] : [this.setChain(group, chain)]),
      ...(draft === undefined ? [] : [this.#draftRows.put(this.key(group), draft)]),
    ];
  }

  draft(group: GroupId): GroupDraftRow | undefined {
    return this.#drafts.get(group);
  }

  /** Keeps what is being written in a group; an empty text that answers nothing is forgotten. */
  setDraft(row: GroupDraftRow): StoreChange {
    const key = this.key(row.group);
    if (row.text === "" && row.replyTo === undefined) {
      this.#drafts.delete(row.group);
      return this.#draftRows.remove(key);
    }
    this.#drafts.set(row.group, row);
    return this.#draftRows.put(key, row);
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
