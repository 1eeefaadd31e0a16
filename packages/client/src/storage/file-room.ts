/** Files whose bytes lie in the vault of this device, and taking them away. */
import type { Core } from "../core.ts";
import { type FileRow, isSource } from "../file/file-row.ts";
import type { Files } from "../file/files.ts";
import { findOffer } from "../file/offering.ts";
import type { ChatId } from "../people/named-chat.ts";

/** Files taken away by one call, so that a caller can show how far it is. */
const MAX_FILES = 100;

/** Which files: of one chat, one group or all, of messages from before a time. */
export interface FilesToRemove {
  readonly chat: ChatId | undefined;
  readonly beforeMs: number;
}

/** Bytes of a file in the vault. A file sent by its path lies elsewhere on this machine and is left alone. */
export function storedBytes(row: FileRow): number {
  const { place, state, doneBytes, manifest } = row;
  if (place !== undefined || state === "cancelled" || state === "removed") return 0;
  return isSource(row) || state === "complete" ? manifest.sizeBytes : doneBytes;
}

/** Whether anything of a file is in the vault. */
export function isStored(row: FileRow): boolean {
  return storedBytes(row) > 0;
}

/** Where a file was sent. */
export function chatOf({ chat, group }: FileRow): ChatId {
  return group ?? chat;
}

/** Nothing that still has to be handed over, or that is coming just now. */
function isRemovable(row: FileRow): boolean {
  return isStored(row) && row.state !== "wanted" && (!isSource(row) || row.state === "complete");
}

/** Takes bytes away; the messages stay. @returns what went, and whether there are more. */
export async function removeFiles(
  { core, files }: { readonly core: Core; readonly files: Files },
  { chat, beforeMs }: FilesToRemove,
): Promise<{ files: number; bytes: number; isDone: boolean }> {
  let [count, bytes] = [0, 0];
  for (const row of core.files.all()) {
    const isElsewhere = chat !== undefined && chatOf(row) !== chat;
    if (!isRemovable(row) || isElsewhere) continue;
    const message = await findOffer(core, row);
    if (message === undefined || message.orderMs >= beforeMs) continue;
    if (count === MAX_FILES) return { files: count, bytes, isDone: false };
    count += 1;
    bytes += storedBytes(row);
    const { reason: _reason, ...rest } = row;
    await files.change({ ...rest, state: row.state === "complete" ? "removed" : "cancelled", doneBytes: 0 });
  }
  return { files: count, bytes, isDone: true };
}
