/** Messages between two people as interfaces see them, and what a search finds. Plain JSON like all of `client.ts`. */
import type { DeliveryState, FailReason } from "@kith/protocol";
import type { CallMessage } from "../call/call-info.ts";
import type { FileInfo, VoiceInfo } from "../file/file-info.ts";
import type { GroupMessageInfo } from "../group/group-info.ts";
import type { Contact, Who } from "../people/contact-info.ts";

/** The message that a reply answers, as this device knows it. */
export interface Quote {
  readonly id: string;
  readonly isOwn: boolean;
  /**
   * checked: the hash fits this device's copy · forged: it does not, so the original was something else ·
   * deleted: by its author · missing: not here, so nothing could be checked.
   */
  readonly state: "checked" | "forged" | "deleted" | "missing";
  /** The beginning of the original, only when checked. */
  readonly text?: string;
  /** The length of a checked original that is a voice message, in ms. */
  readonly voiceMs?: number;
}

/** A reaction of one side. */
export interface Reaction {
  readonly emoji: string;
  readonly isOwn: boolean;
}

/** One message as shown. */
export interface Message {
  readonly id: string;
  /** The chat: the other side's `kith1…`. */
  readonly chat: string;
  readonly isOwn: boolean;
  readonly text: string;
  readonly file?: FileInfo;
  /** This line says that the other side has a device more, or one less. */
  readonly device?: "added" | "removed";
  /**
   * Set when it is to be seen once. unopened: `message.open` gives what is in it, once; `file`, where there is one, has no name ·
   * opened: it was seen and is gone · sent: an own one. `what` it is, while something is in it.
   */
  readonly once?: {
    readonly state: "unopened" | "opened" | "sent";
    readonly what?: "text" | "image" | "voice" | "file";
  };
  /** This line enters a call. */
  readonly call?: CallMessage;
  /**
   * Its author introduces this account, `kith1…`, under the handle whose proof they saw; what it is worth says the trust of
   * that person, not this message.
   */
  readonly introduction?: { readonly account: string; readonly handle?: string };
  /** Set when this version cannot show the content. */
  readonly isUnsupported?: boolean;
  readonly isForwarded?: boolean;
  readonly replyTo?: Quote;
  readonly editedAtMs?: number;
  /** Its author deleted it for everyone; the text is gone. */
  readonly isDeleted?: boolean;
  readonly reactions?: readonly Reaction[];
  /** This line says that messages vanish from now on, or no longer when `afterMs` is absent. */
  readonly timer?: { readonly afterMs?: number };
  /** It vanishes `afterMs` after it was sent or read: at `atMs`, once that is known. */
  readonly vanish?: { readonly afterMs: number; readonly atMs?: number };
  /** A voice message of the other side that was played on this device; nobody is told. */
  readonly isPlayed?: boolean;
  /** How far our last edit or deletion of it got; the other side may still see what was there before. */
  readonly change?: { readonly kind: "edit" | "delete"; readonly state: DeliveryState };
  readonly sentAtMs: number;
  readonly receivedAtMs?: number;
  /** Own messages: the truth, least advanced device first. */
  readonly state: DeliveryState;
  readonly reason?: FailReason;
  /** Relays that gave receipts and whether a device took it directly; own messages only. */
  readonly heldBy?: { readonly relays: number; readonly isDirect: boolean };
  /** Received messages missing just before this one. */
  readonly missingBefore?: number;
}

/** What was in a message to be seen once. */
export interface Opened {
  readonly message: Message;
  readonly text?: string;
  readonly file?: {
    readonly name: string;
    readonly sizeBytes: number;
    readonly mediaType: string;
    readonly voice?: VoiceInfo;
  };
}

/** Where the words stand in a text, in UTF-16 units, end not included. */
interface Matches {
  readonly matches: readonly { readonly start: number; readonly end: number }[];
}

/** A message of a chat that a search found. */
export interface FoundInChat extends Matches {
  readonly contact: Contact;
  readonly message: Message;
}

/** A message of a group that a search found. */
export interface FoundInGroup extends Matches {
  /** Its id of 64 hex digits; its name is one line and may be empty. */
  readonly group: { readonly group: string; readonly name: string };
  readonly message: GroupMessageInfo;
}

/** A message that a search found. */
export type FoundMessage = FoundInChat | FoundInGroup;

/** The answer to a search; `isComplete` is false while older messages are still being made searchable. */
export interface SearchResult {
  readonly found: readonly FoundMessage[];
  readonly isComplete: boolean;
  /** There may be more: ask again with this as `beforeMs`. */
  readonly nextBeforeMs?: number;
}

/** Parameters and results of the methods about messages between two people. */
export interface MessageMethods {
  /** Oldest first; `before` is a message id, `limit` at most 500. */
  "message.list": { params: { who: Who; before?: string; limit?: number }; result: readonly Message[] };
  /** @param id 32 hex digits made by the caller; repeating a send with the same id changes nothing. */
  /** `replyTo` is the id of a message of the same chat. */
  "message.send": {
    params: { who: Who; text: string; id?: string; replyTo?: string; isOnce?: boolean };
    result: Message;
  };
  /**
   * Opens a received message to be seen once, whose file, where it has one, is complete here. What was in it is gone from
   * this device, keys and all, before the answer; only the bytes of a file can be read with `file.read` until
   * `message.close`, for ten minutes, or until the process ends. The sender learns of it where read receipts are on.
   */
  "message.open": { params: { who: Who; id: string }; result: Opened };
  /** Ends the reading of a file that was opened. */
  "message.close": { params: { who: Who; id: string }; result: { closed: boolean } };
  /**
   * Sends the text of a message to somebody else or to a group, marked as forwarded; whose it was is not said.
   * @param group where it was said, when not in a chat; `who` said it then. @param toGroup instead of `to`.
   */
  "message.forward": {
    params: { who: Who; group?: string; id: string; to?: Who; toGroup?: string; newId?: string };
    result: Message;
  };
  /** Own texts, for a day; the old words are kept by nobody. @param editId as `id` in message.send. */
  "message.edit": { params: { who: Who; id: string; text: string; editId?: string }; result: Message };
  /** For everyone: own messages only, a request that the other side's app honours; else only on this device. */
  "message.delete": { params: { who: Who; id: string; isForEveryone: boolean }; result: { deleted: boolean } };
  /** One a person; without an emoji the own reaction is taken back. */
  "message.react": { params: { who: Who; id: string; emoji?: string }; result: Message };
  /** Marks everything received up to now as read and tells the sender. */
  "message.markRead": { params: { who: Who }; result: { unread: number } };
  /** Notes on this device that a received voice message was played. @param group where it was said, when not in a chat; `who` said it then. */
  "message.markPlayed": { params: { who: Who; group?: string; id: string }; result: Message };
  /**
   * Messages that have every word of `text`, each as the beginning of one of theirs; newest first, at most `limit`
   * (up to 200) and what was said in the same millisecond as the last. @param who only in this chat. @param group only
   * in this group. @param beforeMs goes on where an answer with `nextBeforeMs` ended.
   */
  "message.search": {
    params: { text: string; who?: Who; group?: string; beforeMs?: number; limit?: number };
    result: SearchResult;
  };
}
