/**
 * The relay's idea of time for everything that expires.
 * A wall clock that jumps by more than a day (a wrong battery clock, a typing error of the operator, a long sleep) must
 * not erase mail: the old time runs on until the new one has been steady for an hour.
 */
import type { Clock } from "@kith/client";
import { DAY_MS } from "./relay-limits.ts";

/** How long a new time must hold before it is believed, in ms. */
const STEADY_MS = 3600 * 1000;

/** How far two readings may differ and still count as one time line, in ms. */
const SAME_LINE_MS = 60 * 1000;

/** Wall time that follows small corrections at once and large jumps only after an hour. */
export class StableTime {
  readonly #clock: Clock;
  #trustedMs: number;
  #monotonicMs: number;
  #candidate: { readonly offsetMs: number; readonly sinceMs: number } | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#trustedMs = clock.nowMs();
    this.#monotonicMs = clock.monotonicMs();
  }

  /** Goes on from what `nowMs` said before the last stop. */
  restore(trustedMs: number): void {
    this.#trustedMs = trustedMs;
    this.#monotonicMs = this.#clock.monotonicMs();
    this.#candidate = null;
  }

  /** Unix ms for expiry. Goes back only when an hour of steady time says so. */
  nowMs(): number {
    const monotonicMs = this.#clock.monotonicMs();
    const wallMs = this.#clock.nowMs();
    const predictedMs = this.#trustedMs + (monotonicMs - this.#monotonicMs);
    this.#monotonicMs = monotonicMs;
    if (Math.abs(wallMs - predictedMs) <= DAY_MS) {
      this.#candidate = null;
      this.#trustedMs = Math.max(this.#trustedMs, wallMs);
    } else {
      this.#trustedMs = this.#isSteady(wallMs - monotonicMs, monotonicMs) ? wallMs : predictedMs;
      if (this.#trustedMs === wallMs) this.#candidate = null;
    }
    return this.#trustedMs;
  }

  #isSteady(offsetMs: number, monotonicMs: number): boolean {
    if (this.#candidate === null || Math.abs(offsetMs - this.#candidate.offsetMs) > SAME_LINE_MS) {
      this.#candidate = { offsetMs, sinceMs: monotonicMs };
    }
    return monotonicMs - this.#candidate.sinceMs >= STEADY_MS;
  }

  /** Number of the current day since 1970. */
  day(): number {
    return Math.floor(this.nowMs() / DAY_MS);
  }

  /** False while a jump waits to be believed: nothing may expire then. */
  isSettled(): boolean {
    this.nowMs();
    return this.#candidate === null;
  }
}
