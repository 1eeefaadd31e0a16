/** The time by which messages vanish: neither a clock that is set back nor a sleep of the machine makes a life longer. */
import type { Clock } from "../ports.ts";

/** Never goes back within a run; begins at the latest time this device has noted. */
export class VanishClock {
  readonly #clock: Clock;
  #lastMs: number;
  #lastMonotonicMs: number;

  /** @param seenMs the latest time noted in earlier runs, Unix ms. */
  constructor(clock: Clock, seenMs: number) {
    this.#clock = clock;
    this.#lastMs = seenMs;
    this.#lastMonotonicMs = clock.monotonicMs();
  }

  /** Unix ms: the wall clock's, or the last time that was seen and what has passed since, whichever is later. */
  nowMs(): number {
    const monotonicMs = this.#clock.monotonicMs();
    const passedMs = Math.max(0, monotonicMs - this.#lastMonotonicMs);
    this.#lastMs = Math.max(this.#clock.nowMs(), this.#lastMs + Math.floor(passedMs));
    this.#lastMonotonicMs = monotonicMs;
    return this.#lastMs;
  }
}
