/** Conversations as interfaces see them. Plain JSON like all of `client.ts`. */
import type { Message } from "../message/message-info.ts";
import type { NoParams } from "../no-params.ts";
import type { Contact, Who } from "../people/contact-info.ts";

/** A conversation in the list. */
export interface Chat {
  readonly contact: Contact;
  readonly last?: Message;
  readonly unread: number;
  readonly isPinned?: boolean;
  /** Put away until something arrives; while it is muted also then. */
  readonly isArchived?: boolean;
  /** Set while nothing of it should draw attention; `MUTED_FOREVER_MS` has no end. */
  readonly mutedUntilMs?: number;
  readonly isMarkedUnread?: boolean;
  /** This person does not learn the network address of this device. */
  readonly isAddressHidden?: boolean;
  /** The other side is writing just now. */
  readonly isTyping?: boolean;
  /** What was being written; `replyTo` is the id of the message that it answers. */
  readonly draft?: { readonly text: string; readonly replyTo?: string };
}

/** A time to mute until that never comes, Unix ms: the last that a `Date` can hold. */
export const MUTED_FOREVER_MS = 8_640_000_000_000_000;

/** Parameters and results of the methods about conversations. */
export interface ChatMethods {
  /** Pinned ones first, then by their last message; archived ones are among them. */
  "chat.list": { params: NoParams; result: readonly Chat[] };
  /** Changes what is given; `mutedUntilMs` 0 ends the muting. On this device only. */
  "chat.set": {
    params: {
      who: Who;
      isPinned?: boolean;
      isArchived?: boolean;
      mutedUntilMs?: number;
      isMarkedUnread?: boolean;
      isAddressHidden?: boolean;
    };
    result: Chat;
  };
  /**
   * Says that something is being written, to be repeated while it goes on, or that it stopped. Goes straight to devices
   * that can be reached or nowhere. @returns whether one of them took it.
   */
  "chat.setTyping": { params: { who: Who; isTyping: boolean }; result: { isTold: boolean } };
  /** Keeps what is being written, sealed like messages; an empty text that answers nothing is forgotten. */
  "chat.saveDraft": { params: { who: Who; text: string; replyTo?: string }; result: { saved: boolean } };
  /** Messages said from now on vanish `afterMs` (30 s to 4 weeks) after they were sent or read; without it they stay. */
  "chat.setTimer": { params: { who: Who; afterMs?: number }; result: { isChanged: boolean; message?: Message } };
}
