/** Takes one archive in, record by record: rows are written as they come, and count once the last one is there. */
import type { ArchiveHead, ArchiveInfo, ArchiveRecord } from "../client.ts";
import { MessengerError } from "../messenger-error.ts";
import type { Store, StoreChange } from "../ports.ts";
import { tooLarge } from "./archive-error.ts";
import { type ArchiveTables, archiveTables, type ThreadRow } from "./archive-rows.ts";

/** Bounds of one archive. */
const MAX_MESSAGES = 5_000_000;
const MAX_PEOPLE = 1_000_000;
const MAX_THREADS = 200_000;

type Of<T extends ArchiveRecord["type"]> = Extract<ArchiveRecord, { readonly type: T }>;
type Counts = { -readonly [K in keyof ArchiveInfo["counts"]]: number };

interface Span {
  messages: number;
  firstAtMs: number;
  lastAtMs: number;
}

/** One import. */
export class ArchiveImport {
  readonly id: string;
  readonly store: Store;
  readonly #head: ArchiveHead;
  readonly #tables: ArchiveTables;
  readonly #spans = new Map<number, Span>();
  readonly #threads = new Map<number, Of<"thread">>();
  /** Handles of those who are in a conversation. */
  readonly #handles = new Map<string, string | undefined>();
  readonly #counts: Counts = { following: 0, followers: 0, blocked: 0, muted: 0, named: 0, threads: 0, messages: 0 };
  #people = 0;

  constructor(id: string, store: Store, head: ArchiveHead) {
    this.id = id;
    this.store = store;
    this.#head = head;
    this.#tables = archiveTables(store);
  }

  /** @throws MessengerError ARCHIVE_TOO_LARGE or PARAMS_INVALID. */
  async append(records: readonly ArchiveRecord[]): Promise<void> {
    const changes = records.flatMap((record) => this.#take(record));
    if (changes.length > 0) await this.store.commit(changes);
  }

  /** Writes the conversations, and with the last batch what makes it an archive. */
  async finish(importedAtMs: number): Promise<ArchiveInfo> {
    this.#counts.threads = this.#threads.size;
    const threads = [...this.#threads.values()].map((each) => this.#threadRow(each));
    for (let at = 0; at < threads.length; at += 500) {
      const some = threads.slice(at, at + 500);
      await this.store.commit(some.map((row) => this.#tables.threads.put(threadKey(row.thread), row)));
    }
    const info: ArchiveInfo = { ...this.#head, importedAtMs, counts: this.#counts };
    await this.store.commit([this.#tables.self.put("self", info)]);
    return info;
  }

  #take(record: ArchiveRecord): readonly StoreChange[] {
    switch (record.type) {
      case "person":
        return [this.#takePerson(record)];
      case "message":
        return [this.#takeMessage(record)];
      case "thread":
        if (this.#threads.size >= MAX_THREADS) throw tooLarge(MAX_THREADS);
        if (this.#threads.has(record.thread)) throw outOfOrder();
        this.#threads.set(record.thread, record);
        for (const id of record.people) this.#handles.set(id, undefined);
        return [];
    }
  }

  #takePerson({ id, handle, lists }: Of<"person">): StoreChange {
    if (this.#people >= MAX_PEOPLE) throw tooLarge(MAX_PEOPLE);
    for (const list of lists) this.#counts[list] += 1;
    if (handle !== undefined) this.#counts.named += 1;
    if (this.#handles.has(id)) this.#handles.set(id, handle);
    const key = `${handle === undefined ? 1 : 0}/${numberKey(this.#people)}`;
    this.#people += 1;
    return this.#tables.people.put(key, { id, handle, lists });
  }

  #takeMessage({ thread, senderId, text, atMs, media }: Of<"message">): StoreChange {
    if (this.#counts.messages >= MAX_MESSAGES) throw tooLarge(MAX_MESSAGES);
    if (this.#threads.has(thread)) throw outOfOrder();
    const span = this.#spans.get(thread) ?? { messages: 0, firstAtMs: atMs, lastAtMs: atMs };
    span.messages += 1;
    span.firstAtMs = Math.min(span.firstAtMs, atMs);
    span.lastAtMs = Math.max(span.lastAtMs, atMs);
    this.#spans.set(thread, span);
    this.#counts.messages += 1;
    // The file has the newest first: of one millisecond the later in the file is the earlier.
    const key = `${threadKey(thread)}/${timeKey(atMs)}/${numberKey(99_999_999 - this.#counts.messages)}`;
    return this.#tables.messages.put(key, { senderId, text, atMs, media });
  }

  #threadRow({ thread, isGroup, name, people }: Of<"thread">): ThreadRow {
    const span = this.#spans.get(thread) ?? { messages: 0, firstAtMs: 0, lastAtMs: 0 };
    const named = people.map((id) => ({ id, handle: this.#handles.get(id) }));
    return { thread, isGroup, name, people: named, ...span };
  }
}

/** Six digits. */
export function threadKey(thread: number): string {
  return String(thread).padStart(6, "0");
}

/** Fourteen digits. */
export function timeKey(atMs: number): string {
  return String(atMs).padStart(14, "0");
}

/** Eight digits. */
export function numberKey(number: number): string {
  return String(number).padStart(8, "0");
}

function outOfOrder(): MessengerError {
  return new MessengerError("PARAMS_INVALID", "a thread comes once, after its messages", {
    details: { rule: "thread" },
  });
}
