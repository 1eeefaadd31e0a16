/** What is kept of one file: what it is, where its bytes are, and what the person decided about it. */
import {
  type AccountId,
  accountId,
  bool,
  bytes,
  type ContentId,
  contentId,
  type FileManifest,
  field,
  flag,
  type GroupId,
  groupId,
  HASH_BYTES,
  list,
  MAX_FILE_BYTES,
  MAX_FILE_UNITS,
  MAX_RELAYS,
  oneOf,
  optional,
  type RelayId,
  record,
  relayId,
  type Shape,
  text,
  uint,
} from "@kith/protocol";

/** What was decided, or how it ended; `removed`: its bytes were here, and were taken away to make room. One sent from here is never `wanted`, and `complete` once the other side has all of it; one of a group stays `offered`. */
export type FileState = "offered" | "wanted" | "paused" | "complete" | "cancelled" | "failed" | "removed";

/** Why a file ended, or what stopped it. */
export type FileReason =
  /** The sender does not offer it any more. */
  | "gone"
  /** The sender's file is not what it was when it was offered. */
  | "changed"
  /** What came does not verify, again and again. */
  | "damaged"
  /** This device's disk refused to take it. */
  | "disk";

/** A file of this machine that is sent from where it lies. */
export interface FilePlace {
  readonly path: string;
  readonly modifiedMs: number;
}

/** One file of a chat; a received one has a row from the moment in which the person first decides about it. */
export interface FileRow {
  /** The other side of a chat; in a group who said it. */
  readonly chat: AccountId;
  readonly group?: GroupId | undefined;
  readonly isOwn: boolean;
  readonly id: ContentId;
  readonly state: FileState;
  readonly reason?: FileReason | undefined;
  /** Of the message, without preview and voice. Kept only there: when its key is erased nothing else opens the file. */
  readonly manifest: FileManifest;
  /** Of a message to be seen once: not read here before that is opened. As the message says, not in the row. */
  readonly isOnce?: true | undefined;
  /** Where an own file is; without it its units are in the vault. */
  readonly place?: FilePlace | undefined;
  /** As last noted: received and written, or handed over. */
  readonly doneBytes: number;
  /** The sender knows that we have all of it. */
  readonly isTold?: true | undefined;
  /** Relays that hold all of an own file. */
  readonly parked?: readonly RelayId[] | undefined;
  /** An own file that another device of ours sent: fetched and kept here like a received one. */
  readonly isCopy?: true | undefined;
}

/** Whether a file was sent from this device, so that this device offers it. */
export function isSource({ isOwn, isCopy }: Pick<FileRow, "isOwn" | "isCopy">): boolean {
  return isOwn && isCopy !== true;
}

/** A row as it is stored. */
export type StoredFileRow = Omit<FileRow, "manifest" | "isOnce">;

/** The unit hashes of one file. */
export interface HashList {
  readonly hashes: Uint8Array;
}

/** The longest path of a file system, in bytes. */
const MAX_PATH_BYTES = 4096;

/** Codec shape of a file's row. */
export const fileRowShape: Shape<StoredFileRow> = record<StoredFileRow>({
  chat: field(1, accountId),
  isOwn: field(2, bool),
  id: field(3, contentId),
  state: field(
    4,
    oneOf<FileState>({ offered: 0, wanted: 1, paused: 2, complete: 3, cancelled: 4, failed: 5, removed: 6 }),
  ),
  reason: optional(5, oneOf<FileReason>({ gone: 0, changed: 1, damaged: 2, disk: 3 })),
  place: optional(6, record<FilePlace>({ path: field(1, text(MAX_PATH_BYTES)), modifiedMs: field(2, uint()) })),
  doneBytes: field(7, uint(MAX_FILE_BYTES)),
  isTold: optional(8, flag),
  parked: optional(9, list(relayId, MAX_RELAYS, 1)),
  group: optional(10, groupId),
  isCopy: optional(11, flag),
});

/** Codec shape of a hash list. */
export const hashListShape: Shape<HashList> = record<HashList>({
  hashes: field(1, bytes(HASH_BYTES, MAX_FILE_UNITS * HASH_BYTES)),
});

/** A manifest as a row keeps it. */
export function bareManifest({ preview: _preview, voice: _voice, ...manifest }: FileManifest): FileManifest {
  return manifest;
}
