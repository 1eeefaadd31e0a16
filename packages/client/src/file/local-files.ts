/** Files for programs in the same process: sent from where they lie, and read once they are complete. */
import {
  type AccountId,
  type Content,
  type ContentHead,
  type ContentId,
  FILE_SCHEME,
  type FileManifest,
  fileContent,
  type GroupId,
  isMediaType,
  MAX_FILE_BYTES,
  MAX_PREVIEW_BYTES,
  onceContent,
  readPreviewSize,
  safeFileName,
  toHex,
  UNKNOWN_MEDIA_TYPE,
  type VoiceNote,
} from "@kith/protocol";
import type { Message } from "../client.ts";
import type { Core } from "../core.ts";
import { viewMessage } from "../message/message-view.ts";
import { MessengerError } from "../messenger-error.ts";
import { requireContact } from "../people/who.ts";
import type { FileSource } from "../ports.ts";
import type { Sender } from "../send/carrier.ts";
import { requireAccepted, sendContent } from "../send/compose.ts";
import type { FileName } from "./file-book.ts";
import { openFileReader } from "./file-reader.ts";
import { bareManifest, type FilePlace, type FileRow } from "./file-row.ts";
import type { FilePorts, Files } from "./files.ts";
import { requireGroups } from "./group-offers.ts";
import { type NamedFile, requireFile } from "./named-file.ts";
import type { SealedFile } from "./seal-file.ts";

/** A file of this machine to send. */
export interface PathToSend {
  /** Whom to; or a group. */
  readonly who?: string | undefined;
  readonly group?: string | undefined;
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
  open(name: NamedFile): Promise<LocalFile>;
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
    open: (name) => openFile(parts, name),
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

/** Where a file goes: to a person, or by this account into a group. */
export interface FileTarget {
  readonly account: AccountId;
  readonly group?: GroupId | undefined;
}

/** @throws MessengerError PARAMS_INVALID for not exactly one of both, NOT_ACCEPTED, and as `GroupFiles.target`. */
export function requireTarget(
  core: Core,
  { who, group, isOnce }: Pick<PathToSend, "who" | "group" | "isOnce">,
): FileTarget {
  return who === undefined || group !== undefined
    ? { account: core.account.id, group: requireGroups(core).target({ who, group, isOnce }) }
    : { account: requireAccepted(core, requireContact(core.people, who).account).account };
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

/** Offers a sealed file. */
export async function sendSealed(
  { core, sender, files }: FileParts,
  { account, group }: FileTarget,
  { sealed, name, mediaType, preview, voice, isOnce, place, id: given }: FileToSend,
): Promise<Message> {
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
    ...(group === undefined ? {} : { group }),
    isOwn: true,
    id,
    state: "offered",
    ...(isOnce === true ? { isOnce } : {}),
    manifest: bareManifest(manifest),
    doneBytes: 0,
    ...(place === undefined ? {} : { place }),
  };
  const make = (head: ContentHead): Content => {
    const content = fileContent(head, manifest);
    return isOnce === true ? onceContent(content) : content;
  };
  return files.sendOwn(row, hashes, async () => {
    if (group === undefined) return viewMessage(core, await sendContent(core, sender.outbox, account, make, id));
    return requireGroups(core).send(group, make, id);
  });
}

/** The message of a file that goes again under an id that was used: nothing more is sent. */
export async function findSent(core: Core, target: FileTarget, id: ContentId): Promise<Message | undefined> {
  const { group, account } = target;
  if (group === undefined) {
    const sent = await core.messages.find(account, "own", id);
    return sent && viewMessage(core, sent);
  }
  return requireGroups(core).sent(group, id);
}

/** Where the file may be left while this device is away: not at a relay that is away whenever this device is. */
function relaysFor({ book, network }: Core): FileManifest["relays"] {
  const own = network.self()?.relay;
  return book.forQueues().filter(({ relay }) => relay !== own);
}

async function openFile({ core, files }: FileParts, named: NamedFile): Promise<LocalFile> {
  const { name, manifest } = await requireFile(core, named);
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
