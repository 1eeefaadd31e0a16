/** OPEN and SUB: which queues a channel may use, and which it is told about. */
import {
  equalBytes,
  openingMac,
  type QueueId,
  type QueueOpening,
  type QueueOutcome,
  type RelayResponse,
} from "@kith/protocol";
import { type ChannelState, openingKey } from "./channel-state.ts";
import type { QueueState, QueueStorage } from "./queue-storage.ts";
import { type RelayContext, refuse } from "./relay-context.ts";

/** Stands in for the key of a queue that does not exist, so that both refusals cost the same. */
const NO_KEY = new Uint8Array(32);

/** Opens sides of queues and boxes for this channel; a wrong MAC and an unknown queue are refused alike. */
export async function openQueues(
  context: RelayContext,
  channel: ChannelState,
  openings: readonly QueueOpening[],
): Promise<RelayResponse> {
  if (channel.opened.size + openings.length > context.limits.openQueuesPerChannel) return refuse("busy");
  const outcomes = await Promise.all(openings.map((opening) => openQueue(context, channel, opening)));
  return { type: "queues", outcomes };
}

async function findQueue(
  { queues, boxes }: RelayContext,
  { side, queue }: QueueOpening,
): Promise<readonly [QueueStorage, QueueId]> {
  if (side === "send") return [queues, (await queues.findBySender(queue)) ?? queue];
  return (await boxes.look(queue)) === null ? [queues, queue] : [boxes, queue];
}

async function openQueue(context: RelayContext, channel: ChannelState, opening: QueueOpening): Promise<QueueOutcome> {
  const { side, queue } = opening;
  const [store, receiveId] = await findQueue(context, opening);
  const state = await store.look(receiveId);
  const key = state === null ? null : sideKey(receiveId, state, opening);
  const binding = { relay: context.relay, channelNonce: channel.nonce };
  const mac = openingMac(context.suite, key ?? NO_KEY, binding, side, queue);
  if (state === null || key === null || !equalBytes(mac, opening.mac)) {
    context.counters.refusals += 1;
    return { queue, error: "unknown-queue" };
  }
  await store.touch(receiveId);
  const missingTold = state.missing[side];
  channel.opened.set(openingKey(side, queue), { store, receiveId, missingTold });
  const waiting = side === "receive" ? { waiting: state.waiting } : {};
  return { queue, ...waiting, ...(missingTold > 0 ? { missing: missingTold } : {}) };
}

/** The MAC key of a side; null when the id does not name that side of the queue. */
function sideKey(id: QueueId, state: QueueState, { side, queue }: QueueOpening): Uint8Array | null {
  if (side === "receive") return id === queue ? state.ownerMacKey : null;
  return state.sendId === queue ? (state.senderMacKey ?? null) : null;
}

/** Subscribes to queues opened on the receive side. */
export async function subscribe(
  context: RelayContext,
  channel: ChannelState,
  queues: readonly QueueId[],
): Promise<RelayResponse> {
  const outcomes = await Promise.all(
    queues.map(async (id): Promise<QueueOutcome> => {
      const opened = channel.opened.get(openingKey("receive", id));
      if (opened === undefined) return { queue: id, error: "not-open" };
      if ((await opened.store.look(id)) === null) return { queue: id, error: "unknown-queue" };
      // Before what waits is counted: whatever comes meanwhile is pushed, or counted, or both.
      context.subscriptions.add(channel, id);
      const state = await opened.store.look(id);
      if (state === null) return { queue: id, error: "unknown-queue" };
      const missing = state.missing.receive;
      opened.missingTold = missing;
      await opened.store.touch(id);
      return { queue: id, waiting: state.waiting, ...(missing > 0 ? { missing } : {}) };
    }),
  );
  return { type: "queues", outcomes };
}
