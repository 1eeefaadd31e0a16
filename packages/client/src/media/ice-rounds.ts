/**
 * When the caller's side looks for another way, for both: one round at a time, so that no answer is taken for that of
 * another round; and none before the call was answered.
 */

/** How long a broken way may come back by itself before another one is looked for, in ms. */
const RESTART_AFTER_MS = 3000;

/** What begins rounds. */
export interface RoundActs {
  /** Resolves once the other side can be told of a round: one that looks before finds nothing, and nobody answers it. It may last as long as a line is away. */
  reach(): Promise<unknown>;
  /** Begins a round; `answered` is called once it was answered, or could not begin. */
  begin(): void;
}

/** The rounds of one call, at the one who called. */
export class IceRounds {
  readonly #acts: RoundActs;
  #state: "ringing" | "reaching" | "waiting" | "settled" | "over" = "ringing";
  #isWantedAgain = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(acts: RoundActs) {
    this.#acts = acts;
  }

  /** The way is there, broken for now, or broken for good. */
  noteLink(state: "up" | "down" | "failed"): void {
    clearTimeout(this.#timer);
    if (state === "up") this.#isWantedAgain = false;
    // It came back by itself.
    if (state === "up" && this.#state === "reaching") this.#state = "settled";
    if (state === "down") this.#timer = setTimeout(() => this.want(), RESTART_AFTER_MS);
    if (state === "failed") this.want();
  }

  /** Another way is wanted: at once, or after the round that is not answered yet; that one may have looked while no line was there. */
  want(): void {
    if (this.#state === "waiting") this.#isWantedAgain = true;
    if (this.#state !== "settled") return;
    this.#state = "reaching";
    const begin = (): void => {
      if (this.#state !== "reaching") return;
      this.#state = "waiting";
      this.#acts.begin();
    };
    this.#acts.reach().then(begin, begin);
  }

  /** The other side answered, the call itself or a round of it. */
  answered(): void {
    if (this.#state === "over") return;
    this.#state = "settled";
    if (!this.#isWantedAgain) return;
    this.#isWantedAgain = false;
    this.want();
  }

  stop(): void {
    this.#state = "over";
    clearTimeout(this.#timer);
  }
}
