/** Typed requests to one relay over one channel: opening queues, putting, fetching, acknowledging. */
import {
  type BoxId,
  type BundlePut,
  type CryptoSuite,
  decodeAs,
  encodeAs,
  err,
  MAX_FRAME_BYTES,
  type NewQueue,
  ok,
  openingMac,
  type QueueId,
  type RelayErrorCode,
  type RelayId,
  type RelayInfo,
  type RelayRequest,
  type RelayResponse,
  type Result,
  relayRequest,
  relayResponse,
} from "@kith/protocol";
import type { Channel, LinkError } from "../ports.ts";

/** Why a relay call gave no result: the link, the relay's refusal, or an answer that is not one. */
export type RelayCallError =
  | LinkError
  | { readonly code: "relay"; readonly reason: RelayErrorCode; readonly bits?: number; readonly retryAfterMs?: number }
  | { readonly code: "bad-answer" };

/** A queue side with the key that opens it. */
export interface QueueKey {
  readonly side: "send" | "receive";
  readonly queue: QueueId | BoxId;
  readonly macKey: Uint8Array;
}

type Answer<T extends RelayResponse["type"]> = Extract<RelayResponse, { type: T }>;

/** How openings ended, by queue. */
export interface OpenOutcome {
  /** A queue that is not in it is open. */
  readonly refusals: ReadonlyMap<string, RelayErrorCode>;
  /** Envelopes that the relay says it lost, of queues opened just now. */
  readonly missing: ReadonlyMap<string, number>;
}

/** One channel to a relay with what was learnt and opened on it. */
export class RelaySession {
  readonly relay: RelayId;
  readonly isOwn: boolean;
  readonly info: RelayInfo;
  readonly #channel: Channel;
  readonly #suite: CryptoSuite;
  readonly #opened = new Set<string>();

  private constructor(channel: Channel, suite: CryptoSuite, info: RelayInfo) {
    this.relay = channel.peer;
    this.isOwn = channel.isOwn;
    this.info = info;
    this.#channel = channel;
    this.#suite = suite;
  }

  /** Greets the relay on a new channel. */
  static async start(channel: Channel, suite: CryptoSuite): Promise<Result<RelaySession, RelayCallError>> {
    const info = await callRelay(channel, { type: "info" }, "info");
    return info.ok ? ok(new RelaySession(channel, suite, info.value)) : info;
  }

  /** Sends one request and expects one kind of answer. */
  call<T extends RelayResponse["type"]>(
    request: RelayRequest,
    expected: T,
  ): Promise<Result<Answer<T>, RelayCallError>> {
    return callRelay(this.#channel, request, expected);
  }

  /** Sends a request of another family that travels in this channel; it reads the answer itself. */
  ask(frame: Uint8Array, timeoutMs?: number): Promise<Result<Uint8Array, LinkError>> {
    return this.#channel.request(frame, timeoutMs);
  }

  /** Opens the sides not yet open on this channel and says which were refused, and which lost something. */
  async open(keys: readonly QueueKey[]): Promise<Result<OpenOutcome, RelayCallError>> {
    const binding = { relay: this.relay, channelNonce: this.info.channelNonce };
    const refusals = new Map<string, RelayErrorCode>();
    const fresh = keys.filter((key) => !this.#opened.has(key.side + key.queue));
    const missing = new Map<string, number>();
    if (fresh.length === 0) return ok({ refusals, missing });
    const openings = fresh.map(({ side, queue, macKey }) => ({
      side,
      queue: queue as QueueId,
      mac: openingMac(this.#suite, macKey, binding, side, queue as QueueId),
    }));
    const answer = await this.call({ type: "open", openings }, "queues");
    if (!answer.ok) return answer;
    const sideByQueue = new Map(fresh.map((key) => [key.queue as string, key.side]));
    for (const { queue, error, missing: lost = 0 } of answer.value.outcomes) {
      if (lost > 0) missing.set(queue, lost);
      if (error === undefined) this.#opened.add((sideByQueue.get(queue) ?? "") + queue);
      else refusals.set(queue, error);
    }
    return ok({ refusals, missing });
  }

  /** Registers queues. */
  create(queues: readonly NewQueue[], access: BundlePut["access"]): Promise<Result<Answer<"done">, RelayCallError>> {
    return this.call({ type: "create", queues, access }, "done");
  }

  /** Takes a queue of ours from the relay, with all that is in it. */
  async drop(key: QueueKey): Promise<Result<Answer<"done">, RelayCallError>> {
    const opened = await this.open([key]);
    return opened.ok ? this.call({ type: "drop", queue: key.queue as QueueId }, "done") : opened;
  }

  onPush(listener: (push: RelayResponse) => void): void {
    this.#channel.onPush((frame) => {
      const push = decodeAs(relayResponse, frame, MAX_FRAME_BYTES);
      if (push.ok) listener(push.value);
      else this.#channel.close();
    });
  }

  onClose(listener: () => void): void {
    this.#channel.onClose(listener);
  }

  close(): void {
    this.#channel.close();
  }
}

async function callRelay<T extends RelayResponse["type"]>(
  channel: Channel,
  request: RelayRequest,
  expected: T,
): Promise<Result<Answer<T>, RelayCallError>> {
  const frame = await channel.request(encodeAs(relayRequest, request));
  if (!frame.ok) return frame;
  const answer = decodeAs(relayResponse, frame.value, MAX_FRAME_BYTES);
  if (!answer.ok) return err({ code: "bad-answer" });
  const value = answer.value;
  if (value.type === "error") {
    const { code: reason, bits, retryAfterMs } = value;
    return err({
      code: "relay",
      reason,
      ...(bits === undefined ? {} : { bits }),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  }
  return value.type === expected ? ok(value as Answer<T>) : err({ code: "bad-answer" });
}
