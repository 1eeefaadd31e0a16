/** Keeps the contact backup of one account: made anew after changes, and each week, on the relays of its queues. */
import {
  concat,
  contactSecretFromWords,
  cutBackup,
  equalBytes,
  MAX_BACKED_RELAYS,
  parseWords,
  rootKeyFromWords,
  type SyncedBackup,
  type SyncStamp,
  signContactBackup,
  type Words,
  wipe,
} from "@kith/protocol";
import type { ContactBackupStatus, Methods } from "../client.ts";
import { type Core, Draft } from "../core.ts";
import { Greeter } from "../devices/greeter.ts";
import { MessengerError } from "../messenger-error.ts";
import type { Cancel, StoreChange } from "../ports.ts";
import { createTable, type Table } from "../store/table.ts";
import { dropAt, keepAt } from "./backup-relays.ts";
import {
  BACKUP_TABLE,
  type BackupKeyRow,
  backupKeyShape,
  FOUND_ROW,
  type FoundBackupRow,
  foundBackupShape,
  KEPT_ROW,
  KEY_ROW,
  type KeptBackupRow,
  keptBackupShape,
} from "./backup-rows.ts";
import type { ContactBackupParts, ContactBackupService } from "./contact-backup.ts";
import { makeItems } from "./make-items.ts";
import { restoreItems } from "./restore-items.ts";

/** Wait after a start, and between two looks whether something changed, in ms. */
const FIRST_MS = 60_000;
const LOOK_MS = 10 * 60_000;

/** Wait between two looks whether this device has a box that people can be told of, in ms. */
const GREET_MS = 5000;

/** How long what lies on relays counts as there, in ms: they keep an envelope for thirty days. */
const RENEW_MS = 7 * 24 * 3600 * 1000;

/** The keeper. */
export class ContactKeeper implements ContactBackupService {
  readonly #core: Core;
  readonly #greeter: Greeter;
  readonly #keys: Table<BackupKeyRow>;
  readonly #kepts: Table<KeptBackupRow>;
  readonly #found: Table<FoundBackupRow>;
  #key: BackupKeyRow | undefined;
  #kept: KeptBackupRow | undefined;
  #isRestored = false;
  #cancel: Cancel = () => undefined;
  #isStopped = false;

  constructor({ core, sender, mailboxes }: ContactBackupParts) {
    this.#core = core;
    this.#greeter = new Greeter(core, sender, mailboxes);
    this.#keys = createTable(core.store, BACKUP_TABLE, backupKeyShape);
    this.#kepts = createTable(core.store, BACKUP_TABLE, keptBackupShape);
    this.#found = createTable(core.store, BACKUP_TABLE, foundBackupShape);
  }

