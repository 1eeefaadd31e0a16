/** Takes the pieces of a backup from the engine and puts them together as a file of the browser. */
import type { MessengerLink } from "../../state/messenger-link.ts";
import { engineBytes } from "../files/bytes.ts";

/** What may be heard of it while it is made. */
export interface BackupWatch {
  readonly signal: AbortSignal;
  readonly onBytes: (bytes: number) => void;
}

/**
 * The sealed bytes. One piece of half a megabyte is in memory at a time; the rest lies in a blob, which browsers keep on disk
 * when it grows. @returns null when it was stopped. @throws MessengerError.
 */
export async function makeBackup(link: MessengerLink, passphrase: string, watch: BackupWatch): Promise<Blob | null> {
  const { id } = await link.call("backup.export", { passphrase });
  const parts: Blob[] = [];
  for (let bytes = 0; ; ) {
    if (watch.signal.aborted) {
      await link.call("backup.cancel", { id });
      return null;
    }
    const { data, isEnd } = await link.call("backup.next", { id });
    const piece = new Blob([engineBytes(data)]);
    parts.push(piece);
    bytes += piece.size;
    watch.onBytes(bytes);
    if (isEnd) return new Blob(parts, { type: "application/octet-stream" });
  }
}

/** `kith-backup-2026-11-27.kithbackup`: a name that says what it is and sorts by day. */
export function backupName(now: Date): string {
  const day = [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0"));
  return `kith-backup-${day.join("-")}.kithbackup`;
}
