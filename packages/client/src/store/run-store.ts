/**
 * The store of one run of the engine, from unlocking to locking or stopping. Once the run has ended, nothing that was
 * still under way in it comes back: it can neither write over what the next run decides, nor fail where nobody listens.
 */
import type { SealedStore } from "./sealed-store.ts";

/** A sealed store with an end. */
export interface RunStore extends SealedStore {
  /** Lets nothing new in; resolves when the commits under way are on disk or refused. The store below stays open. */
  end(): Promise<void>;
}

/** Makes the store of a run over the sealed store of an account. */
export function createRunStore(inner: SealedStore): RunStore {
  const commits = new Set<Promise<void>>();
  let isEnded = false;

  async function duringRun<T>(work: () => Promise<T>): Promise<T> {
    if (isEnded) return never<T>();
    try {
      const result = await work();
      return isEnded ? await never<T>() : result;
    } catch (error) {
      if (isEnded) return never<T>();
      throw error;
    }
  }

  return {
    get: (key) => duringRun(() => inner.get(key)),
    entries: (range) => duringRun(() => inner.entries(range)),
    sizes: (range) => duringRun(() => inner.sizes(range)),
    commit: (changes) =>
      duringRun(async () => {
        const commit = inner.commit(changes);
        commits.add(commit);
        try {
          await commit;
        } finally {
          commits.delete(commit);
        }
      }),
    close: () => inner.close(),
    hideKey: (part) => inner.hideKey(part),
    async end() {
      isEnded = true;
      await Promise.allSettled(commits);
    },
  };
}

function never<T>(): Promise<T> {
  return new Promise(() => undefined);
}
