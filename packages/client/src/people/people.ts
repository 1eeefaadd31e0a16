/**
 * The people this account knows, in memory and in the store: contacts, their devices and the sessions with those.
 * Reads are synchronous. A setter makes the new value visible at once and returns the change that must be handed to
 * the store in the same turn: the store commits in that order, and nothing leaves the device before its commit.
 */
import {
  type AccountId,
  type CryptoSuite,
  type DeviceId,
  decodeSessionRecord,
  deriveSenderSide,
  EMPTY_SESSION_RECORD,
  encodeSessionRecord,
  type QueueId,
  type SessionRecord,
} from "@kith/protocol";
import type { StoreChange } from "../ports.ts";
import type { SealedStore } from "../store/sealed-store.ts";
import { StoreError } from "../store/store-error.ts";
import { createTable, type Table } from "../store/table.ts";
import type { StateKeys } from "../vanish/state-keys.ts";
import { type ContactRow, contactRowShape, type PeerRow, peerRowShape } from "./contact-row.ts";
import { type ReadQueue, readQueues } from "./own-queues.ts";

/** A device pair with its session. */
export interface Peer {
  readonly row: PeerRow;
  readonly session: SessionRecord;
}

/** A queue of ours with the device that sends into it. */
export interface DirectQueue {
  readonly device: DeviceId;
  readonly queue: ReadQueue;
}

const SESSION_PREFIX = "session/";

/** All contacts and peers of one account. */
export class People {
  readonly #store: SealedStore;
  readonly #suite: CryptoSuite;
  readonly #state: StateKeys;
  readonly #own: AccountId | undefined;
  readonly #contactRows: Table<ContactRow>;
  readonly #peerRows: Table<PeerRow>;
  readonly #contacts = new Map<AccountId, ContactRow>();
  readonly #peers = new Map<DeviceId, Peer>();
  readonly #devices = new Map<AccountId, Set<DeviceId>>();
  readonly #directQueues = new Map<QueueId, DirectQueue>();
  readonly #onRemoved: ((row: PeerRow) => void)[] = [];

  /** @param state seals the sessions. @param own our own account, whose other devices are no contacts. */
  constructor(store: SealedStore, suite: CryptoSuite, state: StateKeys, own?: AccountId) {
    this.#own = own;
    this.#store = store;
    this.#state = state;
    this.#suite = suite;
    this.#contactRows = createTable(store, "contact", contactRowShape);
    this.#peerRows = createTable(store, "peer", peerRowShape);
  }

  /** Reads everything into memory. */
  async load(): Promise<void> {
    for (const { value } of await this.#contactRows.list()) this.#contacts.set(value.account, value);
    for (const { value } of await this.#peerRows.list()) {
      this.#remember({ row: value, session: await this.#readSession(value) });
    }
  }

  async #readSession({ device }: PeerRow): Promise<SessionRecord> {
    const name = SESSION_PREFIX + this.peerKey(device);
    const stored = await this.#store.get(name);
    if (stored === undefined) return EMPTY_SESSION_RECORD;
    const bytes = this.#state.open(name, stored);
    const session = bytes && decodeSessionRecord(bytes);
    if (!session?.ok) throw new StoreError({ code: "STORE_CORRUPT" });
    return session.value;
  }

  contact(account: AccountId): ContactRow | undefined {
    return this.#contacts.get(account);
  }

