/** Hands a file of this page to the engine in pieces, several under way, and shows how far it is. */
import { MessengerError, type Methods, toBase64 } from "@kith/client/rpc";
import { type Conversation, randomId } from "../../state/conversation.ts";
import type { MessengerLink } from "../../state/messenger-link.ts";
import type { Upload } from "../../state/uploads.ts";
import type { Recording } from "../voice/voice-recorder.ts";
import { makePreview } from "./preview.ts";

/** One piece, in bytes: as much as the engine takes at once. */
const PIECE_BYTES = 128 * 1024;

/** Pieces under way at once. */
const MAX_OPEN = 4;

/** Sends files one after the other; each shows in the conversation's list of uploads until it is a message. */
export async function uploadFiles(
  link: MessengerLink,
  conversation: Conversation,
  files: readonly File[],
): Promise<void> {
  const planned = files.map((file) => ({ file, id: randomId() }));
  const once = conversation.takeOnce();
  for (const { file, id } of planned) {
    const { name, size: sizeBytes } = file;
    set(conversation, { id, name, sizeBytes, doneBytes: 0 });
  }
  for (const { file, id } of planned) await uploadOne(link, conversation, file, { id, ...once });
}

/** Sends a voice message. @param name what the list shows until it is one. */
export async function uploadVoice(
  link: MessengerLink,
  conversation: Conversation,
  { file, durationMs, waveform }: Recording,
  name: string,
): Promise<void> {
  const id = randomId();
  set(conversation, { id, name, sizeBytes: file.size, doneBytes: 0 });
  await uploadOne(link, conversation, file, { id, voice: { durationMs, waveform }, ...conversation.takeOnce() });
}

/** Takes one out of the list: it is stopped, or its refusal was read. */
export function dropUpload(conversation: Conversation, id: string): void {
  conversation.uploads.value = conversation.uploads.peek().filter((each) => each.id !== id);
}

async function uploadOne(
  link: MessengerLink,
  conversation: Conversation,
  file: File,
  { id, voice, isOnce }: Pick<Methods["file.begin"]["params"], "voice" | "isOnce"> & { readonly id: string },
): Promise<void> {
  if (find(conversation, id) === undefined) return;
  try {
    const preview = isOnce === true ? null : await makePreview(file);
    await link.call("file.begin", {
      ...(conversation.isGroup ? { group: conversation.account } : { who: conversation.account }),
      id,
      name: file.name,
      sizeBytes: file.size,
      ...(file.type === "" ? {} : { mediaType: file.type.split(";")[0]?.trim().toLowerCase() ?? "" }),
      ...(preview === null ? {} : { preview: toBase64(preview) }),
      ...(voice === undefined ? {} : { voice }),
      ...(isOnce === undefined ? {} : { isOnce }),
    });
    if (!(await sendPieces(link, conversation, file, id))) {
      await link.call("file.discard", { id });
      return;
    }
    conversation.note(await link.call("file.finish", { id }));
    dropUpload(conversation, id);
  } catch (error) {
    if (!(error instanceof MessengerError)) throw error;
    const upload = find(conversation, id);
    if (upload !== undefined) set(conversation, { ...upload, refusal: error.code });
  }
}

/** @returns false when the person stopped it. */
async function sendPieces(link: MessengerLink, conversation: Conversation, file: File, id: string): Promise<boolean> {
  const open: Promise<unknown>[] = [];
  for (let offset = 0; offset < file.size; offset += PIECE_BYTES) {
    const data = toBase64(await readPiece(file, offset));
    if (find(conversation, id) === undefined) break;
    const piece = link.call("file.append", { id, offset, data }).then(({ doneBytes }) => {
      const upload = find(conversation, id);
      if (upload !== undefined) set(conversation, { ...upload, doneBytes });
    });
    piece.catch(() => undefined); // waited for below, in order
    open.push(piece);
    if (open.length >= MAX_OPEN) await open.shift();
  }
  await Promise.all(open);
  return find(conversation, id) !== undefined;
}

async function readPiece(file: File, offset: number): Promise<Uint8Array> {
  try {
    return new Uint8Array(await file.slice(offset, offset + PIECE_BYTES).arrayBuffer());
  } catch (cause) {
    // A folder, or a file that was moved or changed since it was chosen.
    throw new MessengerError("FILE_UNREADABLE", "the browser cannot read the file", { cause });
  }
}

function find(conversation: Conversation, id: string): Upload | undefined {
  return conversation.uploads.peek().find((each) => each.id === id);
}

function set(conversation: Conversation, upload: Upload): void {
  const known = conversation.uploads.peek();
  const at = known.findIndex(({ id }) => id === upload.id);
  conversation.uploads.value = at < 0 ? [...known, upload] : known.with(at, upload);
}
