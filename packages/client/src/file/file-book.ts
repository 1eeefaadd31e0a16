/** The rows of all files, in memory, with what goes on at this moment; nothing here moves a byte. */
import {
  type AccountId,
  type ContentId,
  type FileManifest,
  type GroupId,
  isUnseenOnce,
  type MarkedContent,
  manifestOf,
} from "@kith/protocol";
import type { FileInfo } from "../client.ts";
import type { Core } from "../core.ts";
import type { MessageRow } from "../message/message-row.ts";
import type { People } from "../people/people.ts";
import type { StoreChange } from "../ports.ts";
import { createTable, type Table } from "../store/table.ts";
import type { StateKeys } from "../vanish/state-keys.ts";
import {
  bareManifest,
  type FileRow,
  fileRowShape,
  type HashList,
  hashListShape,
  type StoredFileRow,
} from "./file-row.ts";

/** Names one file: the message that offers it. */
export interface FileName {
  /** The other side of a chat; in a group who said it. */
  readonly chat: AccountId;
  readonly group?: GroupId | undefined;
  readonly isOwn: boolean;
  readonly id: ContentId;
}

/** Why bytes do not move although they should. */
export type WaitReason = "offline" | "own-offline" | "paused-there" | "busy" | "damaged-there";

/** Why no relay holds an own file. */
export type ParkReason = NonNullable<NonNullable<FileInfo["parked"]>["reason"]>;

/** How far an own file is on its way to a relay, or why none has it; forgotten when the process ends. */
export interface Parking {
  readonly doneBytes: number;
  readonly reason?: ParkReason;
}

/** What goes on with a file right now; forgotten when the process ends. */
export interface Activity {
  readonly kind: "waiting" | "moving";
  readonly reason?: WaitReason;
  readonly doneBytes: number;
}

/** All files of one account. */
export class FileBook {
  readonly #store: Core["store"];
  readonly #people: People;
  readonly #rows: Table<StoredFileRow>;
  readonly #hashes: Table<HashList>;
  readonly #known = new Map<string, FileRow>();
  readonly #activities = new Map<string, Activity>();
  readonly #parkings = new Map<string, Parking>();
  /** Opened ones that were to be seen once. */
  readonly #held = new Set<string>();

  /** @param state seals the rows: they may name a path of this machine. */
  constructor(store: Core["store"], people: People, state: StateKeys) {
    this.#store = store;
    this.#people = people;
    const guard = state.guard<StoredFileRow>((_, key) => key.slice(0, key.indexOf("/")));
    this.#rows = createTable(store, "file", fileRowShape, guard);
    this.#hashes = createTable(store, "file-hashes", hashListShape);
  }

