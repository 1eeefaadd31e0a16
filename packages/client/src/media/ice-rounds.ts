/**
 * When the caller's side looks for another way, for both: one round at a time, so that no answer is taken for that of
 * another round; and none before the call was answered.
 */

/** How long a broken way may come back by itself before another one is looked for, in ms. */
const RESTART_AFTER_MS = 3000;

/** The rounds of one call, at the one who called. */
export class IceRounds {
  readonly #begin: () => void;
  #state: "ringing" | "waiting" | "settled" = "ringing";
  #isWantedAgain = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param begin begins a round; `answered` is called once it was answered, or could not begin. */
  constructor(begin: () => void) {
    this.#begin = begin;
  }

  /** The way is there, broken for now, or broken for good. */
  noteLink(state: "up" | "down" | "failed"): void {
    clearTimeout(this.#timer);
    if (state === "up") this.#isWantedAgain = false;
    if (state === "down") this.#timer = setTimeout(() => this.want(), RESTART_AFTER_MS);
    if (state === "failed") this.want();
  }

  /** Another way is wanted: at once, or after the round that is not answered yet; that one may have looked while no line was there. */
  want(): void {
    if (this.#state === "waiting") this.#isWantedAgain = true;
    if (this.#state !== "settled") return;
    this.#state = "waiting";
    this.#begin();
  }

  /** The other side answered, the call itself or a round of it. */
  answered(): void {
    this.#state = "settled";
    if (!this.#isWantedAgain) return;
    this.#isWantedAgain = false;
    this.want();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
