/** Reads a complete file from the engine, unit by unit. */
import type { Message } from "@kith/client/rpc";
import { saveBlob } from "../../parts/save-file.ts";
import { nameMessage } from "../../state/message-name.ts";
import type { MessengerLink } from "../../state/messenger-link.ts";
import { engineBytes } from "./bytes.ts";

/** The bytes in order; each unit was verified by the engine. @throws MessengerError. */
export async function* readUnits(link: MessengerLink, message: Message): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const named = nameMessage(message);
  for (let unit = 0; ; unit++) {
    const { data, unitCount } = await link.call("file.read", { ...named, unit });
    const bytes = engineBytes(data);
    if (bytes.length > 0) yield bytes;
    if (unit + 1 >= unitCount) return;
  }
}

/** All of a file as a blob; browsers keep large ones on disk. */
export async function readBlob(link: MessengerLink, message: Message, type: string): Promise<Blob> {
  const parts: Blob[] = [];
  for await (const bytes of readUnits(link, message)) parts.push(new Blob([bytes]));
  return new Blob(parts, { type });
}

/** Lets the browser save a file under its name, as bytes that it opens with nothing by itself. */
export async function saveToDisk(link: MessengerLink, message: Message, name: string): Promise<void> {
  saveBlob(name, await readBlob(link, message, "application/octet-stream"));
}
