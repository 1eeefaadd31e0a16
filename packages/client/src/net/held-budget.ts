/**
 * What all streams of a host hold together for remotes that do not read, or begin to speak and do not end. Each stream has
 * a bound of its own; thousands of them must not come to thousands of times that bound.
 */

/** A stream that holds bytes. */
export interface Holder {
  readonly heldBytes: number;
  /** Ends the stream and lets go of all it holds. */
  letGo(): void;
}

/** Streams that hold less than this do not count. */
const SMALL_BYTES = 16 * 1024;

/** The most that streams may hold together, in bytes: what lies below them (sockets, copies not collected yet) takes as much again. */
export const MAX_HELD_BYTES: number = 32 * 1024 * 1024;

/** The part of the budget that is left held once streams had to go, so that not every further byte begins anew. */
const KEPT_SHARE = 0.75;

/** The sum over the streams of one host. */
export class HeldBudget {
  readonly #maxBytes: number;
  readonly #notedByHolder = new Map<Holder, number>();
  #totalBytes = 0;

  constructor(maxBytes: number = MAX_HELD_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /** Looks at a stream that may hold more now. When all hold too much, those that hold most have to go, it or others. */
  note(holder: Holder): void {
    this.#count(holder);
    if (this.#totalBytes <= this.#maxBytes) return;
    // What was counted may have left since: nobody is cut off for that.
    for (const each of [...this.#notedByHolder.keys()]) this.#count(each);
    if (this.#totalBytes <= this.#maxBytes) return;
    const largestFirst = [...this.#notedByHolder].sort(([, a], [, b]) => b - a);
    for (const [each] of largestFirst) {
      if (this.#totalBytes <= this.#maxBytes * KEPT_SHARE) return;
      this.forget(each);
      each.letGo();
    }
  }

  /** The stream is over. */
  forget(holder: Holder): void {
    this.#totalBytes -= this.#notedByHolder.get(holder) ?? 0;
    this.#notedByHolder.delete(holder);
  }

  #count(holder: Holder): void {
    this.forget(holder);
    const { heldBytes } = holder;
    if (heldBytes < SMALL_BYTES) return;
    this.#notedByHolder.set(holder, heldBytes);
    this.#totalBytes += heldBytes;
  }
}
