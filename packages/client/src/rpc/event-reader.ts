/** The reading end of one event subscription: a bounded buffer between the connection and a slow reader. */
import type { ClientEvent } from "../client.ts";
import type { MessengerError } from "../messenger-error.ts";

/** Events kept for a reader that is busy; beyond them it starts again from the last one it handled. */
const MAX_BUFFERED_EVENTS = 4096;

/** Events of one subscription in order, until it ends, overflows or is aborted. */
export class EventReader {
  readonly #buffer: ClientEvent[] = [];
  #wake: (() => void) | null = null;
  #isEnded = false;
  #error: MessengerError | null = null;
  hasOverflowed = false;

  push(event: ClientEvent): void {
    if (this.#isEnded || this.hasOverflowed) return;
    if (this.#buffer.length >= MAX_BUFFERED_EVENTS) this.hasOverflowed = true;
    else this.#buffer.push(event);
    this.#wake?.();
  }

  /** @param error what the reader rejects with once the buffer is read; null for a plain end. */
  end(error: MessengerError | null): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#error = error;
    this.#wake?.();
  }

  async *read(signal: AbortSignal): AsyncGenerator<ClientEvent> {
    const wake = (): void => this.#wake?.();
    signal.addEventListener("abort", wake);
    try {
      while (!signal.aborted) {
        const event = this.#buffer.shift();
        if (event !== undefined) yield event;
        else if (this.hasOverflowed) return;
        else if (this.#isEnded) {
          if (this.#error !== null) throw this.#error;
          return;
        } else await this.#woken();
      }
    } finally {
      signal.removeEventListener("abort", wake);
    }
  }

  #woken(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = null;
        resolve();
      };
    });
  }
}
