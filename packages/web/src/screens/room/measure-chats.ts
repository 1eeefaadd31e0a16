/** Adds up what every chat takes, slice by slice. */
import type { ChatStorage, GroupStorage } from "@kith/client/rpc";
import type { MessengerLink } from "../../state/messenger-link.ts";

/** A chat by the person, or a group by its id, as the methods about storage take it. */
export type RoomPlace = { readonly who: string } | { readonly group: string };

/** What one chat or group takes on this device, in bytes. */
export interface ChatRoom {
  readonly place: RoomPlace;
  readonly name: string;
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

function placeOf(stored: ChatStorage | GroupStorage): Pick<ChatRoom, "place" | "name"> {
  if ("group" in stored) return { place: { group: stored.group.group }, name: stored.group.name };
  return { place: { who: stored.contact.account }, name: stored.contact.name };
}

/** Measures one chat after the other and tells after each. @throws MessengerError. */
export async function measureChats(
  link: MessengerLink,
  { signal, onRoom }: { readonly signal: AbortSignal; readonly onRoom: (room: Room) => void },
): Promise<void> {
  const { chats: ofPeople, groups, searchBytes } = await link.call("storage.list", {});
  const all = [...ofPeople, ...groups];
  let chats: readonly ChatRoom[] = [];
  onRoom({ chats, chatCount: all.length, searchBytes });
  for (const stored of all) {
    const { files, fileBytes } = stored;
    const named = placeOf(stored);
    let [messages, messageBytes] = [0, 0];
    for (let after: string | undefined, isDone = false; !isDone && !signal.aborted; ) {
      const slice = await link.call("storage.measure", {
        ...named.place,
        ...(after === undefined ? {} : { after }),
      });
      messages += slice.messages;
      messageBytes += slice.messageBytes + slice.previewBytes;
      after = slice.next;
      isDone = after === undefined;
    }
    if (signal.aborted) return;
    const chat = { ...named, messages, messageBytes, files, fileBytes, bytes: messageBytes + fileBytes };
    chats = [...chats, chat].sort((a, b) => b.bytes - a.bytes);
    onRoom({ chats, chatCount: all.length, searchBytes });
  }
}
