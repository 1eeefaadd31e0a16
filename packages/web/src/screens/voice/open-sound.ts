/** The bytes of a voice message as the browser's player takes them: only what begins like a recording goes there. */
import type { Message } from "@kith/client/rpc";
import type { MessengerLink } from "../../state/messenger-link.ts";
import { readBlob } from "../files/read-file.ts";

/** The largest recording that is played here, in bytes: an hour of it is a third of that. */
const MAX_BYTES = 48 * 1024 * 1024;

/** What a recording is by its own first bytes; null for everything else. */
export function soundType(head: Uint8Array): "audio/webm" | "audio/mp4" | "audio/ogg" | null {
  const begins = (at: number, ...bytes: readonly number[]): boolean =>
    bytes.every((byte, index) => head[at + index] === byte);
  if (begins(0, 0x1a, 0x45, 0xdf, 0xa3)) return "audio/webm";
  if (begins(4, 0x66, 0x74, 0x79, 0x70)) return "audio/mp4";
  return begins(0, 0x4f, 0x67, 0x67, 0x53) ? "audio/ogg" : null;
}

/** An address of the sound within this page, to be revoked; null when it is none. @throws MessengerError. */
export async function openSound(link: MessengerLink, message: Message): Promise<string | null> {
  if ((message.file?.sizeBytes ?? 0) > MAX_BYTES) return null;
  const blob = await readBlob(link, message, "");
  const type = soundType(new Uint8Array(await blob.slice(0, 12).arrayBuffer()));
  return type === null ? null : URL.createObjectURL(blob.slice(0, blob.size, type));
}
