/** What the parts of one unlocked account share; nothing here does anything by itself. */
import type { ChainCache, ContentId, CryptoSuite, DeliveryEvent, DeviceId, RelayId } from "@kith/protocol";
import type { LocalAccount } from "./account/local-account.ts";
import type { OwnSettings } from "./account/own-settings.ts";
import type { Prekeys } from "./account/prekeys.ts";
import type { ChatBook } from "./chat/chat-book.ts";
import type { Typists } from "./chat/typists.ts";
import type { ContactBackupService } from "./contact-backup/contact-backup.ts";
import type { GroupReach } from "./devices/group-reach.ts";
import type { OwnSync } from "./devices/own-sync.ts";
import type { EventLog, NewEvent } from "./event-log.ts";
import type { FileBook } from "./file/file-book.ts";
import type { GroupFiles } from "./file/group-offers.ts";
import type { KeyedLock } from "./lock.ts";
import type { MessageLog } from "./message/message-log.ts";
import type { Operations } from "./message/operations.ts";
import type { ReceiptLedger } from "./message/receipt-ledger.ts";
import type { NetworkParameters } from "./network-parameters.ts";
import type { People } from "./people/people.ts";
import type { Pictures } from "./people/pictures.ts";
import type { Clock, Network, RandomSource, StoreChange } from "./ports.ts";
import type { RelayBook } from "./relay/relay-book.ts";
import type { RelayPool } from "./relay/relay-pool.ts";
import type { SideCache } from "./relay/sides.ts";
import type { GroupSource } from "./search/group-source.ts";
import type { SealedStore } from "./store/sealed-store.ts";
import type { DueMessage } from "./vanish/due-list.ts";
import type { VanishParts } from "./vanish/vanish-parts.ts";

/** The shared parts. Session and row changes of one person happen inside `lock.run(account, …)`. */
export interface Core {
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly suite: CryptoSuite;
  readonly network: Network;
  readonly parameters: NetworkParameters;
  readonly store: SealedStore;
  readonly account: LocalAccount;
  readonly prekeys: Prekeys;
  readonly people: People;
  readonly pictures: Pictures;
  /** Chains that were verified in the last look-ups, of whomever. */
  readonly chains: ChainCache;
  readonly messages: MessageLog;
  readonly operations: Operations;
  readonly chats: ChatBook;
  readonly files: FileBook;
  readonly settings: OwnSettings;
  readonly receipts: ReceiptLedger;
  readonly events: EventLog;
  readonly typists: Typists;
  readonly book: RelayBook;
  readonly pool: RelayPool;
  readonly sides: SideCache;
  readonly lock: KeyedLock;
  readonly vanish: VanishParts;
  /** Keeps our devices alike; null while there is but this one. */
  own: OwnSync | null;
  /** Keeps a sealed copy of contacts on relays; null where nothing does. */
  contactBackup: ContactBackupService | null;
  readonly others: OtherContents;
}

/** Whoever keeps own contents that are no messages of a person's chat. */
export interface OtherContents {
  onDelivery?: (draft: Draft, progress: OtherDelivery) => Promise<void>;
  /** Takes a message out whose time has come; the caller commits the draft. */
  onDue?: (draft: Draft, due: DueMessage, nowMs: number) => Promise<void>;
  /** Their chats, as named in store keys: erasable keys are kept for them too. */
  chatKeys?: () => readonly string[];
  /** Writes what lies under state keys once more, under those of now; resolves when it is on disk. */
  reseal?: () => Promise<void>;
  /** Files that are offered in groups. */
  groupFiles?: GroupFiles;
  /** What is said in groups. */
  said?: GroupSource;
  /** How far own messages in groups got. */
  reach?: GroupReach;
  /** What a request to a device shows of a link of a group, 32 bytes; undefined when there is none to show. */
  requestToken?: (to: { readonly device: DeviceId }) => Uint8Array | undefined;
}

/** What happened to such a content on one device. */
export interface OtherDelivery {
  readonly device: DeviceId;
  readonly contentId: ContentId;
  readonly events: readonly DeliveryEvent[];
  readonly relayCount: number;
}

/** One atomic step: changes and events gathered, then committed together. */
export class Draft {
  readonly #core: Pick<Core, "store" | "events"> & Partial<Pick<Core, "own">>;
  readonly #isSynced: boolean;
  readonly #changes: StoreChange[] = [];
  readonly #events: NewEvent[] = [];
  readonly #effects: (() => void)[] = [];

  /** @param isSynced what our other devices told: they are not told of it again. */
  constructor(core: Pick<Core, "store" | "events"> & Partial<Pick<Core, "own">>, isSynced = false) {
    this.#core = core;
    this.#isSynced = isSynced;
  }

  add(...changes: readonly StoreChange[]): void {
    this.#changes.push(...changes);
  }

  /** Who only shares a group is no contact: interfaces learn of them by the group. */
  tell(event: NewEvent): void {
    if ("contact" in event && event.contact.relation === "member") return;
    this.#events.push(event);
  }

  /** Runs an effect once the batch is on disk: nothing leaves the device before. */
  afterwards(effect: () => void): void {
    this.#effects.push(effect);
  }

  /** Hands the batch to the store at once; resolves when it is on disk and shows the events then. */
  async commit(): Promise<void> {
    // Numbered in the turn of the commit: events are on disk, and shown, in the order of their numbers.
    const told = this.#events.map((event) => this.#core.events.add(event));
    const journal = this.#isSynced ? [] : (this.#core.own?.journal(this.#events) ?? []);
    const changes = [...this.#changes, ...told.flatMap((each) => each.changes), ...journal];
    if (changes.length > 0) await this.#core.store.commit(changes);
    this.#core.events.publish(told.map(({ event }) => event));
    for (const effect of this.#effects) effect();
  }
}

/** Notes that a relay lost what it had promised to keep; what cannot be written now is seen again another time. */
export function noteBrokenPromise(core: Pick<Core, "store" | "book">, relay: RelayId): void {
  const changes = core.book.promises.note(relay);
  if (changes.length > 0) core.store.commit(changes).catch(() => undefined);
}
