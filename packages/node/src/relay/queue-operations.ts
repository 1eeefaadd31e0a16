/** CREATE, PUT, LIST, GET, ACK and DROP. */
import {
  MAX_FRAME_BYTES,
  type NewQueue,
  type PutOutcome,
  type QueueId,
  type RelayRequest,
  type RelayResponse,
  receiptMac,
  type StoredRef,
} from "@kith/protocol";
import { admit } from "./admission.ts";
import { queueToBox } from "./box-operations.ts";
import { type ChannelState, type OpenedQueue, openingKey } from "./channel-state.ts";
import type { HotItem, HotQueue } from "./hot-queue.ts";
import type { CreationRefusal } from "./queue-creation.ts";
import { dropUnopened } from "./queue-sweep.ts";
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
  if (await context.creation.haveAll(queues)) return { type: "done" };
  if (!context.hasDiskRoom()) return refuse("relay-full");
  const { limits } = context;
  const subject = { operation: "create", queues } as const;
  const use = queues.length <= limits.admitQueues ? "create" : null;
  const admission = await admit(context, channel, { access, subject, bits: limits.work.create, use });
  if (!admission.ok) return admission.answer;
  const [isSpent, refusal] = await Promise.all([
    context.boxes.commit(admission.changes),
    createWithRoom(context, queues),
  ]);
  if (refusal !== null) return refuse(refusal);
  return isSpent ? { type: "done" } : refuse("busy");
}

async function createWithRoom(
  { creation, queueSweep }: RelayContext,
  queues: readonly NewQueue[],
): Promise<CreationRefusal | null> {
  const refusal = await creation.create(queues);
  if (refusal !== "relay-full" || (await dropUnopened(queueSweep)) === 0) return refusal;
  return creation.create(queues);
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
  const results = accepted.length === 0 ? [] : await context.queues.put(accepted);
  await clearMissing(new Set(opened), "missingForSender");
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
async function clearMissing(
  sides: ReadonlySet<OpenedQueue | undefined>,
  field: "missingForSender" | "missingForOwner",
): Promise<void> {
  for (const side of sides) {
    if (side === undefined || side.missingTold === 0) continue;
    const told = side.missingTold;
    side.missingTold = 0;
    await side.store.use(side.receiveId, async (queue) => {
      if (queue === null) return;
      await side.store.update(queue, { [field]: Math.max(0, queue.record[field] - told) });
    });
  }
}

/** Runs a task on a queue whose receive side is open on this channel. */
async function withOwned(
  channel: ChannelState,
  id: QueueId,
  task: (queue: HotQueue, opened: OpenedQueue) => RelayResponse | Promise<RelayResponse>,
): Promise<RelayResponse> {
  const opened = channel.opened.get(openingKey("receive", id));
  if (opened === undefined) return refuse("not-open");
  return opened.store.use(id, (queue) => (queue === null ? refuse("unknown-queue") : task(queue, opened)));
}

/** Positions, ids and sizes of what waits after a position. */
export async function listQueue(channel: ChannelState, request: Request<"list">): Promise<RelayResponse> {
  return withOwned(channel, request.queue, (queue, { store }) => {
    noteRead(channel, queue.id);
    const { items, isMore } = store.list(queue, request.afterSeq, request.max);
    return { type: "list", items: items.map(({ seq, id, sizeBytes }) => ({ seq, id, sizeBytes })), isMore };
  });
}

/** Room in a GET answer for envelopes, and the headers each of them needs. */
const GET_BUDGET_BYTES = MAX_FRAME_BYTES - 64;
const DELIVERY_OVERHEAD_BYTES = 32;

/** Envelopes at positions, as many as fit one frame, from the front; positions that hold nothing are left out. */
export async function getEnvelopes(
  context: RelayContext,
  channel: ChannelState,
  request: Request<"get">,
): Promise<RelayResponse> {
  return withOwned(channel, request.queue, async (queue, { store }) => {
    noteRead(channel, queue.id);
    const read = await store.read(queue, fitItems(queue, request.seqs));
    const nowMs = context.clock.nowMs();
    const items = read.map(({ item: { seq, storedAtMs }, envelope }) => {
      return { seq, ageMs: Math.max(0, nowMs - storedAtMs), envelope };
    });
    return { type: "get", items };
  });
}

function fitItems(queue: HotQueue, seqs: readonly number[]): readonly HotItem[] {
  const fitting: HotItem[] = [];
  let left = GET_BUDGET_BYTES;
  for (const seq of new Set(seqs)) {
    const item = queue.items.get(seq);
    if (item === undefined || item.pending !== null) continue;
    left -= item.sizeBytes + DELIVERY_OVERHEAD_BYTES;
    if (left < 0) break;
    fitting.push(item);
  }
  return fitting;
}

/** Deletes envelopes named by position and id; what does not match stays. Answers after the deletion is synced. */
export async function acknowledge(channel: ChannelState, request: Request<"ack">): Promise<RelayResponse> {
  return withOwned(channel, request.queue, async (queue, opened) => {
    noteRead(channel, queue.id);
    const seqs = request.items.filter((ref) => isHeld(queue, ref)).map(({ seq }) => seq);
    const isRemoved = seqs.length === 0 || (await opened.store.remove(queue, seqs));
    await clearMissing(new Set([opened]), "missingForOwner");
    return isRemoved ? { type: "done" } : refuse("busy");
  });
}

function isHeld(queue: HotQueue, { seq, id }: StoredRef): boolean {
  const item = queue.items.get(seq);
  return item !== undefined && item.pending === null && item.id === id;
}

/** Deletes a queue or a box with everything in it. */
export async function dropOwned(
  context: RelayContext,
  channel: ChannelState,
  { queue: id }: Request<"drop">,
): Promise<RelayResponse> {
  return withOwned(channel, id, async (queue, { store }) => {
    const isDropped =
      store === context.boxes
        ? await context.boxLock.run(id, async () =>
            store.drop(queue, await context.prekeys.dropChanges(queueToBox(id))),
          )
        : await store.drop(queue);
    channel.opened.delete(openingKey("receive", id));
    return isDropped ? { type: "done" } : refuse("busy");
  });
}
