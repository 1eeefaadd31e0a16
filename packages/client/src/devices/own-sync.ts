/**
 * What the engine tells the part that keeps the devices of this account alike, and asks it. That part is given from
 * outside: an account with one device needs none.
 */
import type { AccountId, Content, ContentId, DeviceId, HeadHint } from "@kith/protocol";
import type { Core, Draft } from "../core.ts";
import type { NewEvent } from "../event-log.ts";
import type { FileAskers } from "../file/file-askers.ts";
import type { StoreChange } from "../ports.ts";
import type { Mailboxes } from "../receive/mailboxes.ts";
import type { Sender } from "../send/carrier.ts";

/** What such a part works with. */
export interface OwnSyncParts {
  readonly core: Core;
  readonly sender: Sender;
  readonly mailboxes: Mailboxes;
  /** Keeps what a person said to another device of ours; the caller holds the person's lock and commits the draft. */
  readonly hear: (draft: Draft, chat: AccountId, content: Content) => Promise<void>;
  /** Our chain changed: boxes and directory are to say so. */
  readonly onChain: () => void;
  /** Something of the account's status changed. */
  readonly onStatus: () => void;
}

/** Makes the part for one engine. */
export type OpenOwnSync = (parts: OwnSyncParts) => Promise<OwnSync>;

/** The devices of one account, seen from one of them. */
export interface OwnSync {
  /** Which devices ask for files. */
  readonly askers: FileAskers;
  start(): void;
  stop(): void;
  /** The rows that tell the other devices what a batch changed. */
  journal(events: readonly NewEvent[]): readonly StoreChange[];
  /** We said something in a chat. */
  said(draft: Draft, chat: AccountId, content: Content): void;
  /** A person said something, knowing our chain up to `known`. */
  heard(draft: Draft, chat: AccountId, content: Content, known: HeadHint | undefined): void;
  /** Messages of a person were read here. */
  read(draft: Draft, chat: AccountId, ids: readonly ContentId[]): void;
  /** What is being written in a chat changed. */
  drafted(draft: Draft, chat: AccountId): void;
  /** Whether a message that has just come was read on another device before. */
  wasRead(draft: Draft, chat: AccountId, id: ContentId): boolean;
  /** Another device of ours told something; inside the lock of our own account. */
  take(draft: Draft, device: DeviceId, content: Content): void;
  /** Another device of ours gave a sign of life. */
  noteSign(device: DeviceId): void;
  /** This device has a new card. */
  noteCard(): void;
  /** The cards of our other devices that are known. */
  cards(): readonly Uint8Array[];
}
