/** CREATE, PUT, LIST, GET, ACK and DROP. */
import {
  MAX_FRAME_BYTES,
  type NewQueue,
  type PutOutcome,
  type QueueId,
  type RelayRequest,
  type RelayResponse,
  receiptMac,
} from "@kith/protocol";
import { admit } from "./admission.ts";
import { type ChannelState, type OpenedQueue, openingKey } from "./channel-state.ts";
import type { CreationRefusal } from "./queue-storage.ts";
import type { PutResult } from "./queue-types.ts";
import { type RelayContext, refuse } from "./relay-context.ts";
import { noteRead } from "./subscriptions.ts";

type Request<K extends RelayRequest["type"]> = Extract<RelayRequest, { readonly type: K }>;

/** Makes queues, all or none. Asked again after a lost answer, it says done and costs nothing. */
export async function createQueues(
  context: RelayContext,
  channel: ChannelState,
  { queues, access }: Request<"create">,
): Promise<RelayResponse> {
  if (await context.queues.haveAll(queues)) return { type: "done" };
  if (!context.hasDiskRoom()) return refuse("relay-full");
  const { limits } = context;
  const subject = { operation: "create", queues } as const;
  const use = queues.length <= limits.admitQueues ? "create" : null;
  const admission = await admit(context, channel, { access, subject, bits: limits.work.create, use });
  if (!admission.ok) return admission.answer;
  const [isSpent, refusal] = await Promise.all([
    context.boxes.rows.commit(admission.changes),
    createWithRoom(context, queues),
  ]);
  if (refusal !== null) return refuse(refusal);
  return isSpent ? { type: "done" } : refuse("busy");
}

async function createWithRoom({ queues }: RelayContext, wanted: readonly NewQueue[]): Promise<CreationRefusal | null> {
  const refusal = await queues.create(wanted);
  if (refusal !== "relay-full" || (await queues.dropUnopened()) === 0) return refusal;
  return queues.create(wanted);
}

/** Stores envelopes; each receipt is made after the envelope is synced. */
export async function putEnvelopes(
  context: RelayContext,
  channel: ChannelState,
  { items }: Request<"put">,
): Promise<RelayResponse> {
  const hasRoom = context.hasDiskRoom();
  const opened = items.map(({ queue }) => channel.opened.get(openingKey("send", queue)));
  const accepted = items.flatMap(({ envelope }, index) => {
    const side = opened[index];
    return side === undefined || !hasRoom ? [] : [{ queue: side.receiveId, envelope }];
  });
  const results = accepted.length === 0 ? [] : await context.queues.append(accepted);
  await clearMissing(new Set(opened), "send");
  let next = 0;
  const outcomes = opened.map((side): PutOutcome => {
    if (side === undefined) return { error: "not-open" };
    if (!hasRoom) return { error: "relay-full" };
    return putOutcome(context, channel, results[next++] as PutResult);
  });
  context.counters.refusals += outcomes.filter(({ error }) => error !== undefined).length;
  return { type: "put", outcomes };
}

function putOutcome({ suite, relay }: RelayContext, channel: ChannelState, result: PutResult): PutOutcome {
  if (!result.ok) return { error: result.code };
  const { senderMacKey, id } = result;
  if (senderMacKey === null) return { error: "unknown-queue" };
  return { mac: receiptMac(suite, senderMacKey, { relay, channelNonce: channel.nonce }, id) };
}

/** A side that was told of missing envelopes and goes on using the queue has taken note. */
async function clearMissing(sides: ReadonlySet<OpenedQueue | undefined>, side: "send" | "receive"): Promise<void> {
  for (const opened of sides) {
    if (opened === undefined || opened.missingTold === 0) continue;
    const told = opened.missingTold;
    opened.missingTold = 0;
    await opened.store.forgive(opened.receiveId, side, told);
  }
}

/** Positions, ids and sizes of what waits after a position. */
export async function listQueue(channel: ChannelState, request: Request<"list">): Promise<RelayResponse> {
  const { queue, afterSeq, max } = request;
  const opened = openedByOwner(channel, queue);
  if (opened === undefined) return refuse("not-open");
  noteRead(channel, queue);
  const range = await opened.store.range(queue, afterSeq, max);
  return range === null ? refuse("unknown-queue") : { type: "list", ...range };
}

function openedByOwner(channel: ChannelState, queue: QueueId): OpenedQueue | undefined {
  return channel.opened.get(openingKey("receive", queue));
}

/** Room in a GET answer for envelopes, and the headers each of them needs. */
const GET_BUDGET = { bytes: MAX_FRAME_BYTES - 64, eachBytes: 32 } as const;

/** Envelopes at positions, as many as fit one frame, from the front; positions that hold nothing are left out. */
export async function getEnvelopes(
  context: RelayContext,
  channel: ChannelState,
  { queue, seqs }: Request<"get">,
): Promise<RelayResponse> {
  const opened = openedByOwner(channel, queue);
  if (opened === undefined) return refuse("not-open");
  noteRead(channel, queue);
  const read = await context.reads.run(() => opened.store.read(queue, seqs, GET_BUDGET));
  if (read === null) return refuse("unknown-queue");
  const nowMs = context.clock.nowMs();
  const items = read.map(({ item: { seq, storedAtMs }, envelope }) => {
    return { seq, ageMs: Math.max(0, nowMs - storedAtMs), envelope };
  });
  return { type: "get", items };
}

/** Deletes envelopes named by position and id; what does not match stays. Answers after the deletion is synced. */
export async function acknowledge(channel: ChannelState, { queue, items }: Request<"ack">): Promise<RelayResponse> {
  const opened = openedByOwner(channel, queue);
  if (opened === undefined) return refuse("not-open");
  noteRead(channel, queue);
  const outcome = await opened.store.ack(queue, items);
  if (outcome === null) return refuse("unknown-queue");
  await clearMissing(new Set([opened]), "receive");
  return outcome === "done" ? { type: "done" } : refuse("busy");
}

/** Deletes a queue or a box with everything in it. */
export async function dropOwned(
  context: RelayContext,
  channel: ChannelState,
  { queue }: Request<"drop">,
): Promise<RelayResponse> {
  const opened = openedByOwner(channel, queue);
  if (opened === undefined) return refuse("not-open");
  const drop = (): Promise<"done" | "busy" | null> => opened.store.drop(queue);
  const outcome = opened.store === context.boxes ? await context.boxLock.run(queue, drop) : await drop();
  if (outcome === null) return refuse("unknown-queue");
  channel.opened.delete(openingKey("receive", queue));
  return outcome === "done" ? { type: "done" } : refuse("busy");
}