  get status(): ContactBackupStatus {
    if (this.#key === undefined) return { isOn: false, needsWords: true };
    const { atMs, left = 0 } = this.#kept ?? {};
    return {
      isOn: this.#key.isOff !== true,
      ...(atMs === undefined ? {} : { keptAtMs: atMs }),
      ...(left === 0 ? {} : { left }),
    };
  }

  async load(): Promise<void> {
    const { account, suite, store } = this.#core;
    this.#key = await this.#keys.get(KEY_ROW);
    this.#kept = await this.#kepts.get(KEPT_ROW);
    const { words } = account;
    const parsed = this.#key === undefined && words !== null ? parseWords(words.join(" ")) : null;
    if (parsed?.ok) {
      const { epoch } = account.chain.head;
      await store.commit([this.#setKey({ epoch, secret: contactSecretFromWords(suite, parsed.value, epoch) })]);
    }
    const found = await this.#found.get(FOUND_ROW);
    if (found === undefined) return;
    await restoreItems(this.#core, found.items);
    this.#isRestored = true;
  }

  start(): void {
    this.#lookLater(this.#isRestored ? GREET_MS : FIRST_MS);
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
    this.#greeter.stop();
  }

  async set({ isOn, words }: Methods["account.setContactBackup"]["params"]): Promise<void> {
    const key = words === undefined ? this.#key : this.#keyOf(words);
    if (key === undefined) {
      if (isOn) throw new MessengerError("WORDS_GONE", "the words of the account are needed for this once");
      return;
    }
    const draft = new Draft(this.#core);
    draft.add(this.#setKey({ epoch: key.epoch, secret: key.secret, ...(isOn ? {} : { isOff: true }) }));
    if (!isOn) draft.add(this.#kepts.remove(KEPT_ROW));
    const { relays = [] } = this.#kept ?? {};
    if (!isOn) this.#kept = undefined;
    await draft.commit();
    if (isOn) this.#lookLater(0);
    else await this.#dropAll(key.secret, relays);
  }

  shared(): Omit<SyncedBackup, keyof SyncStamp> | null {
    return this.#key === undefined ? null : { ...this.#key };
  }

  adopt({ epoch, secret, isOff }: Omit<SyncedBackup, keyof SyncStamp>): StoreChange {
    return this.#setKey({ epoch, secret, isOff });
  }

  /** Says to everybody of the backup that this device is there: they see the recovery, and decide. */
  async #greetAll(): Promise<void> {
    for (const { account, relation } of this.#core.people.contacts()) {
      if (relation === "accepted") this.#greeter.greet(account);
    }
    this.#isRestored = false;
    await this.#core.store.commit([this.#found.remove(FOUND_ROW)]);
  }

  #setKey(row: BackupKeyRow): StoreChange {
    this.#key = row;
    return this.#keys.put(KEY_ROW, row);
  }

  #lookLater(waitMs: number): void {
    this.#cancel();
    if (this.#isStopped) return;
    this.#cancel = this.#core.clock.after(waitMs, () => {
      void this.#look().finally(() => this.#lookLater(this.#isRestored ? GREET_MS : LOOK_MS));
    });
  }

  async #look(): Promise<void> {
    const { account, book, clock, suite } = this.#core;
    const key = this.#key;
    if (this.#isRestored && account.card !== undefined) await this.#greetAll();
    if (key === undefined || key.isOff === true || account.isRevoked || key.epoch !== account.chain.head.epoch) return;
    const { items, left } = makeItems(this.#core);
    const digest = suite.sha256(concat(...items));
    const relays = book.forQueues();
    const { atMs: keptMs = 0, relays: held = [], digest: before = digest } = this.#kept ?? {};
    const isThere = relays.every(({ relay }) => held.includes(relay)) && clock.nowMs() - keptMs < RENEW_MS;
    if (relays.length === 0 || (isThere && equalBytes(before, digest))) return;
    const atMs = Math.max(clock.nowMs(), keptMs + 1);
    const pieces = cutBackup(await this.#sign(items, atMs), atMs);
    const outcomes = await Promise.all(relays.map((relay) => keepAt(this.#core, key.secret, relay, pieces)));
    const holding = relays.filter((_, index) => outcomes[index]).map(({ relay }) => relay);
    if (holding.length === 0 || this.#isStopped) return;
    this.#kept = { digest, atMs, relays: holding, left };
    await this.#core.store.commit([this.#kepts.put(KEPT_ROW, this.#kept)]);
  }

  #sign(items: readonly Uint8Array[], atMs: number): Promise<Uint8Array> {
    const { account, book, suite } = this.#core;
    const relays = book
      .all()
      .filter(({ source }) => source !== "nearby" && source !== "own")
      .slice(0, MAX_BACKED_RELAYS)
      .map(({ ref }) => ref);
    const { id, device, chain } = account;
    const backup = { account: id, device: device.deviceId, atMs, chain: chain.entries, relays, items };
    return signContactBackup(suite, device.signingSeed, backup);
  }

  /** Best effort: what cannot be reached expires there. */
  async #dropAll(secret: Uint8Array, relays: readonly string[]): Promise<void> {
    const refs = this.#core.book.all().filter(({ ref }) => relays.includes(ref.relay));
    await Promise.all(refs.map(({ ref }) => dropAt(this.#core, secret, ref)));
  }

  #keyOf(text: string): BackupKeyRow {
    const { account, suite } = this.#core;
    const words = parseWords(text);
    if (!words.ok || !isOf(words.value, account.id)) {
      throw new MessengerError("WORDS_WRONG", "these are not the words of this account");
    }
    const { epoch } = account.chain.head;
    return { epoch, secret: contactSecretFromWords(suite, words.value, epoch) };
  }
}

function isOf(words: Words, account: string): boolean {
  const root = rootKeyFromWords(words);
  wipe(root.privateKey);
  return root.accountId === account;
}
