/** Files for programs in the same process: sent from where they lie, and read once they are complete. */
import {
  type AccountId,
  type ContentId,
  FILE_SCHEME,
  type FileManifest,
  fileContent,
  isMediaType,
  MAX_FILE_BYTES,
  MAX_PREVIEW_BYTES,
  manifestOf,
  onceContent,
  readPreviewSize,
  safeFileName,
  toHex,
  UNKNOWN_MEDIA_TYPE,
  type VoiceNote,
} from "@kith/protocol";
import type { Message } from "../client.ts";
import type { Core } from "../core.ts";
import type { MessageRow } from "../message/message-row.ts";
import { MessengerError } from "../messenger-error.ts";
import { requireContact } from "../people/who.ts";
import type { FileSource } from "../ports.ts";
import type { Sender } from "../send/carrier.ts";
import { sendContent } from "../send/compose.ts";
import { requireMessage } from "../send/operation.ts";
import type { FileName } from "./file-book.ts";
import { openFileReader } from "./file-reader.ts";
import { bareManifest, type FilePlace, type FileRow } from "./file-row.ts";
import type { FilePorts, Files } from "./files.ts";
import type { SealedFile } from "./seal-file.ts";

/** A file of this machine to send. */
export interface PathToSend {
  readonly who: string;
  readonly path: string;
  /** The name to show; made safe. */
  readonly name: string;
  readonly mediaType?: string | undefined;
  /** A small JPEG of what is in the file: nothing here decodes pictures. */
  readonly preview?: Uint8Array | undefined;
  /** To be seen once. */
  readonly isOnce?: boolean | undefined;
  /** As in `message.send`. */
  readonly id?: string | undefined;
}

/** Files by their paths and bytes, for the program that holds the messenger. */
export interface LocalFiles {
  /**
   * Sends a file that stays where it is: it is read now, and again while the other side fetches it.
   * @throws MessengerError FILE_UNREADABLE, FILE_SIZE, FILE_CHANGED, PARAMS_INVALID, NOT_ACCEPTED and as for a text.
   */
  sendPath(file: PathToSend): Promise<Message>;
  /** Opens a complete file. @throws MessengerError MESSAGE_UNKNOWN, MESSAGE_NOT_FILE, FILE_NOT_HERE, FILE_CHANGED. */
  open(name: { readonly who: string; readonly id: string }): Promise<LocalFile>;
}

/** A complete file. */
export interface LocalFile {
  /** Its own safe form. */
  readonly name: string;
  /**
   * The bytes, at most 1 MiB at a time, each verified before it is given out; read once.
   * @throws MessengerError FILE_CHANGED.
   */
  readonly units: AsyncIterable<Uint8Array>;
}

/** What local files work on. */
export interface FileParts {
  readonly core: Core;
  readonly sender: Sender;
  readonly files: Files;
}

/** Sends a file from where it lies: given by programs that have paths. */
export type SendPath = (parts: FileParts, file: PathToSend) => Promise<Message>;

/** Local files of one engine. */
export function createLocalFiles(parts: FileParts): LocalFiles {
  return {
    async sendPath(file) {
      const send = parts.files.ports.sendPath;
      if (send === undefined) throw new MessengerError("FILE_UNREADABLE", "there are no paths here");
      return send(parts, file);
    },
    open: ({ who, id }) => openFile(parts, requireContact(parts.core.people, who).account, id as ContentId),
  };
}

/** @throws MessengerError FILE_SIZE. */
export function checkSize({ sizeBytes }: Pick<FileSource, "sizeBytes">): void {
  if (sizeBytes >= 1 && sizeBytes <= MAX_FILE_BYTES) return;
  throw new MessengerError("FILE_SIZE", `a file has 1 to ${MAX_FILE_BYTES} bytes`, {
    details: { actual: sizeBytes, limit: MAX_FILE_BYTES },
  });
}

