/** Runs tasks that share a key one after another. */
export class SerialLock {
  readonly #tails = new Map<string, Promise<unknown>>();

  /** Runs `task` when all earlier tasks of the key have ended, however they ended. */
  async run<T>(key: string, task: () => Promise<T>): Promise<T> {
    const before = this.#tails.get(key) ?? Promise.resolve();
    const running = before.then(task);
    const tail = running.then(
      () => undefined,
      () => undefined,
    );
    this.#tails.set(key, tail);
    try {
      return await running;
    } finally {
      if (this.#tails.get(key) === tail) this.#tails.delete(key);
    }
  }
}
