/** Our own queues: creates one for each contact device on our relays, reads them all, and says where they are. */
import {
  type Access,
  type AccountId,
  type DeviceId,
  deriveOwnerSide,
  MAX_RELAYS,
  type NewQueue,
  type OwnerSide,
  type RelayId,
  type RelayRef,
} from "@kith/protocol";
import { type Core, Draft, noteBrokenPromise } from "../core.ts";
import { hasSessions, type OwnQueue, type PeerRow } from "../people/contact-row.ts";
import { type ReadQueue, readQueues } from "../people/own-queues.ts";
import type { QueueKey } from "../relay/relay-session.ts";
import { earnAccess } from "../relay/work.ts";
import type { Sender } from "../send/carrier.ts";
import { queueControl } from "../send/compose.ts";
import { hasNewStanding } from "../send/seal.ts";
import type { Inbox } from "./inbox.ts";
import { QueueRotation } from "./queue-rotation.ts";
import { type ReadSource, RelayReader } from "./relay-reader.ts";

/** Wait before queues that could not be created are tried again, in ms. */
const RETRY_MS = 15_000;

/** A relay that loses a queue again within this time is not given it at once, in ms: each time costs us work. */
const RECREATE_MS = 10 * 60_000;

/** What lets us create a queue on one relay without work. */
interface Admit {
  readonly relay: RelayId;
  readonly access: Access;
}

/** Receiving from relays. */
export class Mailboxes {
  readonly #core: Core;
  readonly #inbox: Inbox;
  readonly #sender: Sender;
  readonly #rotation: QueueRotation;
  readonly #readers = new Map<RelayId, RelayReader>();
  readonly #lost = new Set<string>();
  readonly #recreatedAtMs = new Map<string, number>();
  readonly #ensuring = new Map<DeviceId, Promise<void>>();
  readonly #owners = new Map<string, OwnerSide>();
  #isStopped = false;
  #cancelRetry: () => void = () => undefined;

