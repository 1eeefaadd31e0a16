/** How good the way of a call is, from what the browser counts each second. */
import type { MediaFacts } from "@kith/client/media";

/** A tenth of the packets lost, or two thirds of a second there and back: people begin to talk at the same time. */
const WEAK_LOSS = 0.1;
const WEAK_ROUND_TRIP_MS = 650;

/** Looks that must agree before the judgement changes: one bad second is no news. */
const AGREEING = 4;

/** Fewer packets in one look say nothing. */
const FEW_PACKETS = 10;

/** Judges one call. */
export class LinkQuality {
  #before: MediaFacts | null = null;
  #isWeak = false;
  #against = 0;

  /** Takes the newest counts. @returns whether the way is weak. */
  take(facts: MediaFacts): boolean {
    const isWeak = this.#before === null ? this.#isWeak : (isWeakBetween(this.#before, facts) ?? this.#isWeak);
    this.#before = facts;
    this.#against = isWeak === this.#isWeak ? 0 : this.#against + 1;
    if (this.#against >= AGREEING) {
      this.#isWeak = isWeak;
      this.#against = 0;
    }
    return this.#isWeak;
  }
}

/** Undefined where too little came to judge. */
function isWeakBetween(
  before: MediaFacts,
  { packetsLost, packetsReceived, roundTripMs }: MediaFacts,
): boolean | undefined {
  const lost = Math.max(0, packetsLost - before.packetsLost);
  const all = lost + Math.max(0, packetsReceived - before.packetsReceived);
  if (roundTripMs !== null && roundTripMs > WEAK_ROUND_TRIP_MS) return true;
  return all < FEW_PACKETS ? undefined : lost / all > WEAK_LOSS;
}
