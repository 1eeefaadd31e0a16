/** Tells our other devices what the journal holds: soon, together, in order, each device in its own session. */
import {
  CONTENT_KINDS,
  type ContentId,
  makeBareContent,
  profileContent,
  type SyncItem,
  type SyncStamp,
  summarizeDelivery,
  toHex,
} from "@kith/protocol";
import { type Core, Draft } from "../core.ts";
import type { ContactRow } from "../people/contact-row.ts";
import type { Peer } from "../people/people.ts";
import type { Cancel } from "../ports.ts";
import type { Sender } from "../send/carrier.ts";
import { queueForPeer } from "../send/compose.ts";
import { BACKUP_REGISTER } from "./apply-backup.ts";
import { CHAIN_REGISTER } from "./apply-chain.ts";
import { draftToTell, stampDraft } from "./apply-draft.ts";
import { PICTURE_REGISTER } from "./apply-picture.ts";
import { packItems } from "./item-bytes.ts";
import { chatItem, contentOf, deviceItem, isToldPerson, personItem, pictureItem, settingsItem } from "./items.ts";
import type { Journal, KeptNote, Note } from "./journal.ts";
import type { OwnDeviceBook } from "./own-device-row.ts";
import { joinReached, reachedItem } from "./reached-items.ts";
import { NO_STAMP, type Registers } from "./registers.ts";

/** Wait before what is not said or read is told, in ms: states follow each other quickly. */
const CALM_MS = 2000;
const DRAFT_CALM_MS = 10_000;

/** Notes told in one batch. */
const MAX_NOTES = 200;

/** Contents that wait for one device, beyond which it is told nothing more until it comes back. */
const MAX_WAITING = 4000;

/** What telling works on. */
export interface TellerParts {
  readonly core: Core;
  readonly sender: Sender;
  readonly journal: Journal;
  readonly registers: Registers;
  readonly book: OwnDeviceBook;
}

/** The telling half of keeping devices alike. */
export class Teller {
  readonly #parts: TellerParts;
  #isStopped = false;
  #isRunning = false;
  #isStale = false;
  #cancel: Cancel | null = null;
  #atMs = 0;

  constructor(parts: TellerParts) {
    this.#parts = parts;
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel?.();
  }

  /** Tells after a moment; of a draft after a longer one, since its next letters follow. */
  soon(isDraft = false): void {
    if (this.#isStopped) return;
    const atMs = this.#parts.core.clock.monotonicMs() + (isDraft ? DRAFT_CALM_MS : CALM_MS);
    if (this.#cancel !== null && this.#atMs <= atMs) return;
    this.#cancel?.();
    this.#atMs = atMs;
    this.#cancel = this.#parts.core.clock.after(isDraft ? DRAFT_CALM_MS : CALM_MS, () => {
      this.#cancel = null;
      this.now();
    });
  }

