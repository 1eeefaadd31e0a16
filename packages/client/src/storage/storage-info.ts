/** What an account takes on this device. Plain JSON like all of `client.ts`. */
import type { NoParams } from "../no-params.ts";
import type { Contact, Who } from "../people/contact-info.ts";

/** What the files of one chat take on this device. */
export interface ChatStorage {
  readonly contact: Contact;
  /** Files of which something is in the vault. */
  readonly files: number;
  readonly fileBytes: number;
}

/** What the files of one group take on this device. */
export interface GroupStorage {
  /** Its id of 64 hex digits; its name is one line and may be empty. */
  readonly group: { readonly group: string; readonly name: string };
  readonly files: number;
  readonly fileBytes: number;
}

/** Parameters and results of the methods about what an account takes on this device. */
export interface StorageMethods {
  /** Every chat and group with what its files take in this device's vault, and what the index of the search takes for all. */
  "storage.list": {
    params: NoParams;
    result: { chats: readonly ChatStorage[]; groups: readonly GroupStorage[]; searchBytes: number };
  };
  /**
   * What messages of a chat or a group take, about: at most 2,000 at a time, so that no call takes long; go on with `next` as
   * `after` until there is none. Pictures that come with files are counted apart.
   */
  "storage.measure": {
    params: { who?: Who; group?: string; after?: string };
    result: { messages: number; messageBytes: number; previewBytes: number; next?: string };
  };
  /**
   * Takes bytes of files away from this device, of one chat, one group or all; the messages stay. At most 100 a call: again until
   * `isDone`. Left alone: what is coming, what others still have to fetch, and files sent by their path.
   */
  "storage.removeFiles": {
    params: { who?: Who; group?: string; olderThanMs?: number };
    result: { files: number; bytes: number; isDone: boolean };
  };
  /** Forgets all messages and files of a chat or a group on this device; the person stays, and this account in the group. */
  "storage.clearChat": { params: { who?: Who; group?: string }; result: { messages: number } };
}
