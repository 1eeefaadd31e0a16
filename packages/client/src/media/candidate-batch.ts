/** Candidates told a few at a time: those of the first moment in one message, the others as they come. */

/** How long candidates are gathered into one message, in ms: those of this machine come within it. */
const GATHER_MS = 40;

/** Candidates of one message. */
const MAX_BATCH = 16;

/** Collects candidates and hands them on in messages. */
export class CandidateBatch {
  readonly #tell: (candidates: readonly string[]) => void;
  #waiting: string[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isFirstWanted = false;
  #isComplete = false;
  #onFirst: (() => void) | null = null;

  constructor(tell: (candidates: readonly string[]) => void) {
    this.#tell = tell;
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
    this.#waiting.push(candidate);
    if (this.#isFirstWanted) return;
    this.#timer ??= setTimeout(() => this.#flush(), GATHER_MS);
  }

  /** What the first moment found; the rest is told. */
  async first(): Promise<readonly string[]> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isFirstWanted = true;
    if (!this.#isComplete) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, GATHER_MS);
        this.#onFirst = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#onFirst = null;
    this.#isFirstWanted = false;
    const first = this.#waiting.splice(0, MAX_BATCH);
    this.#flush();
    return first;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting = [];
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    while (this.#waiting.length > 0) this.#tell(this.#waiting.splice(0, MAX_BATCH));
  }
}
