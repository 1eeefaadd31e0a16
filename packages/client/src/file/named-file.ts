/** The file that an interface names, in a chat or in a group. */
import { type ContentId, type FileManifest, type MarkedContent, manifestOf } from "@kith/protocol";
import type { Message } from "../client.ts";
import type { Core } from "../core.ts";
import { viewMessage } from "../message/message-view.ts";
import { MessengerError } from "../messenger-error.ts";
import { requireContact } from "../people/who.ts";
import { requireMessage } from "../send/operation.ts";
import type { FileName } from "./file-book.ts";
import { requireGroups } from "./group-offers.ts";

/** A file by the message that offers it. */
export interface NamedFile {
  /** The other side of the chat; in a group who said it. */
  readonly who: string;
  readonly group?: string | undefined;
  readonly id: string;
}

/** A file that is offered. */
export interface OfferedFile {
  readonly name: FileName;
  readonly manifest: FileManifest;
  readonly message: MarkedContent;
  /** Its message as it is now. */
  view(): Promise<Message>;
}

/** A message of a list of files. */
export interface ListedFile {
  readonly name: FileName;
  readonly orderMs: number;
  view(): Promise<Message>;
}

/** @throws MessengerError MESSAGE_UNKNOWN, MESSAGE_NOT_FILE, and as for names. */
export async function requireFile(core: Core, named: NamedFile): Promise<OfferedFile> {
  const found = await (named.group === undefined ? inChat(core, named) : requireGroups(core).named(named));
  const { message, name } = found;
  const isDeleted = message.marks?.isDeleted === true;
  // What was opened is only in memory any more.
  const held = core.files.held(name);
  const manifest = isDeleted ? null : (manifestOf(message.content) ?? held?.manifest ?? null);
  if (manifest === null) throw new MessengerError("MESSAGE_NOT_FILE", "this message offers no file");
  return { ...found, manifest };
}

type Found = Omit<OfferedFile, "manifest">;

async function inChat(core: Core, { who, id }: NamedFile): Promise<Found> {
  const { account } = requireContact(core.people, who);
  const message = await requireMessage(core, { account, id: id as ContentId });
  const name = { chat: account, isOwn: message.isOwn, id: message.content.id };
  return { name, message, view: () => viewMessage(core, message) };
}
