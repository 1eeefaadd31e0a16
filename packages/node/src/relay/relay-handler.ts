/** Which operation answers which request. */
import type { RelayRequest, RelayResponse } from "@kith/protocol";
import { getBox, getBundle, putBoxRequest, putBundle } from "./box-operations.ts";
import type { ChannelState } from "./channel-state.ts";
import { dialBack } from "./dialback.ts";
import { openQueues, subscribe } from "./queue-opening.ts";
import { acknowledge, createQueues, dropOwned, getEnvelopes, listQueue, putEnvelopes } from "./queue-operations.ts";
import { type RelayContext, refuse } from "./relay-context.ts";
import { addressToSource } from "./token-bucket.ts";

/** Answers one request. */
export async function handleRequest(
  context: RelayContext,
  channel: ChannelState,
  request: RelayRequest,
): Promise<RelayResponse> {
  switch (request.type) {
    case "info":
      return tellInfo(context, channel);
    case "dialback":
      return answerDialback(context, channel, request.addresses);
    case "relayGet": {
      const record = await context.records.get(request.relay);
      return record === null ? refuse("unknown-queue") : { type: "relayRecord", record };
    }
    case "open":
      return openQueues(context, channel, request.openings);
    case "subscribe":
      return subscribe(context, channel, request.queues);
    case "bundlePut":
      return putBundle(context, channel, request);
    case "bundleGet":
      return getBundle(context, channel, request);
    case "boxGet":
      return getBox(context, channel, request);
    case "boxPut":
      return putBoxRequest(context, channel, request);
    default:
      return handleQueueRequest(context, channel, request);
  }
}

type QueueRequest = Extract<RelayRequest, { readonly type: "create" | "put" | "list" | "get" | "ack" | "drop" }>;

async function handleQueueRequest(
  context: RelayContext,
  channel: ChannelState,
  request: QueueRequest,
): Promise<RelayResponse> {
  switch (request.type) {
    case "create":
      return createQueues(context, channel, request);
    case "put":
      return putEnvelopes(context, channel, request);
    case "list":
      return listQueue(channel, request);
    case "get":
      return getEnvelopes(context, channel, request);
    case "ack":
      return acknowledge(channel, request);
    case "drop":
      return dropOwned(context, channel, request);
  }
}

async function tellInfo(context: RelayContext, channel: ChannelState): Promise<RelayResponse> {
  const relayRecord = await context.records.own();
  return {
    type: "info",
    channelNonce: channel.nonce,
    dayValue: context.gate.dayValue(),
    work: context.limits.work,
    nowMs: context.clock.nowMs(),
    ...(relayRecord === null ? {} : { relayRecord }),
  };
}

async function answerDialback(
  { prober, dialbacks, clock }: RelayContext,
  { inbound }: ChannelState,
  addresses: readonly string[],
): Promise<RelayResponse> {
  if (prober === null || inbound.remoteAddress === null) return refuse("unsupported");
  const waitMs = dialbacks.take(addressToSource(inbound.remoteAddress), clock.monotonicMs());
  if (waitMs !== null) return refuse("rate-limited", { retryAfterMs: waitMs });
  return { type: "dialback", reached: await dialBack(prober, inbound.remoteAddress, addresses) };
}
