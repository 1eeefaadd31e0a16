/**
 * Healing: when the sessions of two devices no longer fit (one of them lost its state, or went back to an old copy),
 * the one that cannot read archives its session, starts another and says so in it; the other one then sends again
 * what was never delivered, under the same content ids. At most once an hour and device pair, on either side.
 * @see docs/spec/03-session.md (Healing)
 */
import { archiveCurrentSession, type DeviceId, SESSION_SUITE, suiteOfRecord } from "@kith/protocol";
import { type Core, Draft } from "../core.ts";
import { forgetTold, hasSessions } from "../people/contact-row.ts";
import type { Peer } from "../people/people.ts";
import { sealWaiting } from "../send/bundles.ts";
import type { Sender } from "../send/carrier.ts";
import { queueControl } from "../send/compose.ts";
import type { OutboxRow } from "../send/outbox-row.ts";

/** Shortest time between two new sessions, or two answers to them, of a device pair, in ms. */
const HEAL_EVERY_MS = 3600 * 1000;

/** How often a device with a session of an early suite is asked whether it speaks the present one, in ms. */
const RENEW_EVERY_MS = 24 * 3600 * 1000;

/** Starts sessions anew and sends again what the old ones lost. */
export class Healing {
  readonly #core: Core;
  readonly #sender: Sender;
  readonly #renewedAtMs = new Map<DeviceId, number>();

  constructor(core: Core, sender: Sender) {
    this.#core = core;
    this.#sender = sender;
  }

  /** A message in our queue came from the device and cannot be read: a new session, with a note that says so. */
  heal(device: DeviceId): Promise<void> {
    return this.#inDraft(device, async (draft, peer) => {
      const nowMs = this.#core.clock.nowMs();
      // Without a box there is no bundle to start from: a session that may still send is better than none.
      if (!isDue(peer.row.healedAtMs, nowMs) || peer.row.boxes.length === 0) return;
      await this.#startAnew(draft, { ...peer, row: { ...peer.row, healedAtMs: nowMs } });
    });
  }

  /** The device could not read something of ours: what it never got goes out again, and where we are is told again. */
  answer(device: DeviceId): Promise<void> {
    return this.#inDraft(device, async (draft, peer) => {
      const nowMs = this.#core.clock.nowMs();
      if (!isDue(peer.row.resentAtMs, nowMs)) return;
      await this.#reseal(draft, { ...peer, row: forgetTold({ ...peer.row, resentAtMs: nowMs }) }, () => true);
      const current = this.#core.people.peer(device);
      const isAccepted = hasSessions(this.#core.people.contact(peer.row.account)?.relation);
      const parts = isAccepted ? ({ accepted: 1 } as const) : {};
      if (current !== undefined) await queueControl(this.#core, this.#sender.outbox, draft, current, parts);
    });
  }

  /** The device asks for contents that never came: they go out again under the present session. */
  resend(device: DeviceId, numbers: readonly number[]): Promise<void> {
    const wanted = new Set(numbers);
    return this.#inDraft(device, (draft, peer) =>
      this.#reseal(draft, peer, ({ number }) => number !== undefined && wanted.has(number)),
    );
  }

  /** Replaces sessions of an early suite wherever the other device has come to speak the present one. */
  async renewSessions(): Promise<void> {
    const nowMs = this.#core.clock.nowMs();
    for (const peer of this.#core.people.peers()) {
      const { device } = peer.row;
      const isOld = peer.session.current !== null && suiteOfRecord(peer.session) !== SESSION_SUITE;
      if (!isOld || nowMs - (this.#renewedAtMs.get(device) ?? -RENEW_EVERY_MS) < RENEW_EVERY_MS) continue;
      this.#renewedAtMs.set(device, nowMs);
      const bundle = await this.#sender.bundles.fetch(peer);
      if (bundle.ok && bundle.value.head.suites.includes(SESSION_SUITE)) await this.heal(device);
    }
  }

  async #startAnew(draft: Draft, peer: Peer): Promise<void> {
    const archived = { row: forgetTold(peer.row), session: archiveCurrentSession(peer.session) };
    // Without a current session the note waits in the outbox, whose lane fetches a bundle for it.
    await queueControl(this.#core, this.#sender.outbox, draft, archived, { undecryptable: 1 });
  }

  async #reseal(draft: Draft, peer: Peer, isWanted: (row: OutboxRow) => boolean): Promise<void> {
    const { outbox } = this.#sender;
    outbox.unseal(draft, peer.row.device, isWanted);
    if (peer.session.current === null) draft.add(...this.#core.people.setPeer(peer));
    else await sealWaiting(this.#core, outbox, draft, peer);
    draft.afterwards(() => outbox.kick(peer.row.device));
  }

  async #inDraft(device: DeviceId, work: (draft: Draft, peer: Peer) => Promise<void>): Promise<void> {
    const core = this.#core;
    const account = core.people.peer(device)?.row.account;
    if (account === undefined) return;
    let committed: Promise<void> = Promise.resolve();
    await core.lock.run(account, async () => {
      const peer = core.people.peer(device);
      const relation = core.people.contact(account)?.relation;
      if (peer === undefined || (!hasSessions(relation) && relation !== "requested")) return;
      const draft = new Draft(core);
      await work(draft, peer);
      committed = draft.commit();
    });
    await committed;
  }
}

/** Whether the last time is long enough ago; one in the future was a wrong clock. */
function isDue(lastMs: number | undefined, nowMs: number): boolean {
  return lastMs === undefined || nowMs - lastMs >= HEAL_EVERY_MS || lastMs > nowMs;
}
