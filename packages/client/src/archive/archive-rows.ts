/** The rows of an imported X archive. `archive/self` is written last: without it there is no archive. */
import { bool, field, list, oneOf, optional, record, type Shape, text, uint } from "@kith/protocol";
import type { ArchiveInfo, ArchiveList } from "../client.ts";
import type { Store } from "../ports.ts";
import { createTable, type Table } from "../store/table.ts";

/** Bytes of the longest text, name and id. */
const MAX_TEXT_BYTES = 3 * 20_000;
const MAX_NAME_BYTES = 400;
const MAX_ID_BYTES = 20;
const MAX_HANDLE_BYTES = 15;

const MAX_FORMER_HANDLES = 100;
const MAX_THREAD_PEOPLE = 1000;

/** Somebody, with the lists they are on. */
export interface PersonRow {
  readonly id: string;
  readonly handle?: string | undefined;
  readonly lists: readonly ArchiveList[];
}

/** A conversation. */
export interface ThreadRow {
  readonly thread: number;
  readonly isGroup: boolean;
  readonly name?: string | undefined;
  readonly people: readonly { readonly id: string; readonly handle?: string | undefined }[];
  readonly messages: number;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
}

/** A message. */
export interface MessageRow {
  readonly senderId: string;
  readonly text: string;
  readonly atMs: number;
  readonly media: number;
}

type Counts = ArchiveInfo["counts"];
type SelfRow = {
  readonly owner: { readonly accountId: string; readonly handle: string; readonly name?: string | undefined };
  readonly madeAtMs?: number | undefined;
  readonly formerHandles: readonly { readonly handle: string; readonly untilMs?: number | undefined }[];
  readonly importedAtMs: number;
  readonly counts: Counts;
};

const id = text(MAX_ID_BYTES);
const handle = text(MAX_HANDLE_BYTES);

const selfShape: Shape<SelfRow> = record<SelfRow>({
  owner: field(
    1,
    record<SelfRow["owner"]>({
      accountId: field(1, id),
      handle: field(2, handle),
      name: optional(3, text(MAX_NAME_BYTES)),
    }),
  ),
  madeAtMs: optional(2, uint()),
  formerHandles: field(
    3,
    list(
      record<SelfRow["formerHandles"][number]>({ handle: field(1, handle), untilMs: optional(2, uint()) }),
      MAX_FORMER_HANDLES,
    ),
  ),
  importedAtMs: field(4, uint()),
  counts: field(
    5,
    record<Counts>({
      following: field(1, uint()),
      followers: field(2, uint()),
      blocked: field(3, uint()),
      muted: field(4, uint()),
      named: field(5, uint()),
      threads: field(6, uint()),
      messages: field(7, uint()),
    }),
  ),
});

const personShape: Shape<PersonRow> = record<PersonRow>({
  id: field(1, id),
  handle: optional(2, handle),
  lists: field(3, list(oneOf<ArchiveList>({ following: 0, followers: 1, blocked: 2, muted: 3 }), 4)),
});

const threadShape: Shape<ThreadRow> = record<ThreadRow>({
  thread: field(1, uint()),
  isGroup: field(2, bool),
  name: optional(3, text(MAX_NAME_BYTES)),
  people: field(
    4,
    list(record<ThreadRow["people"][number]>({ id: field(1, id), handle: optional(2, handle) }), MAX_THREAD_PEOPLE),
  ),
  messages: field(5, uint()),
  firstAtMs: field(6, uint()),
  lastAtMs: field(7, uint()),
});

const messageShape: Shape<MessageRow> = record<MessageRow>({
  senderId: field(1, id),
  text: field(2, text(MAX_TEXT_BYTES)),
  atMs: field(3, uint()),
  media: field(4, uint()),
});

/** The tables of one store. Keys are numbers in the order of the file, and times: they name nobody. */
export interface ArchiveTables {
  readonly self: Table<SelfRow>;
  readonly people: Table<PersonRow>;
  readonly threads: Table<ThreadRow>;
  readonly messages: Table<MessageRow>;
}

const NAMES = ["archive-person", "archive-thread", "archive-message"] as const;

/** Rows deleted in one batch. */
const ROWS_PER_BATCH = 500;

/** Opens the tables. */
export function archiveTables(store: Store): ArchiveTables {
  return {
    self: createTable(store, "archive", selfShape),
    people: createTable(store, NAMES[0], personShape),
    threads: createTable(store, NAMES[1], threadShape),
    messages: createTable(store, NAMES[2], messageShape),
  };
}

/** Deletes everything, the row that makes it an archive first. */
export async function clearArchive(store: Store): Promise<void> {
  await store.commit([archiveTables(store).self.remove("self")]);
  for (const name of NAMES) {
    for (;;) {
      const page = await store.entries({ gte: `${name}/`, lt: `${name}/~`, limit: ROWS_PER_BATCH });
      if (page.length === 0) break;
      await store.commit(page.map(([key]) => ({ key })));
    }
  }
}
