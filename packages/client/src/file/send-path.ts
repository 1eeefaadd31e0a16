/** Sends files that stay where they are: read now, and again while the other side fetches them. */
import type { ContentId } from "@kith/protocol";
import type { Message } from "../client.ts";
import { MessengerError } from "../messenger-error.ts";
import {
  checkPreview,
  checkSize,
  type FileParts,
  findSent,
  type PathToSend,
  requireTarget,
  sendSealed,
} from "./local-files.ts";
import { type SealedFile, sealSource } from "./seal-file.ts";

/** The `SendPath` of programs that read files by their paths. @throws MessengerError as `LocalFiles.sendPath`. */
export async function sendPath(parts: FileParts, file: PathToSend): Promise<Message> {
  const { core, files } = parts;
  const { path, name, mediaType, preview, isOnce, id } = file;
  checkPreview(preview);
  const target = requireTarget(core, file);
  const given = id as ContentId | undefined;
  const sent = given && (await findSent(core, target, given));
  if (sent !== undefined) return sent;
  const source = (await files.ports.sources?.open(path)) ?? null;
  if (source === null) throw new MessengerError("FILE_UNREADABLE", "there is no file that can be read");
  let sealed: SealedFile;
  try {
    checkSize(source);
    sealed = await sealSource(core, source);
  } finally {
    await source.close();
  }
  const place = { path, modifiedMs: source.modifiedMs };
  return sendSealed(parts, target, { sealed, name, mediaType, preview, isOnce, place, id: given });
}