  /** Everybody but ourselves. */
  contacts(): readonly ContactRow[] {
    return [...this.#contacts.values()].filter(({ account }) => account !== this.#own);
  }

  peer(device: DeviceId): Peer | undefined {
    return this.#peers.get(device);
  }

  peers(): readonly Peer[] {
    return [...this.#peers.values()];
  }

  /** The device pairs of one account, over which every send fans out. */
  peersOf(account: AccountId): readonly Peer[] {
    return [...(this.#devices.get(account) ?? [])].flatMap((device) => this.#peers.get(device) ?? []);
  }

  /** The queue of ours that has this send id on the direct path. */
  directQueue(sendId: QueueId): DirectQueue | undefined {
    return this.#directQueues.get(sendId);
  }

  /** The name of an account in store keys: says nothing to a reader of a locked store. */
  chatKey(account: AccountId): string {
    return this.#store.hideKey(account);
  }

  /** The name of a device in store keys. */
  peerKey(device: DeviceId): string {
    return this.#store.hideKey(device);
  }

  /** Makes a contact visible and returns the change to commit in the same turn. */
  setContact(row: ContactRow): StoreChange {
    this.#contacts.set(row.account, row);
    return this.#contactRows.putLate(this.chatKey(row.account), row);
  }

  /** Makes a device pair visible and returns the changes to commit in the same turn. */
  setPeer(peer: Peer): readonly StoreChange[] {
    const previous = this.#peers.get(peer.row.device);
    const key = this.peerKey(peer.row.device);
    this.#remember(peer);
    const changes: StoreChange[] = [];
    if (previous?.row !== peer.row) changes.push(this.#peerRows.putLate(key, peer.row));
    if (previous?.session !== peer.session) changes.push(this.#sessionChange(peer));
    return changes;
  }

  /** The changes that write the sessions with an account once more, under the state key of now. */
  resealSessions(account: AccountId): readonly StoreChange[] {
    return this.peersOf(account).map((peer) => this.#sessionChange(peer));
  }

  #sessionChange({ row, session }: Peer): StoreChange {
    const name = SESSION_PREFIX + this.peerKey(row.device);
    const seal = this.#state.sealer(this.chatKey(row.account));
    return { key: name, value: () => seal(name, encodeSessionRecord(session)) };
  }

  /** Calls a listener with each device pair that is forgotten, in that turn: before it is on disk. */
  onRemoved(listener: (row: PeerRow) => void): void {
    this.#onRemoved.push(listener);
  }

  /** Forgets one device of an account with its sessions. */
  removePeer(device: DeviceId): readonly StoreChange[] {
    const known = this.#peers.get(device);
    if (known === undefined) return [];
    const key = this.peerKey(device);
    this.#peers.delete(device);
    this.#devices.get(known.row.account)?.delete(device);
    for (const { secret } of readQueues(known.row)) this.#directQueues.delete(this.#directSendId(secret));
    for (const listener of this.#onRemoved) listener(known.row);
    return [this.#peerRows.remove(key), { key: SESSION_PREFIX + key }];
  }

  /** Forgets an account with its devices and sessions. */
  remove(account: AccountId): readonly StoreChange[] {
    const changes: StoreChange[] = [this.#contactRows.remove(this.chatKey(account))];
    for (const { row } of this.peersOf(account)) changes.push(...this.removePeer(row.device));
    this.#contacts.delete(account);
    this.#devices.delete(account);
    return changes;
  }

  #remember(peer: Peer): void {
    const previous = this.#peers.get(peer.row.device)?.row;
    this.#peers.set(peer.row.device, peer);
    if (previous === undefined) this.#addDevice(peer.row);
    const known = previous === undefined ? [] : readQueues(previous);
    const queues = readQueues(peer.row);
    const isIn = (list: readonly ReadQueue[], { secret }: ReadQueue): boolean =>
      list.some((each) => each.secret === secret);
    for (const queue of queues) {
      if (isIn(known, queue)) continue;
      this.#directQueues.set(this.#directSendId(queue.secret), { device: peer.row.device, queue });
    }
    for (const queue of known) if (!isIn(queues, queue)) this.#directQueues.delete(this.#directSendId(queue.secret));
  }

  #addDevice({ account, device }: PeerRow): void {
    const devices = this.#devices.get(account) ?? new Set();
    this.#devices.set(account, devices.add(device));
  }

  #directSendId(secret: Uint8Array): QueueId {
    return deriveSenderSide(this.#suite, secret, "direct").sendId;
  }
}
