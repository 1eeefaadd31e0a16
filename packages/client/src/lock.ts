/** Runs tasks of one key one after the other; tasks of different keys run side by side. */
export interface KeyedLock {
  run<T>(key: string, task: () => Promise<T>): Promise<T>;
}

/** Makes a lock with no keys held. */
export function createKeyedLock(): KeyedLock {
  const tails = new Map<string, Promise<unknown>>();
  return {
    run<T>(key: string, task: () => Promise<T>): Promise<T> {
      const previous = tails.get(key) ?? Promise.resolve();
      const result = previous.then(task, task);
      const tail: Promise<unknown> = result.then(forget, forget);
      tails.set(key, tail);
      function forget(): void {
        if (tails.get(key) === tail) tails.delete(key);
      }
      return result;
    },
  };
}
