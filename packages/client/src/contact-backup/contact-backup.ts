/** What the engine asks of the part that keeps a sealed copy of contacts on relays. That part is given from outside. */
import type { SyncedBackup, SyncStamp } from "@kith/protocol";
import type { ContactBackupStatus, Methods } from "../client.ts";
import type { Core } from "../core.ts";
import type { StoreChange } from "../ports.ts";
import type { Mailboxes } from "../receive/mailboxes.ts";
import type { Sender } from "../send/carrier.ts";

/** What such a part works with. */
export interface ContactBackupParts {
  readonly core: Core;
  readonly sender: Sender;
  readonly mailboxes: Mailboxes;
}

/** Makes the part for one engine. */
export type OpenContactBackup = (parts: ContactBackupParts) => ContactBackupService;

/** The contact backup of one account. */
export interface ContactBackupService {
  readonly status: ContactBackupStatus;
  /** Reads its rows, and makes the contacts that a recovery brought; nothing touches the network. */
  load(): Promise<void>;
  start(): void;
  stop(): void;
  /** Turns it on or off. @throws MessengerError WORDS_GONE where the words are needed first, WORDS_WRONG for others. */
  set(choice: Methods["account.setContactBackup"]["params"]): Promise<void>;
  /** What other devices of the account need to keep it too; null while there is nothing. */
  shared(): Omit<SyncedBackup, keyof SyncStamp> | null;
  /** Takes over what another device told. */
  adopt(told: Omit<SyncedBackup, keyof SyncStamp>): StoreChange;
}
