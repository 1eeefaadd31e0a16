/** What the relay offers to calls, told to whoever holds a side of a queue here. */
import type { Clock } from "@kith/client";
import { decodeAs, type IceOffer, MAX_FRAME_BYTES, type TurnResponse, turnRequest } from "@kith/protocol";
import { type ChannelState, openingKey } from "./channel-state.ts";
import type { RelayLimits } from "./relay-limits.ts";
import { addressToSource, BucketTable } from "./token-bucket.ts";

/** Says what can be offered now: a new name and password at each call. */
export type MakeIceOffer = () => IceOffer;

/** Source addresses whose names are counted. */
const MAX_SOURCES = 10_000;

/** Gives names to holders of queues, a few an address. */
export class TurnDesk {
  readonly #makeOffer: MakeIceOffer | null;
  readonly #clock: Clock;
  readonly #sources: BucketTable;

  /** @param makeOffer null where there is neither STUN nor TURN. */
  constructor(makeOffer: MakeIceOffer | null, clock: Clock, limits: RelayLimits) {
    this.#makeOffer = makeOffer;
    this.#clock = clock;
    this.#sources = new BucketTable({ perSecond: 1000 / limits.turnIntervalMs, burst: limits.turnBurst }, MAX_SOURCES);
  }

  /** @param frame null while the relay does not serve. @param waitMs how long the asker is over the rate of all requests. */
  answer(channel: ChannelState, frame: Uint8Array | null, waitMs: number | null): TurnResponse {
    if (frame === null) return { type: "error", code: "busy" };
    if (waitMs !== null) return { type: "error", code: "rate-limited", retryAfterMs: waitMs };
    const request = decodeAs(turnRequest, frame, MAX_FRAME_BYTES);
    if (!request.ok) return { type: "error", code: "malformed" };
    if (this.#makeOffer === null) return { type: "error", code: "unsupported" };
    const { side, queue } = request.value;
    if (!channel.opened.has(openingKey(side, queue))) return { type: "error", code: "not-open" };
    const tooSoonMs = this.#takeName(channel);
    if (tooSoonMs !== null) return { type: "error", code: "rate-limited", retryAfterMs: tooSoonMs };
    return { type: "offer", ...this.#makeOffer() };
  }

  #takeName({ inbound: { remoteAddress } }: ChannelState): number | null {
    if (remoteAddress === null) return null;
    return this.#sources.take(addressToSource(remoteAddress), this.#clock.monotonicMs());
  }
}
