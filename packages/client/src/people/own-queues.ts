/** What happens to the queues of ours that one contact device sends into: used, replaced, drained. Pure. */
import { MAX_RELAYS, RECEIPTS_WANTED, type RelayId, type RelayRef } from "@kith/protocol";
import { MAX_OLD_QUEUES, type OldQueue, type OwnQueue, type PeerRow } from "./contact-row.ts";

/** How long a queue that its sender has left may hold something, in ms: relays keep an envelope for so long. */
const LEFT_LIFE_MS = 30 * 24 * 3600 * 1000;

/** A queue that is read. */
export type ReadQueue = Pick<OwnQueue, "number" | "secret" | "relays">;

/** The queues that a device may still send into, the current one first. */
export function readQueues({ ownQueue, oldQueues = [] }: PeerRow): readonly ReadQueue[] {
  return oldQueues.length === 0 ? [ownQueue] : [ownQueue, ...oldQueues];
}

/**
 * The row once a message came through the queue `number`: its sender has left every queue before it.
 * @param isTalk false for one that only tells where its sender is: two queues would wear each other out by telling.
 */
export function noteUse(
  row: PeerRow,
  { number, nowMs, isTalk }: { readonly number: number; readonly nowMs: number; readonly isTalk: boolean },
): PeerRow {
  const { ownQueue, oldQueues } = row;
  if (number !== ownQueue.number || !isTalk) return { ...row, ...leave(oldQueues, number, nowMs) };
  const used = { ...ownQueue, usedAtMs: ownQueue.usedAtMs ?? nowMs, taken: (ownQueue.taken ?? 0) + 1 };
  return { ...row, ownQueue: used, ...leave(oldQueues, number, nowMs) };
}

function leave(
  oldQueues: readonly OldQueue[] | undefined,
  number: number,
  nowMs: number,
): Pick<PeerRow, "oldQueues"> | undefined {
  const isLeft = (old: OldQueue): boolean => old.number < number && old.leftAtMs === undefined;
  if (oldQueues === undefined || !oldQueues.some(isLeft)) return undefined;
  return { oldQueues: oldQueues.map((old) => (isLeft(old) ? { ...old, leftAtMs: nowMs } : old)) };
}

/** How long a queue is used. */
export interface QueueLife {
  readonly queueLifeMs: number;
  readonly queueMessages: number;
}

/** Whether a queue has been used for long enough; not before its sender has left the one before it. */
export function isWorn({ ownQueue, oldQueues = [] }: PeerRow, life: QueueLife, nowMs: number): boolean {
  const { usedAtMs, taken = 0 } = ownQueue;
  if (usedAtMs === undefined || oldQueues.length >= MAX_OLD_QUEUES) return false;
  if (oldQueues.some(({ leftAtMs }) => leftAtMs === undefined)) return false;
  return taken >= life.queueMessages || nowMs - usedAtMs >= life.queueLifeMs;
}

/** Whether a queue lies at a relay that was left, or has no room for one that is wanted. */
export function isMisplaced(
  { ownQueue: { relays }, oldQueues = [] }: PeerRow,
  wanted: readonly RelayRef[],
  isLeft: (relay: RelayId) => boolean,
): boolean {
  if (oldQueues.length >= MAX_OLD_QUEUES) return false;
  if (relays.some((each) => isLeft(each.relay) && !holds(wanted, each))) return wanted.length > 0;
  const missing = wanted.filter((each) => !holds(relays, each));
  return missing.length > 0 && relays.length + missing.length > MAX_RELAYS;
}

/** The row with the queue that is to replace the current one; it exists nowhere yet. */
export function planNext(row: PeerRow, number: number, secret: Uint8Array): PeerRow {
  return { ...row, nextQueue: { number, secret, relays: [] } };
}

/** The row once the next queue was created on more relays: it takes over as soon as it can hold what is shown as sent. */
export function noteCreated(row: PeerRow, created: readonly RelayRef[], wanted: readonly RelayRef[]): PeerRow {
  const { nextQueue, ...rest } = row;
  if (nextQueue === undefined || wanted.length === 0) return row;
  const relays = wanted.filter((each) => holds(created, each) || holds(nextQueue.relays, each));
  const next = { ...nextQueue, relays };
  if (relays.length < Math.min(RECEIPTS_WANTED, wanted.length)) return { ...row, nextQueue: next };
  const { number, secret, relays: held } = row.ownQueue;
  return { ...rest, ownQueue: next, oldQueues: [{ number, secret, relays: held }, ...(row.oldQueues ?? [])] };
}

/** The row once an old queue, which its sender has left, is no longer on a relay. */
export function noteGone(row: PeerRow, number: number, relay: RelayId): PeerRow {
  return withOldQueues(row, (old) => {
    if (old.number !== number || old.leftAtMs === undefined) return old;
    return { ...old, relays: old.relays.filter((each) => each.relay !== relay) };
  });
}

/** The row without the old queues in which nothing can be any more. */
export function forgetEmpty(row: PeerRow, nowMs: number): PeerRow {
  return withOldQueues(row, (old) => old, nowMs);
}

/** An old queue that was left goes with its last relay, or when all it held has expired. */
function withOldQueues(row: PeerRow, change: (old: OldQueue) => OldQueue, nowMs = 0): PeerRow {
  const { oldQueues, ...rest } = row;
  if (oldQueues === undefined) return row;
  const kept = oldQueues.map(change).filter(({ leftAtMs, relays }) => {
    return leftAtMs === undefined || (relays.length > 0 && nowMs - leftAtMs < LEFT_LIFE_MS);
  });
  if (kept.length === oldQueues.length && kept.every((each, index) => each === oldQueues[index])) return row;
  return kept.length === 0 ? rest : { ...rest, oldQueues: kept };
}

function holds(relays: readonly RelayRef[], { relay }: RelayRef): boolean {
  return relays.some((each) => each.relay === relay);
}
