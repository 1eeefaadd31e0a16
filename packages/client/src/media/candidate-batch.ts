/** Candidates told a few at a time: those of the first moment in one message, the others as they come. */

/** How long candidates are gathered into one message, in ms: those of this machine come within it. */
const GATHER_MS = 40;

/** Those of this machine come together: whoever answers waits no longer for more after the first, in ms. */
const SETTLE_MS = 5;

/** Candidates of one message. */
const MAX_BATCH = 16;

/**
 * How long places at relays are kept back, in ms: the direct ways are tried first, so that a side which may go directly
 * does not begin to go through a relay.
 */
const RELAYED_AFTER_MS = 500;

/** Collects candidates and hands them on in messages. */
export class CandidateBatch {
  readonly #tell: (candidates: readonly string[]) => void;
  #waiting: string[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isFirstWanted = false;
  #isComplete = false;
  #onFirst: (() => void) | null = null;
  #onCandidate: (() => void) | null = null;
  #keepsRelayed = false;
  #relayed: string[] = [];
  #relayedTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(tell: (candidates: readonly string[]) => void) {
    this.#tell = tell;
  }

  /** Tells places at relays later than the others; not where they are the only ones that may be told. */
  keepRelayed(isOn: boolean): void {
    this.#keepsRelayed = isOn;
  }

  /** Takes a candidate; null and the empty one say that there are no more in this round. */
  add(candidate: string | null): void {
    if (candidate === null || candidate === "") {
      this.#isComplete = true;
      if (this.#onFirst !== null) this.#onFirst();
      else this.#flush();
      return;
    }
    this.#isComplete = false;
    if (this.#keepsRelayed && isRelayed(candidate)) {
      this.#relayed.push(candidate);
      this.#relayedTimer ??= setTimeout(() => this.#flushRelayed(), RELAYED_AFTER_MS);
      return;
    }
    this.#waiting.push(candidate);
    if (this.#isFirstWanted) {
      this.#onCandidate?.();
      return;
    }
    this.#timer ??= setTimeout(() => this.#flush(), GATHER_MS);
  }

  /** What the first moment found; the rest is told. */
  async first(): Promise<readonly string[]> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isFirstWanted = true;
    if (!this.#isComplete) {
      await new Promise<void>((resolve) => {
        const limit = setTimeout(resolve, GATHER_MS);
        let settle: ReturnType<typeof setTimeout> | undefined;
        this.#onFirst = () => {
          clearTimeout(limit);
          clearTimeout(settle);
          resolve();
        };
        this.#onCandidate = () => {
          settle ??= setTimeout(() => this.#onFirst?.(), SETTLE_MS);
        };
        if (this.#waiting.length > 0) this.#onCandidate();
      });
    }
    this.#onFirst = null;
    this.#onCandidate = null;
    this.#isFirstWanted = false;
    const first = this.#waiting.splice(0, MAX_BATCH);
    this.#flush();
    return first;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    clearTimeout(this.#relayedTimer);
    this.#relayedTimer = undefined;
    this.#waiting = [];
    this.#relayed = [];
  }

  #flushRelayed(): void {
    this.#relayedTimer = undefined;
    while (this.#relayed.length > 0) this.#tell(this.#relayed.splice(0, MAX_BATCH));
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    while (this.#waiting.length > 0) this.#tell(this.#waiting.splice(0, MAX_BATCH));
  }
}

function isRelayed(candidate: string): boolean {
  return / typ relay(?: |$)/.test(candidate);
}
