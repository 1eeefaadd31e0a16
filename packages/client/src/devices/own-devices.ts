/** Keeps the devices of one account alike. @see docs/spec/06-messages.md (Own devices) */
import {
  type AccountId,
  CONTENT_KINDS,
  type Content,
  type ContentId,
  type DeviceId,
  type HeadHint,
  MAX_SYNC_READ,
  parseAccount,
  type SyncItem,
} from "@kith/protocol";
import { type Core, Draft } from "../core.ts";
import type { NewEvent } from "../event-log.ts";
import { FileAskers } from "../file/file-askers.ts";
import type { StoreChange } from "../ports.ts";
import { CHAIN_REGISTER, chainContent, listOwnDevices } from "./apply-chain.ts";
import { stampDraft } from "./apply-draft.ts";
import type { ApplyParts } from "./apply-parts.ts";
import { takeRead } from "./apply-talk.ts";
import { EarlyWords } from "./early.ts";
import { Greeter } from "./greeter.ts";
import { notesOfGroup } from "./group-notes.ts";
import { HistoryCopies } from "./history-copies.ts";
import { Journal, type Note } from "./journal.ts";
import { OwnDeviceBook, type OwnDeviceRow } from "./own-device-row.ts";
import type { OpenOwnSync, OwnSync, OwnSyncParts } from "./own-sync.ts";
import { Registers } from "./registers.ts";
import { Taker } from "./taker.ts";
import { Teller } from "./teller.ts";

/** How long a revoke waits until the device was told, and between two looks, in ms. */
const GOODBYE_MS = 5000;
const GOODBYE_STEP_MS = 100;

/** Contents that may still wait for a device that is back when it is told everything anew. */
const CAUGHT_UP = 100;

const OF_ACCOUNT: readonly Note[] = [{ type: "settings" }, { type: "picture" }, { type: "chain" }, { type: "backup" }];

/** Opens the part for an engine, with what was under way at the last stop. */
export const openOwnDevices: OpenOwnSync = async (parts) => {
  const devices = new OwnDevices(parts);
  await devices.load();
  return devices;
};

/** One account's devices, seen from this one. */
export class OwnDevices implements OwnSync {
  readonly askers: FileAskers;
  readonly book: OwnDeviceBook;
  readonly teller: Teller;
  readonly history: HistoryCopies;
  readonly #core: Core;
  readonly #parts: ApplyParts;
  readonly #journal: Journal;
  readonly #taker: Taker;

