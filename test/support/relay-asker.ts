/** Speaks to a relay over a channel without a messenger. */
import { randomBytes } from "@kith/client";
import {
  decodeAs,
  encodeAs,
  MAX_FRAME_BYTES,
  type NewQueue,
  type QueueId,
  type RelayRequest,
  type RelayResponse,
  relayRequest,
  relayResponse,
  toHex,
} from "@kith/protocol";

/** Asks, and takes one type of answer. @throws Error for any other answer, and for none. */
export type AskRelay = <T extends RelayResponse["type"]>(
  request: RelayRequest,
  expected: T,
) => Promise<Extract<RelayResponse, { type: T }>>;

type Answered = { readonly ok: true; readonly value: Uint8Array } | { readonly ok: false; readonly error: object };

/** Asks over a channel. */
export function askOver(channel: { request(frame: Uint8Array): Promise<Answered> }): AskRelay {
  return async <T extends RelayResponse["type"]>(request: RelayRequest, expected: T) => {
    const frame = await channel.request(encodeAs(relayRequest, request));
    const answer = frame.ok ? decodeAs(relayResponse, frame.value, MAX_FRAME_BYTES) : frame;
    if (!answer.ok || answer.value.type !== expected)
      throw new Error(`expected ${expected}: ${JSON.stringify(answer)}`);
    return answer.value as Extract<RelayResponse, { type: T }>;
  };
}

/** A queue that no relay knows yet, with fresh ids and keys. */
export function newQueue(): NewQueue {
  const id = (): QueueId => toHex(randomBytes(16)) as QueueId;
  return { receiveId: id(), sendId: id(), ownerMacKey: randomBytes(32), senderMacKey: randomBytes(32) };
}