  /** Takes up the rows whose messages are there, and forgets the others. */
  async load(find: (name: FileName) => Promise<MarkedContent | undefined>): Promise<void> {
    const forgotten: StoreChange[] = [];
    for (const { key, value } of await this.#rows.list()) {
      const message = await find(value);
      const manifest = message === undefined || message.marks?.isDeleted === true ? null : manifestOf(message.content);
      if (manifest !== null && message !== undefined)
        this.#known.set(key, { ...value, ...fromMessage(message, manifest) });
      else forgotten.push(this.#rows.remove(key), this.#hashes.remove(key));
    }
    if (forgotten.length > 0) await this.#store.commit(forgotten);
  }

  /** The changes that write the rows of a chat or a group once more, under the state key of now. */
  reseal(chat: AccountId | GroupId): readonly StoreChange[] {
    return this.all().flatMap((row) => ((row.group ?? row.chat) === chat ? [this.put(row)] : []));
  }

  get(name: FileName): FileRow | undefined {
    return this.#known.get(this.keyOf(name));
  }

  all(): readonly FileRow[] {
    return [...this.#known.values()];
  }

  /** The change that keeps a row; it is known at once. */
  put(row: FileRow): StoreChange {
    const key = this.keyOf(row);
    this.#known.set(key, row);
    const { manifest: _manifest, isOnce: _isOnce, ...stored } = row;
    return this.#rows.put(key, stored);
  }

  putHashes(name: FileName, hashes: Uint8Array): StoreChange {
    return this.#hashes.put(this.keyOf(name), { hashes });
  }

  /** The unit hashes, once they are known. */
  async hashes(name: FileName): Promise<Uint8Array | undefined> {
    return (await this.#hashes.get(this.keyOf(name)))?.hashes;
  }

  /** The changes that forget a file. */
  remove(name: FileName): readonly StoreChange[] {
    const key = this.keyOf(name);
    this.#known.delete(key);
    this.#activities.delete(key);
    this.#parkings.delete(key);
    this.#held.delete(key);
    return [this.#rows.remove(key), this.#hashes.remove(key)];
  }

  /** Lets a file be read that was to be seen once; its key is in memory only from now on. */
  hold(name: FileName): void {
    this.#held.add(this.keyOf(name));
  }

  /** A file that is held so. */
  held(name: FileName): FileRow | undefined {
    return this.#held.has(this.keyOf(name)) ? this.get(name) : undefined;
  }

  /** The name of a file's units in the vault: says nothing to who sees it. */
  vaultName(name: FileName): string {
    return this.#store.hideKey(`file/${this.keyOf(name)}`);
  }

  keyOf({ chat, group, isOwn, id }: FileName): string {
    const by = this.#people.chatKey(chat);
    const place = group === undefined ? by : `${this.#store.hideKey(group)}/${by}`;
    return `${place}/${isOwn ? "own" : "their"}/${id}`;
  }

  activity(name: FileName): Activity | undefined {
    return this.#activities.get(this.keyOf(name));
  }

  /** @param activity null when nothing goes on. */
  setActivity(name: FileName, activity: Activity | null): void {
    const key = this.keyOf(name);
    if (activity === null) this.#activities.delete(key);
    else this.#activities.set(key, activity);
  }

  /** @param parking null when nothing is known, or a relay has all of it. @returns whether more than a number changed. */
  setParking(name: FileName, parking: Parking | null): boolean {
    const key = this.keyOf(name);
    const before = this.#parkings.get(key) ?? null;
    if (parking === null) this.#parkings.delete(key);
    else this.#parkings.set(key, parking);
    return (before === null) !== (parking === null) || before?.reason !== parking?.reason;
  }

  /** A file as an interface sees it. */
  view(name: FileName, manifest: FileManifest): FileInfo {
    const row = this.get(name);
    const activity = this.activity(name);
    const { sizeBytes, mediaType } = manifest;
    const doneBytes = row?.state === "complete" ? sizeBytes : (activity?.doneBytes ?? row?.doneBytes ?? 0);
    return {
      name: manifest.name,
      sizeBytes,
      mediaType,
      hasPreview: manifest.preview !== undefined,
      ...(manifest.voice && { voice: { ...manifest.voice, waveform: [...manifest.voice.waveform] } }),
      doneBytes,
      ...stateOf(row, activity, name.isOwn),
      ...(row?.isCopy && { isCopy: true }),
      ...parkedOf(row, this.#parkings.get(this.keyOf(name))),
    };
  }
}

/** What a row knows by its message. */
export function fromMessage(
  { content }: Pick<MessageRow, "content">,
  manifest: FileManifest,
): Pick<FileRow, "manifest" | "isOnce"> {
  return { manifest: bareManifest(manifest), ...(isUnseenOnce(content) ? { isOnce: true } : {}) };
}

function parkedOf(row: FileRow | undefined, parking: Parking | undefined): Pick<FileInfo, "parked"> {
  if (row?.isOwn !== true || row.state !== "offered") return {};
  if (row.parked !== undefined) {
    return { parked: { state: "there", doneBytes: row.manifest.sizeBytes, relays: row.parked.length } };
  }
  if (parking === undefined) return {};
  return { parked: { state: parking.reason === undefined ? "going" : "none", relays: 0, ...parking } };
}

function stateOf(
  row: FileRow | undefined,
  activity: Activity | undefined,
  isOwn: boolean,
): Pick<FileInfo, "state" | "reason"> {
  if (row === undefined) return { state: isOwn ? "elsewhere" : "offered" };
  if (row.state === "wanted") {
    if (activity?.kind === "moving") return { state: "moving" };
    return { state: "waiting", ...(activity?.reason === undefined ? {} : { reason: activity.reason }) };
  }
  if (row.isOwn && row.state === "offered" && activity?.kind === "moving") return { state: "moving" };
  return { state: row.state, ...(row.reason === undefined ? {} : { reason: row.reason }) };
}
