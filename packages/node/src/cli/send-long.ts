/** A text that no message holds, sent as a text file. */

import type { Message } from "@kith/client";
import { MAX_TEXT_BYTES } from "@kith/protocol";
import type { NodeClient } from "../daemon/control-client.ts";

/** One piece, in bytes: as much as the engine takes at once. */
const PIECE_BYTES = 128 * 1024;

const NAME = "message.txt";

/** The longest text of a message to a group: the engine's bound. */
const MAX_GROUP_TEXT_BYTES = 46 * 1024;

/** Whether a text is longer than a message may be. */
export function isLong(words: string, isForGroup: boolean = false): boolean {
  return Buffer.byteLength(words) > (isForGroup ? MAX_GROUP_TEXT_BYTES : MAX_TEXT_BYTES);
}

/** @param head whom to, and under which id. @throws MessengerError as `file.begin`. */
export async function sendLong(
  client: NodeClient,
  head: { readonly who?: string; readonly group?: string; readonly id: string; readonly isOnce?: boolean },
  words: string,
): Promise<Message> {
  const bytes = Buffer.from(words);
  const { id } = head;
  await client.call("file.begin", { ...head, name: NAME, sizeBytes: bytes.length, mediaType: "text/plain" });
  for (let offset = 0; offset < bytes.length; offset += PIECE_BYTES) {
    const data = bytes.subarray(offset, offset + PIECE_BYTES).toString("base64");
    await client.call("file.append", { id, offset, data });
  }
  return client.call("file.finish", { id });
}
