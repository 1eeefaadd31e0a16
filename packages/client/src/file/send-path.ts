/** Sends files that stay where they are: read now, and again while the other side fetches them. */
import type { ContentId } from "@kith/protocol";
import type { Message } from "../client.ts";
import { viewMessage } from "../message/message-view.ts";
import { MessengerError } from "../messenger-error.ts";
import { requireContact } from "../people/who.ts";
import { requireAccepted } from "../send/compose.ts";
import { checkPreview, checkSize, type FileParts, type PathToSend, sendSealed } from "./local-files.ts";
import { type SealedFile, sealSource } from "./seal-file.ts";

/** The `SendPath` of programs that read files by their paths. @throws MessengerError as `LocalFiles.sendPath`. */
export async function sendPath(parts: FileParts, file: PathToSend): Promise<Message> {
  const { core, files } = parts;
  const { who, path, name, mediaType, preview, isOnce, id } = file;
  checkPreview(preview);
  const { account } = requireContact(core.people, who);
  requireAccepted(core, account);
  const given = id as ContentId | undefined;
  const sent = given && (await core.messages.find(account, "own", given));
  if (sent !== undefined) return viewMessage(core, sent);
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
  const row = await sendSealed(parts, account, { sealed, name, mediaType, preview, isOnce, place, id: given });
  return viewMessage(core, row);
}
