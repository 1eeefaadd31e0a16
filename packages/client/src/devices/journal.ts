/**
 * What our other devices are still to be told: written in the batch of its cause, taken out in the batch that queues
 * it. What is a register, or a state, is there once however often it changes.
 */
import {
  type AccountId,
  accountId,
  bytes,
  type ContentId,
  contentId,
  type DeviceId,
  deviceId,
  field,
  type GroupId,
  groupId,
  MAX_BODY_BYTES,
  record,
  type Shape,
  type SyncItem,
  union,
} from "@kith/protocol";
import type { People } from "../people/people.ts";
import type { StoreChange } from "../ports.ts";
import type { SealedStore } from "../store/sealed-store.ts";
import { createTable, type Table } from "../store/table.ts";
import type { StateKeys } from "../vanish/state-keys.ts";
import { decodeItem, encodeItem } from "./item-bytes.ts";

/** Something to tell: what it is now is looked up when it is told, except for items. */
export type Note =
  | { readonly type: "chain" }
  | { readonly type: "device"; readonly device: DeviceId }
  | { readonly type: "person"; readonly account: AccountId }
  | { readonly type: "chat"; readonly account: AccountId }
  | { readonly type: "settings" }
  | { readonly type: "backup" }
  | { readonly type: "draft"; readonly account: AccountId }
  | { readonly type: "picture" }
  | { readonly type: "item"; readonly item: SyncItem }
  | { readonly type: "state"; readonly chat: AccountId; readonly id: ContentId }
  | { readonly type: "reached"; readonly group: GroupId; readonly id: ContentId };

type StoredNote = Exclude<Note, { readonly type: "item" }> | { readonly type: "item"; readonly encoded: Uint8Array };

const noteShape: Shape<StoredNote> = union<StoredNote>({
  chain: [1, record<object>({})],
  device: [2, record<{ device: DeviceId }>({ device: field(1, deviceId) })],
  person: [3, record<{ account: AccountId }>({ account: field(1, accountId) })],
  chat: [4, record<{ account: AccountId }>({ account: field(1, accountId) })],
  settings: [5, record<object>({})],
  item: [6, record<{ encoded: Uint8Array }>({ encoded: field(1, bytes(1, MAX_BODY_BYTES)) })],
  backup: [9, record<object>({})],
  draft: [10, record<{ account: AccountId }>({ account: field(1, accountId) })],
  picture: [8, record<object>({})],
  reached: [11, record<{ group: GroupId; id: ContentId }>({ group: field(1, groupId), id: field(2, contentId) })],
  state: [7, record<{ chat: AccountId; id: ContentId }>({ chat: field(1, accountId), id: field(2, contentId) })],
});

const COUNTER_DIGITS = 12;

/** A note in its place. */
export interface KeptNote {
  readonly key: string;
  readonly note: Note;
}

/** All notes, in the order in which they are told. */
export class Journal {
  readonly #store: Pick<SealedStore, "hideKey">;
  readonly #people: People;
  readonly #table: Table<StoredNote>;
  readonly #notes = new Map<string, Note>();
  #counter = 0;

  /** @param state seals the notes: some have words of messages. */
  constructor(store: SealedStore, people: People, state: StateKeys, own: AccountId) {
    this.#store = store;
    this.#people = people;
    const guard = state.guard<StoredNote>(() => people.chatKey(own));
    this.#table = createTable(store, "sync-out", noteShape, guard);
  }

  async load(): Promise<void> {
    for (const { key, value } of await this.#table.list()) {
      const note = toNote(value);
      if (note !== null) this.#notes.set(key, note);
      if (key.startsWith("5/")) this.#counter = Math.max(this.#counter, Number(key.slice(2)));
    }
  }

  get isEmpty(): boolean {
    return this.#notes.size === 0;
  }

  /** The change that keeps a note. */
  add(note: Note): StoreChange {
    const key = this.#keyOf(note);
    this.#notes.set(key, note);
    return this.#table.put(key, toStored(note));
  }

  /** Takes up to `limit` notes, the first ones; `remove` them in the batch that queues what they say. */
  take(limit: number): readonly KeptNote[] {
    const keys = [...this.#notes.keys()].sort().slice(0, limit);
    return keys.flatMap((key) => {
      const note = this.#notes.get(key);
      this.#notes.delete(key);
      return note === undefined ? [] : [{ key, note }];
    });
  }

  /** The changes that forget notes that were taken; one that was made again meanwhile stays. */
  remove(taken: readonly KeptNote[]): readonly StoreChange[] {
    return taken.flatMap(({ key }) => (this.#notes.has(key) ? [] : [this.#table.remove(key)]));
  }

  /** Puts notes back that could not be told. */
  putBack(taken: readonly KeptNote[]): void {
    for (const { key, note } of taken) if (!this.#notes.has(key)) this.#notes.set(key, note);
  }

  #keyOf(note: Note): string {
    switch (note.type) {
      case "chain":
        return "0/";
      case "device":
        return `1/${this.#people.peerKey(note.device)}`;
      case "person":
        return `2/${this.#people.chatKey(note.account)}`;
      case "settings":
        return "3/";
      case "picture":
        return "3/picture";
      case "chat":
        return `4/${this.#people.chatKey(note.account)}`;
      case "item":
        this.#counter += 1;
        return `5/${String(this.#counter).padStart(COUNTER_DIGITS, "0")}`;
      case "state":
        return `6/${this.#people.chatKey(note.chat)}/${note.id}`;
      case "reached":
        return `9/${this.#store.hideKey(note.group)}/${note.id}`;
      case "backup":
        return "8/";
      case "draft":
        return `7/${this.#people.chatKey(note.account)}`;
    }
  }
}

function toStored(note: Note): StoredNote {
  return note.type === "item" ? { type: "item", encoded: encodeItem(note.item) } : note;
}

function toNote(stored: StoredNote): Note | null {
  if (stored.type !== "item") return stored;
  const item = decodeItem(stored.encoded);
  return item === null ? null : { type: "item", item };
}
