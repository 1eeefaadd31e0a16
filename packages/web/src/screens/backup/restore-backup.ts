/** Hands a file to the engine as a backup, piece by piece. */
import { type AccountStatus, MessengerError, toBase64 } from "@kith/client/rpc";
import type { MessengerLink } from "../../state/messenger-link.ts";
import type { BackupWatch } from "./make-backup.ts";

/** One piece, in bytes: as much as the engine takes at once. */
const PIECE_BYTES = 128 * 1024;

/** Rows, their index and what the browser needs beside them, for each byte of a backup. */
const ROOM_FACTOR = 2;

/** A restore that only has to be finished: nothing is an account before that. */
export type FinishRestore = () => Promise<AccountStatus>;

/**
 * Sends the whole file; one piece is in memory at a time. After a failure, or when it was stopped, the engine has removed
 * what it wrote. @returns null when it was stopped. @throws MessengerError with the codes of backups.
 */
export async function restoreBackup(
  link: MessengerLink,
  given: { readonly file: File; readonly passphrase: string; readonly isHere: boolean },
  watch: BackupWatch,
): Promise<FinishRestore | null> {
  const { file, passphrase, isHere } = given;
  if (isHere) await checkRoom(file.size);
  const { id } = await link.call("backup.restore", { passphrase });
  let isWhole = false;
  try {
    for (let offset = 0; offset < file.size; offset += PIECE_BYTES) {
      if (watch.signal.aborted) return null;
      const data = toBase64(await readPiece(file, offset));
      watch.onBytes((await link.call("backup.append", { id, data })).doneBytes);
    }
    isWhole = true;
  } finally {
    if (!isWhole) await link.call("backup.cancel", { id });
  }
  return () => link.call("backup.finish", { id });
}

/** A browser says how much it would keep; asking first is better than failing near the end. */
async function checkRoom(fileBytes: number): Promise<void> {
  const { quota, usage } = (await navigator.storage?.estimate?.()) ?? {};
  if (quota === undefined || usage === undefined || quota - usage >= ROOM_FACTOR * fileBytes) return;
  throw new MessengerError("BACKUP_TOO_LARGE", "the browser has no room for it", { details: { limit: quota - usage } });
}

async function readPiece(file: File, offset: number): Promise<Uint8Array> {
  try {
    return new Uint8Array(await file.slice(offset, offset + PIECE_BYTES).arrayBuffer());
  } catch (cause) {
    throw new MessengerError("FILE_UNREADABLE", "the browser cannot read the file", { cause });
  }
}
