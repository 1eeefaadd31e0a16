/**
 * Sealed requests of strangers: a queue of its own with 48 slots for work and 16 for invites.
 * Each eighth public request asks for one bit more; in a full box the one with the most work takes the place of the one
 * with the least, so that a flood costs more and more while a patient stranger still gets in.
 */
import type { StoreChange } from "@kith/client";
import { type EnvelopeId, toHex } from "@kith/protocol";
import type { HotItem, HotQueue } from "./hot-queue.ts";
import type { QueueStore } from "./queue-store.ts";

/** Slots of a box. */
export interface BoxSlots {
  readonly publicSlots: number;
  readonly tokenSlots: number;
}

/** How a request comes in: with this much work, or by an invite. */
export type RequestRank = { readonly type: "work"; readonly bits: number } | { readonly type: "token" };

const TOKEN_RANK = 255;
const SLOTS_PER_BIT = 8;

function publicItems(box: HotQueue): readonly HotItem[] {
  return [...box.items.values()].filter(({ rank }) => rank !== TOKEN_RANK);
}

/** Bits a request with work needs now. */
export function bitsNeeded(box: HotQueue, baseBits: number): number {
  return Math.min(64, baseBits + Math.floor(publicItems(box).length / SLOTS_PER_BIT));
}

/** Stores a request in a slot; null when done, also when it was there already. */
export async function putRequest(
  boxes: QueueStore,
  box: HotQueue,
  request: { readonly id: EnvelopeId; readonly envelope: Uint8Array; readonly rank: RequestRank },
  options: BoxSlots & { readonly alsoChanges: readonly StoreChange[] },
): Promise<"queue-full" | "relay-full" | "busy" | "unknown-queue" | null> {
  if (box.isGone) return "unknown-queue";
  const changes: StoreChange[] = [...options.alsoChanges];
  const victim = findVictim(box, request.rank, options);
  if (victim === "none") return (await boxes.commit(changes)) ? "queue-full" : "busy";
  if (victim !== null) boxes.removeStaged(box, [victim.seq], changes);
  else if (boxes.totals.sizeBytes + request.envelope.length > boxes.bounds.totalBytes) return "relay-full";
  const rank = request.rank.type === "token" ? TOKEN_RANK : Math.min(request.rank.bits, TOKEN_RANK - 1);
  const { id, envelope } = request;
  const item = boxes.append(box, { id, envelope, rank }, changes);
  return (await boxes.commitAppended(box, { item, envelope }, changes)) ? null : "busy";
}

/** The request that gives way: null when a slot is free, "none" when there is none and nobody gives way. */
function findVictim(box: HotQueue, rank: RequestRank, slots: BoxSlots): HotItem | "none" | null {
  const taken = publicItems(box);
  if (rank.type === "token") return box.items.size - taken.length < slots.tokenSlots ? null : "none";
  if (taken.length < slots.publicSlots) return null;
  const lowest = taken.reduce((least, item) => (item.rank <= least.rank ? item : least));
  return rank.bits > lowest.rank ? lowest : "none";
}

/** The id of a request: SHA-256 of its bytes, as of any envelope. */
export function requestId(hash: Uint8Array): EnvelopeId {
  return toHex(hash) as EnvelopeId;
}
