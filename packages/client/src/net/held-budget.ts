/**
 * What all streams of a host hold together for remotes that do not read, or begin to speak and do not end. Each stream has
 * a bound of its own; thousands of them must not come to thousands of times that bound.
 */

/** A stream that holds bytes. */
export interface Holder {
  readonly heldBytes: number;
}

/** Streams that hold less than this do not count. */
const SMALL_BYTES = 16 * 1024;

/** The most that streams may hold together, in bytes. */
export const MAX_HELD_BYTES: number = 64 * 1024 * 1024;

/** The sum over the streams of one host. */
export class HeldBudget {
  readonly #maxBytes: number;
  readonly #noted = new Map<Holder, number>();
  #totalBytes = 0;

  constructor(maxBytes: number = MAX_HELD_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /** Looks at a stream that may hold more now. @returns whether it must go: all hold too much, and it more than most. */
  isOver(holder: Holder): boolean {
    this.#note(holder);
    if (this.#totalBytes <= this.#maxBytes) return false;
    // What was noted may have left since: nobody is cut off for that.
    for (const each of [...this.#noted.keys()]) this.#note(each);
    return this.#totalBytes > this.#maxBytes && holder.heldBytes * this.#noted.size >= this.#totalBytes;
  }

  /** The stream is over. */
  forget(holder: Holder): void {
    this.#totalBytes -= this.#noted.get(holder) ?? 0;
    this.#noted.delete(holder);
  }

  #note(holder: Holder): void {
    this.forget(holder);
    const { heldBytes } = holder;
    if (heldBytes < SMALL_BYTES) return;
    this.#noted.set(holder, heldBytes);
    this.#totalBytes += heldBytes;
  }
}
