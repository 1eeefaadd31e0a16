/** Who is told of new envelopes, and how much may be under way to each before it is only told that there is more. */
import type { Clock } from "@kith/client";
import { encodeAs, type QueueId, type RelayResponse, relayResponse } from "@kith/protocol";
import { type ChannelState, pushKey } from "./channel-state.ts";
import type { StoredItem } from "./queue-record.ts";

/** Subscribed channels by queue. */
export class SubscriptionTable {
  readonly #clock: Clock;
  readonly #maxUnacked: number;
  readonly #channels = new Map<QueueId, Set<ChannelState>>();

  constructor(clock: Clock, maxUnacked: number) {
    this.#clock = clock;
    this.#maxUnacked = maxUnacked;
  }

  /** From now on the channel is told of each envelope that is stored in the queue. */
  add(channel: ChannelState, queue: QueueId): void {
    const channels = this.#channels.get(queue) ?? new Set();
    this.#channels.set(queue, channels.add(channel));
    channel.subscriptions.set(queue, { isMoreTold: false });
  }

  /** Ends a channel's subscriptions. */
  removeChannel(channel: ChannelState): void {
    for (const queue of channel.subscriptions.keys()) {
      const channels = this.#channels.get(queue);
      channels?.delete(channel);
      if (channels?.size === 0) this.#channels.delete(queue);
    }
    channel.subscriptions.clear();
    channel.unacked.clear();
  }

  /** Whether anybody is subscribed to the queue. */
  has(queue: QueueId): boolean {
    return this.#channels.has(queue);
  }

  /** Pushes a stored envelope to the queue's subscribers. */
  notifyStored(queue: QueueId, item: StoredItem, envelope: Uint8Array): void {
    const channels = this.#channels.get(queue);
    if (channels === undefined) return;
    const ageMs = Math.max(0, this.#clock.nowMs() - item.storedAtMs);
    for (const channel of channels) {
      if (channel.unacked.size < this.#maxUnacked) {
        channel.unacked.add(pushKey(queue, item.seq));
        push(channel, { type: "stored", queue, seq: item.seq, ageMs, envelope });
        continue;
      }
      const subscription = channel.subscriptions.get(queue);
      if (subscription === undefined || subscription.isMoreTold) continue;
      subscription.isMoreTold = true;
      push(channel, { type: "more", queue });
    }
  }

  /** Envelopes left the queue: they no longer count as unacknowledged on any channel. */
  notifyRemoved(queue: QueueId, seqs: readonly number[]): void {
    for (const channel of this.#channels.get(queue) ?? []) {
      for (const seq of seqs) channel.unacked.delete(pushKey(queue, seq));
      noteRead(channel, queue);
    }
  }
}

/** The owner has looked at the queue: the next envelope that cannot be pushed is announced again. */
export function noteRead(channel: ChannelState, queue: QueueId): void {
  const subscription = channel.subscriptions.get(queue);
  if (subscription !== undefined) subscription.isMoreTold = false;
}

function push(channel: ChannelState, frame: RelayResponse): void {
  channel.inbound.push(encodeAs(relayResponse, frame));
}
