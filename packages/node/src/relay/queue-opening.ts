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
import { countStored, type HotQueue } from "./hot-queue.ts";
import type { QueueStore } from "./queue-store.ts";
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
): Promise<readonly [QueueStore, QueueId]> {
  if (side === "send") return [queues, (await queues.findBySender(queue)) ?? queue];
  return (await boxes.use(queue, (box) => box !== null)) ? [boxes, queue] : [queues, queue];
}

async function openQueue(context: RelayContext, channel: ChannelState, opening: QueueOpening): Promise<QueueOutcome> {
  const [store, receiveId] = await findQueue(context, opening);
  return store.use(receiveId, async (queue) => {
    const key = queue === null ? null : sideKey(queue, opening);
    const binding = { relay: context.relay, channelNonce: channel.nonce };
    const mac = openingMac(context.suite, key ?? NO_KEY, binding, opening.side, opening.queue);
    if (queue === null || key === null || !equalBytes(mac, opening.mac)) {
      context.counters.refusals += 1;
      return { queue: opening.queue, error: "unknown-queue" };
    }
    await store.touch([queue]);
    const missingTold = opening.side === "send" ? queue.record.missingForSender : queue.record.missingForOwner;
    channel.opened.set(openingKey(opening.side, opening.queue), { store, receiveId, missingTold });
    const waiting = opening.side === "receive" ? { waiting: countStored(queue) } : {};
    return { queue: opening.queue, ...waiting, ...(missingTold > 0 ? { missing: missingTold } : {}) };
  });
}

/** The MAC key of a side; null when the id does not name that side of the queue. */
function sideKey({ id, record }: HotQueue, { side, queue }: QueueOpening): Uint8Array | null {
  if (side === "receive") return id === queue ? record.ownerMacKey : null;
  return record.sendId === queue ? (record.senderMacKey ?? null) : null;
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
      return opened.store.use(id, async (queue) => {
        if (queue === null) return { queue: id, error: "unknown-queue" };
        context.subscriptions.add(channel, id);
        const waiting = countStored(queue);
        const missing = queue.record.missingForOwner;
        opened.missingTold = missing;
        await opened.store.touch([queue]);
        return { queue: id, waiting, ...(missing > 0 ? { missing } : {}) };
      });
    }),
  );
  return { type: "queues", outcomes };
}
