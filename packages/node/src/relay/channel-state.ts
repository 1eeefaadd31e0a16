/** What a relay remembers of one channel: its nonce, the queues opened on it and what was pushed over it. */
import type { InboundChannel } from "@kith/client";
import type { QueueId } from "@kith/protocol";
import type { QueueStorage } from "./queue-storage.ts";

/** One side of a queue opened on a channel. */
export interface OpenedQueue {
  readonly store: QueueStorage;
  readonly receiveId: QueueId;
  /** Lost envelopes this side was told of at OPEN or SUB. */
  missingTold: number;
}

/** One channel. */
export interface ChannelState {
  readonly inbound: InboundChannel;
  /** 32 bytes; enters each OPEN. */
  readonly nonce: Uint8Array;
  /** By `openingKey`. */
  readonly opened: Map<string, OpenedQueue>;
  /** Subscribed queues, and whether the owner knows that more is waiting. */
  readonly subscriptions: Map<QueueId, { isMoreTold: boolean }>;
  /** Pushed envelopes the owner has not acknowledged, by `pushKey`. */
  readonly unacked: Set<string>;
}

/** Key of an opened side. */
export function openingKey(side: "send" | "receive", queue: QueueId): string {
  return `${side}/${queue}`;
}

/** Key of a pushed envelope. */
export function pushKey(queue: QueueId, seq: number): string {
  return `${queue}/${seq}`;
}
