/** Adds up what every chat takes, slice by slice. */
import type { Contact } from "@kith/client/rpc";
import type { MessengerLink } from "../../state/messenger-link.ts";

/** What one chat takes on this device, in bytes. */
export interface ChatRoom {
  readonly contact: Contact;
  readonly messages: number;
  readonly messageBytes: number;
  readonly files: number;
  readonly fileBytes: number;
  readonly bytes: number;
}

/** What was found so far. */
export interface Room {
  /** The largest first; only those that were measured. */
  readonly chats: readonly ChatRoom[];
  readonly chatCount: number;
  readonly searchBytes: number;
}

/** Measures one chat after the other and tells after each. @throws MessengerError. */
export async function measureChats(
  link: MessengerLink,
  { signal, onRoom }: { readonly signal: AbortSignal; readonly onRoom: (room: Room) => void },
): Promise<void> {
  const { chats: all, searchBytes } = await link.call("storage.list", {});
  let chats: readonly ChatRoom[] = [];
  onRoom({ chats, chatCount: all.length, searchBytes });
  for (const { contact, files, fileBytes } of all) {
    let [messages, messageBytes] = [0, 0];
    for (let after: string | undefined, isDone = false; !isDone && !signal.aborted; ) {
      const slice = await link.call("storage.measure", {
        who: contact.account,
        ...(after === undefined ? {} : { after }),
      });
      messages += slice.messages;
      messageBytes += slice.messageBytes + slice.previewBytes;
      after = slice.next;
      isDone = after === undefined;
    }
    if (signal.aborted) return;
    const chat = { contact, messages, messageBytes, files, fileBytes, bytes: messageBytes + fileBytes };
    chats = [...chats, chat].sort((a, b) => b.bytes - a.bytes);
    onRoom({ chats, chatCount: all.length, searchBytes });
  }
}
