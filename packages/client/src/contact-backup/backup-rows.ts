/** What is kept about the contact backup on this device. */
import { bytes, field, flag, list, optional, type RelayId, record, relayId, type Shape, uint } from "@kith/protocol";

/** The secret of the account's epoch, and whether a backup is kept. */
export interface BackupKeyRow {
  readonly epoch: number;
  readonly secret: Uint8Array;
  readonly isOff?: true | undefined;
}

/** Codec shape of the secret's row. */
export const backupKeyShape: Shape<BackupKeyRow> = record<BackupKeyRow>({
  epoch: field(1, uint()),
  secret: field(2, bytes(32)),
  isOff: optional(3, flag),
});

/** What lies on relays. */
export interface KeptBackupRow {
  readonly digest: Uint8Array;
  readonly atMs: number;
  readonly relays: readonly RelayId[];
  /** People who found no room in it. */
  readonly left: number;
}

/** Codec shape of what lies on relays. */
export const keptBackupShape: Shape<KeptBackupRow> = record<KeptBackupRow>({
  digest: field(1, bytes(32)),
  atMs: field(2, uint()),
  relays: field(3, list(relayId, 3)),
  left: field(4, uint()),
});

/** What a recovery found: its items are made contacts at the next start. */
export interface FoundBackupRow {
  readonly items: readonly Uint8Array[];
}

/** Codec shape of what was found. */
export const foundBackupShape: Shape<FoundBackupRow> = record<FoundBackupRow>({
  items: field(1, list(bytes(1, 64 * 1024), 4096)),
});

/** The table of all three rows, and their keys. */
export const BACKUP_TABLE = "contact-backup";
export const KEY_ROW = "key";
export const KEPT_ROW = "kept";
export const FOUND_ROW = "found";
