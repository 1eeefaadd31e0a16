/**
 * Groups in a backup: their rows, pictures, operations, messages and the names of those, and the keys of other senders. The chain
 * this device seals with is not among them: it would be used twice.
 */
import {
  bytes,
  type CryptoSuite,
  type DeviceId,
  decodeAs,
  decodeSenderKeyRecord,
  deviceId,
  encodeAs,
  field,
  fromHex,
  type GroupId,
  groupId,
  list,
  readOperation,
  record,
  type Shape,
  toHex,
} from "@kith/protocol";
import type { Core } from "../core.ts";
import { GroupBatches } from "../group/group-batches.ts";
import { groupIndexShape, groupLineKey } from "../group/group-messages.ts";
import { GROUP_PICTURE_TABLE, groupPictureRowShape } from "../group/group-pictures.ts";
import { groupMessageRowShape, groupRowShape, operationRowShape } from "../group/group-row.ts";
import type { StoreChange } from "../ports.ts";
import type { SealedStore } from "../store/sealed-store.ts";
import { createTable, KEY_END } from "../store/table.ts";
import type { BackupRecord } from "./record.ts";
import { settled } from "./settled.ts";

const MAX_ROW_BYTES = 1 << 20;
const PAGE = 100;

/** Names in one record. */
const NAMES_PER_RECORD = 4096;

interface GroupNames {
  readonly group: GroupId;
  readonly names: readonly Uint8Array[];
}

const groupNamesShape: Shape<GroupNames> = record<GroupNames>({
  group: field(1, groupId),
  names: field(2, list(bytes(16), NAMES_PER_RECORD)),
});

/** What another device gave of its chain. */
interface GroupKey {
  readonly group: GroupId;
  readonly device: DeviceId;
  readonly keys: Uint8Array;
}

const groupKeyShape: Shape<GroupKey> = record<GroupKey>({
  group: field(1, groupId),
  device: field(2, deviceId),
  keys: field(3, bytes(1, MAX_ROW_BYTES)),
});

/** The records of all groups of an open account. */
export async function* readGroups(core: Core): AsyncGenerator<BackupRecord, void> {
  for (const { value: row } of await createTable(core.store, "group", groupRowShape).list()) {
    const { told: _, ...kept } = row;
    yield { kind: "group", key: "", value: encodeAs(groupRowShape, kept) };
    yield* readGroup(core, row.group);
  }
}

async function* readGroup(core: Core, group: GroupId): AsyncGenerator<BackupRecord, void> {
  const { store, suite } = core;
  const hidden = store.hideKey(group);
  const devices = new Set<DeviceId>();
  const picture = await store.get(`${GROUP_PICTURE_TABLE}/${hidden}`);
  if (picture !== undefined) yield { kind: "group-picture", key: "", value: picture };
  const batches = new GroupBatches(core);
  for await (const [name, value] of entries(store, `group-operation/${hidden}/`)) {
    const row = decodeAs(operationRowShape, value, MAX_ROW_BYTES);
    const read = row.ok ? readOperation(suite, row.value.encoded) : row;
    if (read.ok) devices.add(read.value.operation.device);
    yield { kind: "group-operation", key: name.split("/")[2] ?? "", value };
  }
  for await (const [, value] of entries(store, `group-message/${hidden}/`)) {
    if (isLasting(value)) yield { kind: "group-message", key: "", value: await wholeMessage(batches, value) };
  }
  let names: Uint8Array[] = [];
  for await (const [name] of entries(store, `group-name/${hidden}/`)) {
    names.push(fromHex(name.split("/")[2] ?? ""));
    if (names.length < NAMES_PER_RECORD) continue;
    yield namesRecord(group, names);
    names = [];
  }
  if (names.length > 0) yield namesRecord(group, names);
  for (const device of devices) {
    const name = keyName(store, group, device);
    const stored = await store.get(name);
    const keys = stored === undefined ? null : core.vanish.state.open(name, stored);
    if (keys === null) continue;
    yield { kind: "group-key", key: "", value: encodeAs(groupKeyShape, { group, device, keys }) };
  }
}

/** A message by itself: how far it got lies beside it while it went along with others. */
async function wholeMessage(batches: GroupBatches, value: Uint8Array): Promise<Uint8Array> {
  const read = decodeAs(groupMessageRowShape, value, MAX_ROW_BYTES);
  if (!read.ok || read.value.batch === undefined) return value;
  const { batch: _, ...row } = read.value;
  return encodeAs(groupMessageRowShape, { ...row, deliveries: await batches.deliveriesOf(read.value) });
}

