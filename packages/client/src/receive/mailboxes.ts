/** Our own queues: creates one for each contact device on our relays, reads them all, and says where they are. */
import {
  type Access,
  type DeviceId,
  deriveOwnerSide,
  MAX_RELAYS,
  type NewQueue,
  type OwnerSide,
  type RelayId,
  type RelayRef,
} from "@kith/protocol";
import { type Core, Draft, noteBrokenPromise } from "../core.ts";
import type { PeerRow } from "../people/contact-row.ts";
import { earnAccess } from "../relay/work.ts";
import type { Sender } from "../send/carrier.ts";
import { queueControl } from "../send/compose.ts";
import { hasNewStanding } from "../send/seal.ts";
import type { Inbox } from "./inbox.ts";
import { type ReadSource, RelayReader } from "./relay-reader.ts";

/** Wait before queues that could not be created are tried again, in ms. */
const RETRY_MS = 15_000;

/** A relay that loses a queue again within this time is not given it at once, in ms: each time costs us work. */
const RECREATE_MS = 10 * 60_000;

/** Receiving from relays. */
export class Mailboxes {
  readonly #core: Core;
  readonly #inbox: Inbox;
  readonly #sender: Sender;
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
    await Promise.all(this.#core.people.peers().map(({ row }) => this.ensure(row.device)));
  }

  /** Looks again later while a queue is missing somewhere: its relay was away, or lost it just now. */
  #retryLater(): void {
    this.#cancelRetry();
    const isIncomplete = this.#core.people.peers().some(({ row }) => this.#missingRelays(row).length > 0);
    if (isIncomplete && !this.#isStopped) {
      this.#cancelRetry = this.#core.clock.after(RETRY_MS, () => void this.refresh());
    }
  }

  /** Creates the queue for a device where it is missing; resolves when every relay was tried once. */
  ensure(device: DeviceId, admit?: { readonly relay: RelayId; readonly access: Access }): Promise<void> {
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
      const isAccepted = core.people.contact(account)?.relation === "accepted";
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

  async #ensure(device: DeviceId, admit?: { readonly relay: RelayId; readonly access: Access }): Promise<void> {
    const row = this.#core.people.peer(device)?.row;
    if (row === undefined || this.#core.people.contact(row.account)?.relation === "blocked") return;
    const missing = this.#missingRelays(row);
    const created = await Promise.all(
      missing.map(async (relay) => ({ relay, isCreated: await this.#create(relay, row, admit) })),
    );
    const added = created.filter((each) => each.isCreated).map((each) => each.relay);
    if (added.length === 0) return this.tell(device);
    await this.#core.lock.run(row.account, async () => {
      const peer = this.#core.people.peer(device);
      if (peer === undefined) return;
      const kept = this.#keptRelays(peer.row, added);
      for (const relay of added) this.#lost.delete(queueName(device, relay.relay));
      const ownQueue = { ...peer.row.ownQueue, relays: [...kept, ...added] };
      const draft = new Draft(this.#core);
      draft.add(...this.#core.people.setPeer({ ...peer, row: { ...peer.row, ownQueue } }));
      await draft.commit();
    });
    this.#read();
    await this.tell(device);
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
    if (relation !== "accepted" && relation !== "requested") return [];
    const held = row.ownQueue.relays.filter((each) => !this.#lost.has(queueName(row.device, each.relay)));
    const wanted = this.#core.book.forQueues();
    return wanted.filter((relay) => !held.some((each) => each.relay === relay.relay));
  }

  async #create(
    relay: RelayRef,
    row: PeerRow,
    admit?: { readonly relay: RelayId; readonly access: Access },
  ): Promise<boolean> {
    const core = this.#core;
    const session = await core.pool.use(relay, "receive");
    if (!session.ok) return false;
    const queue = this.#newQueue(row, relay.relay);
    if (admit?.relay === relay.relay) {
      const byInvite = await session.value.create([queue], admit.access);
      if (byInvite.ok) return true;
    }
    const access = await earnAccess(core, session.value, { operation: "create", queues: [queue] });
    return (await session.value.create([queue], access)).ok;
  }

  #newQueue({ ownQueue }: PeerRow, relay: RelayId): NewQueue {
    const owner = this.#owner(ownQueue.number, relay);
    const sender = this.#core.sides(ownQueue.secret, relay);
    return {
      receiveId: owner.receiveId,
      sendId: sender.sendId,
      ownerMacKey: owner.macKey,
      senderMacKey: sender.macKey,
    };
  }

  /** Brings a reader to every relay that holds a queue of ours. */
  #read(): void {
    for (const { row } of this.#core.people.peers()) {
      for (const relay of row.ownQueue.relays) {
        let reader = this.#readers.get(relay.relay);
        if (reader === undefined) {
          const { pool, suite, clock } = this.#core;
          const sources = () => this.#sources(relay.relay);
          const onMissing = () => this.#noteLoss(relay.relay);
          reader = new RelayReader({ relay, identity: "receive", pool, suite, clock, sources, onMissing });
          this.#readers.set(relay.relay, reader);
        }
      }
    }
    for (const reader of this.#readers.values()) void reader.refresh();
  }

  #sources(relay: RelayId): readonly ReadSource[] {
    return this.#core.people
      .peers()
      .filter(({ row }) => row.ownQueue.relays.some((each) => each.relay === relay))
      .map(({ row }) => {
        const owner = this.#owner(row.ownQueue.number, relay);
        return {
          key: { side: "receive", queue: owner.receiveId, macKey: owner.macKey },
          take: async (envelope) => {
            await this.#inbox.takeEnvelope(row.device, relay, envelope);
          },
          onUnknown: () => this.#recreate(row.device, relay),
        } satisfies ReadSource;
      });
  }

  /** A relay that lost mail of ours is replaced where another is known. */
  #noteLoss(relay: RelayId): void {
    noteBrokenPromise(this.#core, relay);
    void this.refresh();
  }

  #recreate(device: DeviceId, relay: RelayId): void {
    const name = queueName(device, relay);
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

function queueName(device: DeviceId, relay: RelayId): string {
  return `${device}/${relay}`;
}