  constructor(core: Core, inbox: Inbox, sender: Sender) {
    this.#core = core;
    this.#inbox = inbox;
    this.#sender = sender;
    this.#rotation = new QueueRotation(core, {
      create: (relay, queue) => this.#create(relay, { queue }),
      receiveKey: (queue, relay) => this.#receiveKey(queue, relay),
    });
    core.people.onRemoved((row) => void this.#leave(row));
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelRetry();
    for (const reader of this.#readers.values()) reader.stop();
  }

  /** Looks at every device pair: missing queues are created, existing ones read, changes told. */
  async refresh(): Promise<void> {
    if (this.#isStopped) return;
    this.#read();
    await Promise.all(
      this.#core.people.peers().map(async ({ row: { device } }) => {
        await this.#rotation.sweep(device);
        await this.ensure(device);
      }),
    );
  }

  /** Looks again later while a queue is missing somewhere: its relay was away, or lost it just now. */
  #retryLater(): void {
    this.#cancelRetry();
    const isIncomplete = this.#core.people
      .peers()
      .some(({ row }) => this.#missingRelays(row).length > 0 || this.#rotation.isDue(row));
    if (isIncomplete && !this.#isStopped) {
      this.#cancelRetry = this.#core.clock.after(RETRY_MS, () => void this.refresh());
    }
  }

  /** Creates the queue for a device where it is missing; resolves when every relay was tried once. */
  ensure(device: DeviceId, admit?: Admit): Promise<void> {
    const running = this.#ensuring.get(device);
    if (running !== undefined) return running;
    const ensuring = this.#ensure(device, admit).finally(() => {
      this.#ensuring.delete(device);
      this.#retryLater();
    });
    this.#ensuring.set(device, ensuring);
    return ensuring;
  }

  /** Tells a device our new queue or address, when there is something new to tell. */
  async tell(device: DeviceId): Promise<void> {
    const core = this.#core;
    const account = core.people.peer(device)?.row.account;
    if (account === undefined) return;
    let committed: Promise<void> = Promise.resolve();
    await core.lock.run(account, async () => {
      const peer = core.people.peer(device);
      const isAccepted = hasSessions(core.people.contact(account)?.relation);
      if (peer === undefined || !isAccepted || !hasNewStanding(core, peer.row)) return;
      const draft = new Draft(core);
      await queueControl(core, this.#sender.outbox, draft, peer, {});
      committed = draft.commit();
    });
    await committed;
  }

  async tellAll(): Promise<void> {
    for (const { row } of this.#core.people.peers()) await this.tell(row.device);
  }

  async #ensure(device: DeviceId, admit?: Admit): Promise<void> {
    const row = this.#core.people.peer(device)?.row;
    if (row === undefined || this.#core.people.contact(row.account)?.relation === "blocked") return;
    const missing = this.#missingRelays(row);
    const queue = row.ownQueue;
    const created = await Promise.all(
      missing.map(async (relay) => ({ relay, isCreated: await this.#create(relay, { queue, admit }) })),
    );
    const added = created.filter((each) => each.isCreated).map((each) => each.relay);
    if (added.length > 0) await this.#addRelays(device, row.account, added);
    const isRotated = this.#rotation.isDue(this.#core.people.peer(device)?.row ?? row);
    if (isRotated) await this.#rotation.rotate(device);
    if (added.length > 0 || isRotated) this.#read();
    await this.tell(device);
  }

  async #addRelays(device: DeviceId, account: AccountId, added: readonly RelayRef[]): Promise<void> {
    await this.#core.lock.run(account, async () => {
      const peer = this.#core.people.peer(device);
      if (peer === undefined) return;
      const kept = this.#keptRelays(peer.row, added);
      for (const relay of added) this.#lost.delete(queueName(peer.row.ownQueue, relay.relay));
      const ownQueue = { ...peer.row.ownQueue, relays: [...kept, ...added] };
      const draft = new Draft(this.#core);
      draft.add(...this.#core.people.setPeer({ ...peer, row: { ...peer.row, ownQueue } }));
      await draft.commit();
    });
  }

  /** Relays beside the new ones, those that are still wanted first; what waits on one that goes waits on another too. */
  #keptRelays({ ownQueue }: PeerRow, added: readonly RelayRef[]): readonly RelayRef[] {
    const wanted = new Set(this.#core.book.forQueues().map(({ relay }) => relay));
    const others = ownQueue.relays.filter((each) => !added.some(({ relay }) => relay === each.relay));
    const ordered = [
      ...others.filter(({ relay }) => wanted.has(relay)),
      ...others.filter(({ relay }) => !wanted.has(relay)),
    ];
    return ordered.slice(0, MAX_RELAYS - added.length);
  }

  /** Relays where a queue should be and is not. */
  #missingRelays(row: PeerRow): readonly RelayRef[] {
    const relation = this.#core.people.contact(row.account)?.relation;
    if (!hasSessions(relation) && relation !== "requested") return [];
    const { ownQueue } = row;
    const held = ownQueue.relays.filter((each) => !this.#lost.has(queueName(ownQueue, each.relay)));
    // The next queue goes to new relays; this one comes back only where it was.
    const isPlace = ({ relay }: RelayRef): boolean => ownQueue.relays.some((each) => each.relay === relay);
    const wanted = this.#core.book.forQueues().filter(this.#rotation.isDue(row) ? isPlace : () => true);
    return wanted.filter((relay) => !held.some((each) => each.relay === relay.relay));
  }

  async #create(
    relay: RelayRef,
    { queue: made, admit }: { readonly queue: OwnQueue; readonly admit?: Admit | undefined },
  ): Promise<boolean> {
    const core = this.#core;
    const session = await core.pool.use(relay, "receive");
    if (!session.ok) return false;
    const queue = this.#newQueue(made, relay.relay);
    if (admit?.relay === relay.relay) {
      const byInvite = await session.value.create([queue], admit.access);
      if (byInvite.ok) return true;
    }
    const access = await earnAccess(core, session.value, { operation: "create", queues: [queue] });
    return (await session.value.create([queue], access)).ok;
  }

  #newQueue({ number, secret }: OwnQueue, relay: RelayId): NewQueue {
    const owner = this.#owner(number, relay);
    const sender = this.#core.sides(secret, relay);
    return {
      receiveId: owner.receiveId,
      sendId: sender.sendId,
      ownerMacKey: owner.macKey,
      senderMacKey: sender.macKey,
    };
  }

  /** Takes the queues of a device that is gone from their relays; one that cannot be reached forgets them unused. */
  async #leave(row: PeerRow): Promise<void> {
    if (this.#isStopped) return;
    const { ownQueue, nextQueue = ownQueue } = row;
    const queues = new Set([...readQueues(row), nextQueue]);
    await Promise.all([...queues].flatMap((queue) => queue.relays.map((relay) => this.#drop(queue, relay))));
    if (!this.#isStopped) this.#read();
  }

  async #drop(queue: ReadQueue, relay: RelayRef): Promise<void> {
    const session = await this.#core.pool.use(relay, "receive");
    if (session.ok) await session.value.drop(this.#receiveKey(queue, relay.relay));
  }

  /** Brings a reader to every relay that holds a queue of ours, and takes it from those that hold none any more. */
  #read(): void {
    const used = new Set<RelayId>();
    for (const { row } of this.#core.people.peers()) {
      for (const relay of readQueues(row).flatMap(({ relays }) => relays)) {
        used.add(relay.relay);
        if (!this.#readers.has(relay.relay)) this.#readers.set(relay.relay, this.#newReader(relay));
      }
    }
    for (const [relay, reader] of this.#readers) {
      if (used.has(relay)) void reader.refresh();
      else {
        reader.stop();
        this.#readers.delete(relay);
      }
    }
  }

  #newReader(relay: RelayRef): RelayReader {
    const { pool, suite, clock } = this.#core;
    const sources = () => this.#sources(relay.relay);
    const onMissing = () => this.#noteLoss(relay.relay);
    return new RelayReader({ relay, identity: "receive", pool, suite, clock, sources, onMissing });
  }

  #sources(relay: RelayId): readonly ReadSource[] {
    return this.#core.people.peers().flatMap(({ row }) =>
      readQueues(row).flatMap((queue) => {
        const place = queue.relays.find((each) => each.relay === relay);
        return place === undefined ? [] : [this.#source(row, queue, place)];
      }),
    );
  }

  #source({ device, ownQueue }: PeerRow, queue: ReadQueue, relay: RelayRef): ReadSource {
    const isOld = queue !== ownQueue;
    return {
      key: this.#receiveKey(queue, relay.relay),
      take: async (envelope, ageMs) => {
        await this.#inbox.takeEnvelope({ device, queue }, relay.relay, envelope, ageMs);
        if (this.#rotation.isWorn(device)) void this.ensure(device);
      },
      onUnknown: () => {
        if (isOld) void this.#rotation.onGone(device, queue.number, relay.relay);
        else this.#recreate(device, queue, relay.relay);
      },
      ...(isOld ? { onEmpty: () => void this.#rotation.onEmpty(device, queue, relay) } : {}),
    };
  }

  #receiveKey({ number }: ReadQueue, relay: RelayId): QueueKey {
    const { receiveId, macKey } = this.#owner(number, relay);
    return { side: "receive", queue: receiveId, macKey };
  }

  /** A relay that lost mail of ours is replaced where another is known. */
  #noteLoss(relay: RelayId): void {
    noteBrokenPromise(this.#core, relay);
    void this.refresh();
  }

  #recreate(device: DeviceId, queue: ReadQueue, relay: RelayId): void {
    const name = queueName(queue, relay);
    const nowMs = this.#core.clock.monotonicMs();
    const before = this.#recreatedAtMs.get(name);
    if (before !== undefined && nowMs - before < RECREATE_MS) return;
    this.#recreatedAtMs.set(name, nowMs);
    this.#lost.add(name);
    void this.ensure(device);
  }

  #owner(queueNumber: number, relay: RelayId): OwnerSide {
    const key = `${queueNumber}/${relay}`;
    const { suite, account } = this.#core;
    const owner = this.#owners.get(key) ?? deriveOwnerSide(suite, account.ownerSeed, queueNumber, relay);
    this.#owners.set(key, owner);
    return owner;
  }
}

function queueName({ number }: ReadQueue, relay: RelayId): string {
  return `${number}/${relay}`;
}