/** A message that vanishes has no place in a file that stays: it does not even open here, sealed as it is. */
function isLasting(value: Uint8Array): boolean {
  const row = decodeAs(groupMessageRowShape, value, MAX_ROW_BYTES);
  return row.ok && row.value.content?.vanishAfterMs === undefined && row.value.isForgotten !== true;
}

function namesRecord(group: GroupId, names: readonly Uint8Array[]): BackupRecord {
  return { kind: "group-name", key: "", value: encodeAs(groupNamesShape, { group, names }) };
}

function keyName(store: SealedStore, group: GroupId, device: DeviceId): string {
  return `group-key/${store.hideKey(group)}/${store.hideKey(device)}`;
}

async function* entries(store: SealedStore, prefix: string): AsyncGenerator<readonly [string, Uint8Array], void> {
  let from = prefix;
  for (;;) {
    const page = await store.entries({ gte: from, lt: prefix + KEY_END, limit: PAGE });
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    from = `${last[0]} `;
  }
}

/** Writes groups of a backup into a store without an account. */
export class GroupImporter {
  readonly #store: SealedStore;
  readonly #suite: CryptoSuite;

  constructor(store: SealedStore, suite: CryptoSuite) {
    this.#store = store;
    this.#suite = suite;
  }

  /** The changes for one record about a group; null when it is damaged. */
  take({ kind, key, value }: BackupRecord): readonly StoreChange[] | null {
    switch (kind) {
      case "group":
        return this.#takeRow(value);
      case "group-operation":
        return this.#takeOperation(key, value);
      case "group-message":
        return this.#takeMessage(value);
      case "group-name":
        return this.#takeNames(value);
      case "group-key":
        return this.#takeKey(value);
      case "group-picture":
        return this.#takePicture(value);
      default:
        return null;
    }
  }

  #takeRow(value: Uint8Array): readonly StoreChange[] | null {
    const row = decodeAs(groupRowShape, value, MAX_ROW_BYTES);
    if (!row.ok) return null;
    return [createTable(this.#store, "group", groupRowShape).put(this.#store.hideKey(row.value.group), row.value)];
  }

  #takePicture(value: Uint8Array): readonly StoreChange[] | null {
    const row = decodeAs(groupPictureRowShape, value, MAX_ROW_BYTES);
    if (!row.ok) return null;
    const rows = createTable(this.#store, GROUP_PICTURE_TABLE, groupPictureRowShape);
    return [rows.put(this.#store.hideKey(row.value.group), row.value)];
  }

  #takeOperation(number: string, value: Uint8Array): readonly StoreChange[] | null {
    const row = decodeAs(operationRowShape, value, MAX_ROW_BYTES);
    if (!row.ok || !/^\d{5}$/.test(number)) return null;
    const read = readOperation(this.#suite, row.value.encoded);
    if (!read.ok) return null;
    const key = `${this.#store.hideKey(read.value.group)}/${number}/${read.value.id}`;
    return [createTable(this.#store, "group-operation", operationRowShape).put(key, row.value)];
  }

  /** What was on its way when the backup was made is not followed any more. */
  #takeMessage(value: Uint8Array): readonly StoreChange[] | null {
    const decoded = decodeAs(groupMessageRowShape, value, MAX_ROW_BYTES);
    if (!decoded.ok) return null;
    const { chainId: _, batch: _batch, ...row } = decoded.value;
    const { group, author, content, operation, orderMs } = row;
    const id = content?.id ?? operation;
    if (id === undefined) return null;
    const change = createTable(this.#store, "group-message", groupMessageRowShape).put(
      groupLineKey(this.#store.hideKey(group), orderMs, id),
      { ...row, deliveries: row.deliveries.map(settled) },
    );
    if (content === undefined) return [change];
    const index = createTable(this.#store, "group-index", groupIndexShape);
    return [change, index.put(`${this.#store.hideKey(author)}/${content.id}`, { group, orderMs, id: content.id })];
  }

  #takeNames(value: Uint8Array): readonly StoreChange[] | null {
    const row = decodeAs(groupNamesShape, value, MAX_ROW_BYTES);
    if (!row.ok) return null;
    const hidden = this.#store.hideKey(row.value.group);
    return row.value.names.map((name) => ({ key: `group-name/${hidden}/${toHex(name)}`, value: new Uint8Array(0) }));
  }

  #takeKey(value: Uint8Array): readonly StoreChange[] | null {
    const row = decodeAs(groupKeyShape, value, MAX_ROW_BYTES);
    if (!row.ok || !decodeSenderKeyRecord(row.value.keys).ok) return null;
    const { group, device, keys } = row.value;
    return [{ key: keyName(this.#store, group, device), value: keys }];
  }
}