  constructor(parts: OwnSyncParts) {
    const { core, sender, mailboxes } = parts;
    this.#core = core;
    this.askers = new FileAskers(core);
    this.book = new OwnDeviceBook(core.store);
    this.#journal = new Journal(core.store, core.people, core.vanish.state, core.account.id);
    this.#parts = {
      ...parts,
      book: this.book,
      registers: new Registers(core.store, core.suite),
      early: new EarlyWords(core.store, core.people),
      greeter: new Greeter(core, sender, mailboxes),
      welcome: (device) => void this.welcome(device, false),
      passOn: (item) => void this.#noteAlone({ type: "item", item }),
    };
    this.teller = new Teller({ ...this.#parts, journal: this.#journal });
    this.history = new HistoryCopies(core, sender, this.teller);
    this.#taker = new Taker(this.#parts, () => {
      void this.#noteAlone({ type: "item", item: { type: "chain", entries: core.account.chain.entries } });
    });
  }

  async load(): Promise<void> {
    const { registers, early } = this.#parts;
    await Promise.all(
      [this.book, this.#journal, registers, early, this.#taker, this.history].map((each) => each.load()),
    );
  }

  start(): void {
    const { account, people } = this.#core;
    const known = people.contact(account.id)?.head;
    // A crash came between a new chain and what follows from it.
    if (known?.seq !== account.chain.head.seq || known.epoch !== account.chain.head.epoch) void this.followChain();
    this.#parts.greeter.start();
    this.#taker.run();
    // What a crash kept from being noted: registers that did not change are not told again.
    void this.#noteAlone(...OF_ACCOUNT);
    this.noteCard();
    this.history.start();
  }

  stop(): void {
    this.teller.stop();
    this.#taker.stop();
    this.#parts.greeter.stop();
    this.history.stop();
  }

  get #hasOthers(): boolean {
    return this.#core.people.peersOf(this.#core.account.id).length > 0;
  }

  journal(events: readonly NewEvent[]): readonly StoreChange[] {
    if (!this.#hasOthers) return [];
    const notes = events.flatMap((event) => this.#notesOf(event));
    if (notes.length > 0) this.teller.soon();
    return notes.map((note) => this.#journal.add(note));
  }

  #notesOf(event: NewEvent): readonly Note[] {
    switch (event.type) {
      case "message.changed": {
        const { chat, isOwn, id, state } = event.message;
        const account = accountOf(chat);
        const isTold = isOwn && state !== "queued" && account !== null && this.#isSentHere(account, id as ContentId);
        return isTold && account !== null ? [{ type: "state", chat: account, id: id as ContentId }] : [];
      }
      case "message.removed": {
        const { chat, isOwn, id } = event.removed;
        const account = accountOf(chat);
        if (account === null) return [];
        return [{ type: "item", item: { type: "removed", chat: account, isOwn, id: id as ContentId } }];
      }
      case "group.message":
        return notesOfGroup(this.#core, event);
      case "contact.changed":
      case "request.received":
        return noteOf("person", event.contact.account);
      case "contact.deleted":
        return noteOf("person", event.account);
      case "chat.changed":
        return noteOf("chat", event.account);
      case "account.changed":
        return OF_ACCOUNT;
      default:
        return [];
    }
  }

  /** Whether a message is this device's to tell of: another device's are that device's. */
  #isSentHere(chat: AccountId, id: ContentId): boolean {
    const device = this.#core.messages.recent(chat, "own", id)?.deliveries[0]?.device;
    return device === undefined || this.#core.people.peer(device)?.row.account !== this.#core.account.id;
  }

  said(draft: Draft, chat: AccountId, content: Content): void {
    if (chat === this.#core.account.id || content.kind === CONTENT_KINDS.profile) return;
    this.#noteItems(draft, [{ type: "said", chat, content }]);
  }

  heard(draft: Draft, chat: AccountId, content: Content, known: HeadHint | undefined): void {
    const { chain, device: self } = this.#core.account;
    const isMissed = chain.devices.some(({ deviceId, addedAt }) => {
      return (
        deviceId !== self.deviceId && (known === undefined || known.epoch < addedAt.epoch || known.seq < addedAt.seq)
      );
    });
    if (isMissed) this.#noteItems(draft, [{ type: "heard", chat, content }]);
  }

  drafted(draft: Draft, chat: AccountId): void {
    if (!this.#hasOthers) return;
    draft.add(...stampDraft({ core: this.#core, registers: this.#parts.registers }, chat));
    draft.add(this.#journal.add({ type: "draft", account: chat }));
    draft.afterwards(() => this.teller.soon(true));
  }

  read(draft: Draft, chat: AccountId, ids: readonly ContentId[]): void {
    const items: SyncItem[] = [];
    for (let at = 0; at < ids.length; at += MAX_SYNC_READ) {
      items.push({ type: "read", chat, ids: ids.slice(at, at + MAX_SYNC_READ) });
    }
    this.#noteItems(draft, items);
  }

  wasRead(draft: Draft, chat: AccountId, id: ContentId): boolean {
    return takeRead(this.#parts, draft, chat, id);
  }

  take(draft: Draft, device: DeviceId, content: Content): void {
    if (content.kind === CONTENT_KINDS.sync) this.#taker.take(draft, device, content);
  }

  noteSign(device: DeviceId): void {
    const row = this.book.get(device);
    if (row.isBehind === true && this.#parts.sender.outbox.count(device) < CAUGHT_UP) void this.#catchUp(row);
    const change = this.book.noteSeen(device, this.#core.clock.nowMs());
    if (change !== null) void this.#core.store.commit([change]).catch(() => undefined); // seen again another time
  }

  /** A device that was away for long is back: it gets everything once more. */
  async #catchUp({ isBehind: _, ...row }: OwnDeviceRow): Promise<void> {
    await this.#core.store.commit([this.book.set(row)]);
    await this.welcome(row.device, true);
  }

  cards(): readonly Uint8Array[] {
    const { chain, device: self } = this.#core.account;
    const others = chain.devices.filter(({ deviceId }) => deviceId !== self.deviceId);
    return others.flatMap(({ deviceId }) => this.book.get(deviceId).card ?? []);
  }

  noteCard(): void {
    const { account, store } = this.#core;
    const row = this.book.get(account.device.deviceId);
    if (account.card === undefined || account.card === row.card) return;
    store.commit([this.book.set({ ...row, card: account.card })]).catch(() => undefined); // made again at the next start
    void this.#noteAlone({ type: "device", device: row.device });
  }

  /** Names a device, this one or another. */
  async setDevice(
    device: DeviceId,
    named: Partial<Pick<ReturnType<OwnDeviceBook["get"]>, "name" | "kind">>,
  ): Promise<void> {
    const draft = new Draft(this.#core, true);
    draft.add(this.book.set({ ...this.book.get(device), ...named }));
    if (this.#hasOthers) draft.add(this.#journal.add({ type: "device", device }));
    await draft.commit();
    this.teller.now();
    this.#parts.onStatus();
  }

  /** Tells a device that it was revoked, as long as there is a session with it; waits until that has left, for a while. */
  async sayGoodbye(device: DeviceId): Promise<void> {
    const core = this.#core;
    const { outbox } = this.#parts.sender;
    let committed: Promise<void> = Promise.resolve();
    await core.lock.run(core.account.id, async () => {
      const draft = new Draft(core, true);
      await this.teller.tell(draft, device, [{ type: "chain", entries: core.account.chain.entries }]);
      committed = draft.commit();
    });
    await committed;
    for (let waitedMs = 0; waitedMs < GOODBYE_MS && outbox.hasQueued(device); waitedMs += GOODBYE_STEP_MS) {
      await new Promise<void>((resolve) => core.clock.after(GOODBYE_STEP_MS, resolve));
    }
  }

  /** Our chain changed here: rows of our devices follow, the others and people are told. */
  async followChain(): Promise<void> {
    const core = this.#core;
    let committed: Promise<void> = Promise.resolve();
    await core.lock.run(core.account.id, async () => {
      const draft = new Draft(core, true);
      await listOwnDevices(this.#parts, draft);
      draft.add(this.#journal.add({ type: "chain" }));
      committed = draft.commit();
    });
    await committed;
    this.teller.now();
    this.#parts.greeter.greet(core.account.id);
    this.#parts.onChain();
    this.#parts.onStatus();
    void this.#parts.greeter.sayHead();
  }

  /** Tells a device that was just linked everything but messages, and those too when they are wanted. */
  async welcome(device: DeviceId, withHistory: boolean): Promise<void> {
    const core = this.#core;
    let committed: Promise<void> = Promise.resolve();
    await core.lock.run(core.account.id, async () => {
      const draft = new Draft(core, true);
      await this.teller.welcome(draft, device);
      const now = { atMs: core.clock.nowMs(), by: core.account.device.deviceId };
      draft.add(this.#parts.registers.note(CHAIN_REGISTER, chainContent(core.account.chain), now));
      if (withHistory) draft.add(this.history.plan(device));
      committed = draft.commit();
    });
    await committed;
    this.history.start();
  }

  #noteItems(draft: Draft, items: readonly SyncItem[]): void {
    if (!this.#hasOthers || items.length === 0) return;
    for (const item of items) draft.add(this.#journal.add({ type: "item", item }));
    draft.afterwards(() => this.teller.now());
  }

  async #noteAlone(...notes: readonly Note[]): Promise<void> {
    if (!this.#hasOthers) return;
    const draft = new Draft(this.#core, true);
    draft.add(...notes.map((note) => this.#journal.add(note)));
    await draft.commit();
    this.teller.now();
  }
}

function accountOf(text: string): AccountId | null {
  const account = parseAccount(text);
  return account.ok ? account.value : null;
}

function noteOf(type: "person" | "chat", text: string): readonly Note[] {
  const account = accountOf(text);
  return account === null ? [] : [{ type, account }];
}