  /** Tells everything that is noted. */
  now(): void {
    this.#isStale = true;
    if (this.#isRunning || this.#isStopped) return;
    this.#isRunning = true;
    void this.#run().finally(() => {
      this.#isRunning = false;
    });
  }

  async #run(): Promise<void> {
    while (!this.#isStopped && (this.#isStale || !this.#parts.journal.isEmpty)) {
      this.#isStale = false;
      await this.#tellSome();
    }
  }

  async #tellSome(): Promise<void> {
    const { core, journal } = this.#parts;
    let committed: Promise<void> = Promise.resolve();
    await core.lock.run(core.account.id, async () => {
      const notes = journal.take(MAX_NOTES);
      if (notes.length === 0) return;
      const draft = new Draft(core, true);
      await this.#queue(draft, notes);
      draft.add(...journal.remove(notes));
      committed = draft.commit();
    });
    await committed;
  }

  async #queue(draft: Draft, notes: readonly KeptNote[]): Promise<void> {
    const items: SyncItem[] = [];
    for (const { note } of notes) {
      const item = await this.#itemOf(draft, note);
      if (item !== null) items.push(item);
    }
    const { core } = this.#parts;
    const devices = core.people.peersOf(core.account.id).map(({ row }) => row.device);
    const joined = joinReached(items);
    for (const device of devices) await this.tell(draft, device, joined);
  }

  /** Queues items for one device; the caller holds the lock of our account and commits the draft. */
  async tell(draft: Draft, device: Peer["row"]["device"], items: readonly SyncItem[]): Promise<void> {
    const { book, core, sender } = this.#parts;
    const contact = core.people.contact(core.account.id);
    if (contact === undefined || items.length === 0) return;
    const row = book.get(device);
    if (row.isBehind === true) return;
    if (sender.outbox.count(device) >= MAX_WAITING) {
      draft.add(book.set({ ...row, isBehind: true }));
      return;
    }
    for (const body of packItems(items)) {
      const peer = core.people.peer(device);
      if (peer === undefined) return;
      const id = toHex(core.random(16)) as ContentId;
      const content = makeBareContent({ id, sentAtMs: core.clock.nowMs() }, CONTENT_KINDS.sync, body);
      await queueForPeer(core, sender.outbox, draft, { contact, peer, content });
    }
  }

  async #itemOf(draft: Draft, note: Note): Promise<SyncItem | null> {
    const { core, book } = this.#parts;
    switch (note.type) {
      case "item":
        return note.item;
      case "chain":
        return this.#register(draft, CHAIN_REGISTER, () => ({ type: "chain", entries: core.account.chain.entries }));
      case "device":
        return this.#register(draft, `d/${core.people.peerKey(note.device)}`, (stamp) =>
          deviceItem(book.get(note.device), stamp),
        );
      case "draft": {
        const told = draftToTell(this.#parts, note.account);
        if (told !== null) draft.add(told.change);
        return told?.item ?? null;
      }
      case "backup": {
        const shared = core.contactBackup?.shared();
        return shared
          ? this.#register(draft, BACKUP_REGISTER, (stamp) => ({ type: "backup", ...shared, ...stamp }))
          : null;
      }
      case "settings":
        return this.#isUnset() ? null : this.#register(draft, "s", (stamp) => settingsItem(core, stamp));
      case "picture": {
        const item = await pictureItem(core, NO_STAMP);
        return item && this.#register(draft, PICTURE_REGISTER, (stamp) => ({ ...item, ...stamp }));
      }
      case "chat":
        return this.#register(draft, `c/${core.people.chatKey(note.account)}`, (stamp) =>
          chatItem(core.chats.settings(note.account), stamp),
        );
      case "person": {
        const row = core.people.contact(note.account);
        if (row !== undefined && !isToldPerson(row)) return null;
        return this.#register(draft, `p/${core.people.chatKey(note.account)}`, (stamp) =>
          row === undefined ? { type: "forgotten", account: note.account, ...stamp } : personItem(core, row, stamp),
        );
      }
      case "state":
        return stateItem(core, note);
      case "reached":
        return reachedItem(core, note);
    }
  }

  /** A device that was just linked has chosen nothing: what was chosen before it came is still under way to it. */
  #isUnset(): boolean {
    return this.#parts.core.settings.isUntouched && this.#parts.registers.stampOf("s") === undefined;
  }

  /** What a register holds, when it has changed since it was told or heard last. */
  #register(draft: Draft, key: string, make: (stamp: SyncStamp) => SyncItem): SyncItem | null {
    const { core, registers } = this.#parts;
    const now = { atMs: core.clock.nowMs(), by: core.account.device.deviceId };
    const stamped = registers.stampChange(key, contentOf(make(NO_STAMP)), now);
    if (stamped === null) return null;
    draft.add(stamped.change);
    return make(stamped.stamp);
  }

  /** Everything a device that was just linked is to know; the caller holds the lock of our account. */
  async welcome(draft: Draft, device: Peer["row"]["device"]): Promise<void> {
    const { core, book, registers } = this.#parts;
    const now = { atMs: core.clock.nowMs(), by: core.account.device.deviceId };
    const items: SyncItem[] = [{ type: "chain", entries: core.account.chain.entries }];
    const put = (key: string, make: (stamp: SyncStamp) => SyncItem): void => {
      const stamped = registers.stampChange(key, contentOf(make(NO_STAMP)), now);
      if (stamped !== null) draft.add(stamped.change);
      items.push(make(stamped?.stamp ?? registers.stampOf(key) ?? now));
    };
    for (const row of book.all()) put(`d/${core.people.peerKey(row.device)}`, (stamp) => deviceItem(row, stamp));
    put("s", (stamp) => settingsItem(core, stamp));
    const shared = core.contactBackup?.shared();
    if (shared) put(BACKUP_REGISTER, (stamp) => ({ type: "backup", ...shared, ...stamp }));
    const picture = await pictureItem(core, NO_STAMP);
    if (picture !== null) put(PICTURE_REGISTER, (stamp) => ({ ...picture, ...stamp }));
    for (const row of core.people.contacts().filter(isToldPerson)) {
      const key = core.people.chatKey(row.account);
      put(`p/${key}`, (stamp) => personItem(core, row, stamp));
      put(`c/${key}`, (stamp) => chatItem(core.chats.settings(row.account), stamp));
      draft.add(...stampDraft(this.#parts, row.account));
      const told = draftToTell(this.#parts, row.account, true);
      if (told !== null) {
        draft.add(told.change);
        items.push(told.item);
      }
      const shown = await saidPicture(core, row);
      if (shown !== null) items.push(shown);
    }
    await this.tell(draft, device, items);
  }
}

/** How far a message got that was sent here; null once it is gone. */
async function stateItem(
  { messages }: Pick<Core, "messages">,
  { chat, id }: Extract<Note, { readonly type: "state" }>,
): Promise<SyncItem | null> {
  const row = await messages.find(chat, "own", id);
  if (row === undefined) return null;
  const { state, reason } = summarizeDelivery(row.deliveries.map(({ record }) => record));
  return { type: "state", chat, id, state, reason };
}

/** The picture of a person as they gave it; null without one. */
async function saidPicture({ pictures }: Core, { account, picture: said }: ContactRow): Promise<SyncItem | null> {
  const picture = said?.isSet === true ? await pictures.get(account) : undefined;
  if (said === undefined || picture === undefined) return null;
  const content = profileContent({ id: said.id, sentAtMs: said.orderMs, orderMs: said.orderMs }, { picture });
  return { type: "heard", chat: account, content };
}
