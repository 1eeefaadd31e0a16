/** X archives as interfaces see them: unsigned, a proof of nothing. Plain JSON like all of `client.ts`. */
import type { NoParams } from "../no-params.ts";

/** Whose X archive it is, as the archive says. */
export interface ArchiveHead {
  readonly owner: { readonly accountId: string; readonly handle: string; readonly name?: string };
  readonly madeAtMs?: number;
  readonly formerHandles: readonly { readonly handle: string; readonly untilMs?: number }[];
}

/** A list of people in an X archive. */
export type ArchiveList = "following" | "followers" | "blocked" | "muted";

/** One thing from an X archive. Messages come before the thread that they are of; threads count from 0. */
export type ArchiveRecord =
  | { readonly type: "person"; readonly id: string; readonly handle?: string; readonly lists: readonly ArchiveList[] }
  | {
      readonly type: "thread";
      readonly thread: number;
      readonly isGroup: boolean;
      readonly name?: string;
      readonly people: readonly string[];
    }
  | {
      readonly type: "message";
      readonly thread: number;
      readonly senderId: string;
      readonly text: string;
      readonly atMs: number;
      /** Pictures and films that stay in the archive. */
      readonly media: number;
    };

/** An imported X archive: what its file said, unsigned, a proof of nothing. */
export interface ArchiveInfo extends ArchiveHead {
  readonly importedAtMs: number;
  readonly counts: { readonly [L in ArchiveList | "named" | "threads" | "messages"]: number };
}

/** Somebody in an X archive; the handle is the one of the newest post that names them. */
export interface ArchivePerson {
  readonly id: string;
  readonly handle?: string;
}

/** A conversation of an X archive, to be read only. */
export interface ArchiveThread {
  readonly thread: number;
  readonly isGroup: boolean;
  readonly name?: string;
  readonly people: readonly ArchivePerson[];
  readonly messages: number;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
}

/** A message of an X archive. */
export interface ArchiveMessageView {
  readonly sender: ArchivePerson;
  readonly isOwn: boolean;
  readonly text: string;
  readonly atMs: number;
  readonly media: number;
}

/** Parameters and results of the methods about x archives. */
export interface ArchiveMethods {
  /** The X archive that was imported, if any. */
  "archive.get": { params: NoParams; result: { archive: ArchiveInfo | null } };
  /** Begins to take an X archive in; nothing of it counts before `archive.finish`. A new one ends the last one. */
  "archive.begin": { params: ArchiveHead; result: { id: string } };
  /** The next records, at most 500 a call. */
  "archive.append": { params: { id: string; records: ArchiveRecord[] }; result: { records: number } };
  "archive.finish": { params: { id: string }; result: ArchiveInfo };
  /** Gives the import of this id up; what was taken in is removed. */
  "archive.cancel": { params: { id: string }; result: { cancelled: boolean } };
  /** People of one list, those with a handle first, at most 200 a call; go on with `next` as `after`. */
  "archive.people": {
    params: { list: ArchiveList; after?: string };
    result: { people: readonly ArchivePerson[]; next?: string };
  };
  /** Conversations, at most 200 a call; go on with `next` as `after`. */
  "archive.threads": {
    params: { after?: number };
    result: { threads: readonly ArchiveThread[]; next?: number };
  };
  /** Messages of a conversation, oldest first, at most 100 before `before`; older ones with `next` as `before`. */
  "archive.messages": {
    params: { thread: number; before?: string };
    result: { messages: readonly ArchiveMessageView[]; next?: string };
  };
  /** Removes the imported archive from this device. */
  "archive.remove": { params: NoParams; result: { removed: boolean } };
}
