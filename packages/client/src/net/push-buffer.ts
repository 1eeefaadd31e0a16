/** Frames that arrive unasked: kept in order until somebody listens, within a bound. */

/** Bytes kept for a listener that is not there yet; above it the channel is closed. */
const MAX_EARLY_BYTES = 1024 * 1024;

/** Pushed frames of one channel. */
export class PushBuffer {
  #listener: ((frame: Uint8Array) => void) | null = null;
  #early: Uint8Array[] = [];
  #earlyBytes = 0;

  /** Hands the frames over that came early, then every further one. */
  listen(listener: (frame: Uint8Array) => void): void {
    this.#listener = listener;
    const early = this.#early;
    this.#early = [];
    this.#earlyBytes = 0;
    for (const frame of early) listener(frame);
  }

  /** Takes a frame; false when nobody listens and the bound is reached. */
  add(frame: Uint8Array): boolean {
    if (this.#listener !== null) {
      this.#listener(frame);
      return true;
    }
    this.#earlyBytes += frame.byteLength;
    if (this.#earlyBytes > MAX_EARLY_BYTES) return false;
    this.#early.push(frame);
    return true;
  }
}
