/** Listeners for the end of a channel: each is called once, also when it comes too late. */
export class CloseListeners {
  #listeners: (() => void)[] = [];
  #isClosed = false;

  /** Calls the listener at the end; soon, when the end is over already. */
  add(listener: () => void): void {
    if (this.#isClosed) queueMicrotask(listener);
    else this.#listeners.push(listener);
  }

  /** The end: calls everyone. */
  fire(): void {
    this.#isClosed = true;
    const listeners = this.#listeners;
    this.#listeners = [];
    for (const listener of listeners) listener();
  }
}
