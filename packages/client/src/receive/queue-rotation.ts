/**
 * Replaces queues of ours: one that lies on a relay that broke its promise or was removed, and one that is worn. The next
 * queue exists before anybody is told of it, and the one before it is read until its sender has left it and it is empty.
 * @see docs/spec/05-relay.md (Rotation); test/models/queue-rotation.pml
 */
import type { DeviceId, RelayId, RelayRef } from "@kith/protocol";
import { type Core, Draft } from "../core.ts";
import { hasSessions, type OwnQueue, type PeerRow } from "../people/contact-row.ts";
import {
  forgetEmpty,
  isMisplaced,
  isWorn,
  noteCreated,
  noteGone,
  planNext,
  type ReadQueue,
} from "../people/own-queues.ts";
import type { StoreChange } from "../ports.ts";
import type { QueueKey } from "../relay/relay-session.ts";

/** What rotation asks of the mailboxes. */
export interface RotationTools {
  /** Creates a queue on one relay; false when it is not there now. */
  create(relay: RelayRef, queue: OwnQueue): Promise<boolean>;
  /** The key that opens our side of a queue. */
  receiveKey(queue: ReadQueue, relay: RelayId): QueueKey;
}

/** The queues of one account in turn. */
export class QueueRotation {
  readonly #core: Core;
  readonly #tools: RotationTools;
  readonly #dropping = new Set<string>();

  constructor(core: Core, tools: RotationTools) {
    this.#core = core;
    this.#tools = tools;
  }

  /** Whether the queue for a device is to be replaced, or the next one has been begun. */
  isDue(row: PeerRow): boolean {
    const { people, book, parameters, clock } = this.#core;
    if (!hasSessions(people.contact(row.account)?.relation) || row.toldQueue === undefined) return false;
    if (row.nextQueue !== undefined) return true;
    const wanted = book.forQueues();
    if (wanted.length === 0) return false;
    return isWorn(row, parameters, clock.nowMs()) || isMisplaced(row, wanted, (relay) => book.isLeft(relay));
  }

  /** Whether the queue for a device has to be replaced for its use and is not yet; quick, because it is asked at each message. */
  isWorn(device: DeviceId): boolean {
    const { people, parameters, clock } = this.#core;
    const row = people.peer(device)?.row;
    return row !== undefined && row.nextQueue === undefined && isWorn(row, parameters, clock.nowMs());
  }

  /** Creates the next queue wherever it can be; it takes over when enough relays have it. Tried again by the caller. */
  async rotate(device: DeviceId): Promise<void> {
    const core = this.#core;
    const row = await this.#change(device, (before) => {
      if (before.nextQueue !== undefined || !this.isDue(before)) return [before];
      const { queueNumber, change } = core.account.takeQueueNumber();
      return [planNext(before, queueNumber, core.random(32)), change];
    });
    const next = row?.nextQueue;
    if (row === undefined || next === undefined) return;
    const wanted = core.book.forQueues();
    const missing = wanted.filter(({ relay }) => !next.relays.some((each) => each.relay === relay));
    const outcomes = await Promise.all(missing.map((relay) => this.#tools.create(relay, next)));
    const created = missing.filter((_, index) => outcomes[index]);
    await this.#change(device, (before) =>
      before.nextQueue?.number === next.number ? [noteCreated(before, created, wanted)] : [before],
    );
  }

  /** A relay holds nothing in an old queue; once its sender has left it for long enough it is dropped there. */
  async onEmpty(device: DeviceId, queue: ReadQueue, relay: RelayRef): Promise<void> {
    const { people, clock, parameters, pool } = this.#core;
    const old = people.peer(device)?.row.oldQueues?.find((each) => each.number === queue.number);
    if (old?.leftAtMs === undefined || clock.nowMs() - old.leftAtMs < parameters.queueDrainMs) return;
    const key = this.#tools.receiveKey(queue, relay.relay);
    if (this.#dropping.has(key.queue)) return;
    this.#dropping.add(key.queue);
    try {
      const session = await pool.use(relay, "receive");
      if (!session.ok) return;
      if ((await session.value.drop(key)).ok) await this.onGone(device, queue.number, relay.relay);
    } finally {
      this.#dropping.delete(key.queue);
    }
  }

  /** An old queue is not on a relay any more. */
  async onGone(device: DeviceId, number: number, relay: RelayId): Promise<void> {
    await this.#change(device, (row) => [noteGone(row, number, relay)]);
  }

  /** Forgets old queues in which everything has expired. */
  async sweep(device: DeviceId): Promise<void> {
    const nowMs = this.#core.clock.nowMs();
    const row = this.#core.people.peer(device)?.row;
    if (row === undefined || forgetEmpty(row, nowMs) === row) return;
    await this.#change(device, (before) => [forgetEmpty(before, nowMs)]);
  }

  /** Changes a row under the person's lock. @returns the row as committed. */
  async #change(
    device: DeviceId,
    change: (row: PeerRow) => readonly [PeerRow, ...StoreChange[]],
  ): Promise<PeerRow | undefined> {
    const { people, lock } = this.#core;
    const account = people.peer(device)?.row.account;
    if (account === undefined) return undefined;
    let committed: Promise<void> = Promise.resolve();
    const row = await lock.run(account, async () => {
      const peer = people.peer(device);
      if (peer === undefined) return undefined;
      const [changed, ...others] = change(peer.row);
      if (changed === peer.row) return changed;
      const draft = new Draft(this.#core);
      draft.add(...others, ...people.setPeer({ ...peer, row: changed }));
      committed = draft.commit();
      return changed;
    });
    await committed;
    return row;
  }
}
