/**
 * What the faces of Kith see: one table of methods and one resumable stream of events. The engine in this process and
 * the proxy over JSON-RPC both implement `Client`; web app, terminal, bots and tests know nothing else.
 * Everything here is plain JSON: ids are texts, times are Unix ms.
 */
import type { AccountMethods, AccountStatus } from "./account/account-info.ts";
import type { ArchiveMethods } from "./archive/archive-info.ts";
import type { BackupMethods } from "./backup/backup-info.ts";
import type { CallMethods } from "./call/call-info.ts";
import type { ChatMethods } from "./chat/chat-info.ts";
import type { DeviceMethods } from "./devices/device-info.ts";
import type { FileMethods } from "./file/file-info.ts";
import type { GroupMethods } from "./group/group-info.ts";
import type { Message, MessageMethods } from "./message/message-info.ts";
import type { Contact, ContactMethods } from "./people/contact-info.ts";
import type { RelayMethods } from "./relay/relay-info.ts";
import type { StorageMethods } from "./storage/storage-info.ts";

export type * from "./account/account-info.ts";
export type * from "./archive/archive-info.ts";
export type * from "./chat/chat-info.ts";
export { MUTED_FOREVER_MS } from "./chat/chat-info.ts";
export type * from "./devices/device-info.ts";
export type * from "./file/file-info.ts";
export type * from "./message/message-info.ts";
export type * from "./people/contact-info.ts";
export type * from "./relay/relay-info.ts";
export type * from "./storage/storage-info.ts";

/** Parameters and results of every engine method. */
export interface Methods
  extends AccountMethods,
    ArchiveMethods,
    BackupMethods,
    CallMethods,
    ChatMethods,
    ContactMethods,
    DeviceMethods,
    FileMethods,
    GroupMethods,
    MessageMethods,
    RelayMethods,
    StorageMethods {}

/** The name of an engine method. */
export type MethodName = keyof Methods;

/** What happened, with a growing number: a reader that stops resumes after the last number it handled. */
export type ClientEvent = { readonly seq: number; readonly atMs: number } & (
  | { readonly type: "message.received"; readonly message: Message }
  | { readonly type: "message.changed"; readonly message: Message }
  /** Forgotten on this device. */
  | {
      readonly type: "message.removed";
      readonly removed: { readonly chat: string; readonly isOwn: boolean; readonly id: string };
    }
  | { readonly type: "request.received"; readonly contact: Contact }
  /** All messages of a chat were forgotten on this device. */
  | { readonly type: "chat.cleared"; readonly account: string }
  /** Something was set for a chat. */
  | { readonly type: "chat.changed"; readonly account: string }
  /** Something about a call with this person: ask `call.get`. */
  | { readonly type: "call.changed"; readonly account: string }
  /** Kept nowhere: seen by readers of this moment only, and has the number of the event before it. */
  | { readonly type: "chat.typing"; readonly account: string; readonly isTyping: boolean }
  | { readonly type: "contact.changed"; readonly contact: Contact }
  | { readonly type: "contact.deleted"; readonly account: string }
  | { readonly type: "account.changed"; readonly status: AccountStatus }
  /** A group, or what is known of it: ask `group.get`. */
  | { readonly type: "group.changed"; readonly group: string }
  /** All lines of a group were forgotten on this device. */
  | { readonly type: "group.cleared"; readonly group: string }
  /** A line of a group is new, another than before, or gone: ask `group.messages`. `isNew` when somebody else said it just now. */
  | {
      readonly type: "group.message";
      readonly group: string;
      readonly author: string;
      readonly id: string;
      readonly isNew?: true;
    }
);

/** Methods and events of one account's engine, wherever it runs. */
export interface Client {
  /** @throws MessengerError with a documented code. */
  call<M extends MethodName>(method: M, params: Methods[M]["params"]): Promise<Methods[M]["result"]>;
  /** Events after number `after` (0 = from the oldest kept, -1 = only new ones), then live ones, until aborted. */
  events(after: number, signal: AbortSignal): AsyncIterable<ClientEvent>;
}
