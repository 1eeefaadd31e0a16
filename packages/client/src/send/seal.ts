/** Turns a payload for one device into the bytes of its session; the caller holds the person's lock. */
import {
  bindingOf,
  bindPayload,
  encodeAs,
  encodePayload,
  encryptMessage,
  equalBytes,
  type Payload,
  type QueueDescriptor,
  queueDescriptor,
  type Reach,
  type SessionContext,
  suiteOfRecord,
} from "@kith/protocol";
import type { Core } from "../core.ts";
import { CARD_MARK_BYTES, type OwnQueue, type PeerRow } from "../people/contact-row.ts";
import { isAddressHiddenFrom } from "../people/hidden-address.ts";
import type { Peer } from "../people/people.ts";

/** How long a told address is good, in ms; told again after half of it. */
const REACH_LIFE_MS = 24 * 3600 * 1000;

/** The same for a place at which relays introduce us: it ends with the page. */
const INTRODUCED_LIFE_MS = 2 * 3600 * 1000;

/** A peer after sealing; without `message` there is no session yet and the payload waits. */
export interface Sealed {
  readonly peer: Peer;
  readonly payload: Uint8Array;
  readonly message?: Uint8Array;
}

/** The parts of a payload that tell where we are, when they changed since last told; only for accepted people. */
export function standingParts(core: Core, row: PeerRow): { readonly row: PeerRow; readonly parts: Partial<Payload> } {
  const queue = describeQueue(row.ownQueue);
  const digest = core.suite.sha256(encodeAs(queueDescriptor, queue));
  const isQueueTold = row.toldQueue !== undefined && equalBytes(row.toldQueue, digest);
  // Where we are is for people we chose; who only shares a group uses our relays.
  const isChosen = core.people.contact(row.account)?.relation === "accepted";
  const reach = isChosen ? currentReach(core, row) : null;
  const card = untoldCard(core, row);
  return {
    row: {
      ...row,
      ...(isQueueTold ? {} : { toldQueue: digest }),
      ...(reach === null ? {} : { toldReach: reach }),
      ...(card === null ? {} : { toldCard: markOf(card) }),
    },
    parts: {
      ...(isQueueTold ? {} : { queue }),
      ...(reach === null ? {} : { reach }),
      ...(card === null ? {} : { card }),
    },
  };
}

/** Our card, unless the device knows it. */
function untoldCard({ account: { card } }: Core, { toldCard }: PeerRow): Uint8Array | null {
  if (card === undefined) return null;
  return toldCard !== undefined && equalBytes(toldCard, markOf(card)) ? null : card;
}

function markOf(card: Uint8Array): Uint8Array {
  return card.slice(-CARD_MARK_BYTES);
}

/** Whether something about us should be told to a device. */
export function hasNewStanding(core: Core, row: PeerRow): boolean {
  return Object.keys(standingParts(core, row).parts).length > 0;
}

/** A queue of ours as the other side is told about it. */
export function describeQueue({ secret, number, relays }: OwnQueue): QueueDescriptor {
  return { secret, number, relays };
}

function currentReach(core: Core, row: PeerRow): Reach | null {
  const self = core.network.self();
  if (self === null) return null;
  if (isAddressHiddenFrom(core, row.account)) return withdrawnReach(core, row);
  const lifeMs = self.addresses.every((address) => address.includes("/p2p-circuit"))
    ? INTRODUCED_LIFE_MS
    : REACH_LIFE_MS;
  const told = row.toldReach;
  const nowMs = core.clock.nowMs();
  const isSame =
    told !== undefined &&
    told.at.relay === self.relay &&
    told.at.addresses.join() === self.addresses.join() &&
    told.untilMs - nowMs > lifeMs / 2;
  return isSame ? null : { at: self, untilMs: nowMs + lifeMs };
}

/** What a device was told holds no more; nothing when it was told nothing, or that already. */
function withdrawnReach(core: Core, { toldReach }: PeerRow): Reach | null {
  if (toldReach === undefined || toldReach.untilMs <= core.clock.nowMs()) return null;
  return { at: { relay: toldReach.at.relay, addresses: [] }, untilMs: 0 };
}

/** What session functions need. */
export function sessionContext(core: Core): SessionContext {
  return { suite: core.suite, random: core.random, nowMs: core.clock.nowMs() };
}

/** Encrypts a payload under the peer's session, or leaves it waiting when there is none. */
export async function sealPayload(core: Core, peer: Peer, payload: Payload): Promise<Sealed> {
  return sealEncoded(core, peer, encodePayload(payload));
}

/** The same for a payload that was encoded before. */
export async function sealEncoded(core: Core, peer: Peer, payload: Uint8Array): Promise<Sealed> {
  const binding = bindingOf(core.suite, ownEnd(core), peer.row, suiteOfRecord(peer.session));
  const sealed = await encryptMessage(
    sessionContext(core),
    peer.session,
    core.account.identity,
    bindPayload(binding, payload),
  );
  if (!sealed.ok) return { peer, payload };
  return { peer: { row: peer.row, session: sealed.value.record }, payload, message: sealed.value.message };
}

/** This device as one end of a session. */
export function ownEnd(core: Core): { readonly account: Core["account"]["id"]; readonly device: PeerRow["device"] } {
  return { account: core.account.id, device: core.account.device.deviceId };
}