/** @throws MessengerError PARAMS_INVALID for what is no small JPEG. */
export function checkPreview(preview: Uint8Array | undefined): void {
  if (preview === undefined) return;
  if (preview.length <= MAX_PREVIEW_BYTES && readPreviewSize(preview).ok) return;
  throw new MessengerError("PARAMS_INVALID", "the preview is no small JPEG", { details: { rule: "preview" } });
}

/** A sealed file and what is said about it. */
export interface FileToSend {
  readonly sealed: SealedFile;
  readonly name: string;
  readonly mediaType?: string | undefined;
  readonly preview?: Uint8Array | undefined;
  readonly voice?: VoiceNote | undefined;
  /** To be seen once: without a preview. */
  readonly isOnce?: boolean | undefined;
  /** Where it lies; the vault without one. */
  readonly place?: FilePlace | undefined;
  readonly id?: ContentId | undefined;
}

/** Offers a sealed file to a contact. */
export async function sendSealed(
  { core, sender, files }: FileParts,
  account: AccountId,
  { sealed, name, mediaType, preview, voice, isOnce, place, id: given }: FileToSend,
): Promise<MessageRow> {
  const { hashes, ...described } = sealed;
  const manifest: FileManifest = {
    ...described,
    scheme: FILE_SCHEME,
    name: safeFileName(name),
    mediaType: mediaType !== undefined && isMediaType(mediaType) ? mediaType : UNKNOWN_MEDIA_TYPE,
    relays: relaysFor(core),
    ...(preview === undefined || isOnce === true ? {} : { preview }),
    ...(voice === undefined ? {} : { voice }),
  };
  const id = given ?? (toHex(core.random(16)) as ContentId);
  const row: FileRow = {
    chat: account,
    isOwn: true,
    id,
    state: "offered",
    ...(isOnce === true ? { isOnce } : {}),
    manifest: bareManifest(manifest),
    doneBytes: 0,
    ...(place === undefined ? {} : { place }),
  };
  return files.sendOwn(row, hashes, () =>
    sendContent(
      core,
      sender.outbox,
      account,
      (head) => {
        const content = fileContent(head, manifest);
        return isOnce === true ? onceContent(content) : content;
      },
      id,
    ),
  );
}

/** Where the file may be left while this device is away: not at a relay that is away whenever this device is. */
function relaysFor({ book, network }: Core): FileManifest["relays"] {
  const own = network.self()?.relay;
  return book.forQueues().filter(({ relay }) => relay !== own);
}

/** The message that offers a file, and its manifest. @throws MessengerError MESSAGE_UNKNOWN, MESSAGE_NOT_FILE. */
export async function requireFile(
  core: Core,
  name: { readonly account: AccountId; readonly id: ContentId },
): Promise<{ readonly message: MessageRow; readonly manifest: FileManifest }> {
  const message = await requireMessage(core, name);
  const isDeleted = message.marks?.isDeleted === true;
  // What was opened is only in memory any more.
  const held = core.files.held({ chat: name.account, isOwn: message.isOwn, id: name.id });
  const manifest = isDeleted ? null : (manifestOf(message.content) ?? held?.manifest ?? null);
  if (manifest === null) throw new MessengerError("MESSAGE_NOT_FILE", "this message offers no file");
  return { message, manifest };
}

async function openFile({ core, files }: FileParts, account: AccountId, id: ContentId): Promise<LocalFile> {
  const { message, manifest } = await requireFile(core, { account, id });
  const name = { chat: account, isOwn: message.isOwn, id };
  await (await openFileReader(core, files.ports, name)).close();
  return { name: manifest.name, units: readUnits(core, files.ports, name) };
}

/** Opened when it is read, so that nobody has to close what was never read. */
async function* readUnits(core: Core, ports: FilePorts, name: FileName): AsyncGenerator<Uint8Array> {
  const reader = await openFileReader(core, ports, name);
  try {
    for (let unit = 0; unit < reader.unitCount; unit++) yield await reader.unit(unit);
  } finally {
    await reader.close();
  }
}
