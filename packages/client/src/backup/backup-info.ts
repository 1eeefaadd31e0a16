/** Backups under a passphrase of their own. Plain JSON like all of `client.ts`. */
import type { AccountStatus } from "../account/account-info.ts";

/** Parameters and results of the methods about backups under a passphrase of their own. */
export interface BackupMethods {
  /**
   * Begins a backup of the open account under a passphrase of 8 characters or more; `backup.next` hands out its bytes
   * in base64, one piece after the other, until `isEnd`. A new one ends the last one.
   */
  "backup.export": { params: { passphrase: string }; result: { id: string } };
  "backup.next": { params: { id: string }; result: { data: string; isEnd: boolean } };
  /**
   * Begins to make an account from a backup where nobody lives yet; its bytes come in order, at most 128 KiB in base64
   * at a time. Until `backup.finish` has answered there is no account; after a failure nothing of the backup is left.
   */
  "backup.restore": { params: { passphrase: string }; result: { id: string } };
  "backup.append": { params: { id: string; data: string }; result: { doneBytes: number } };
  "backup.finish": { params: { id: string }; result: AccountStatus };
  /** Gives up the backup or the restore of this id; what was restored so far is removed again. */
  "backup.cancel": { params: { id: string }; result: { cancelled: boolean } };
}
