/**
 * Bugs planted into a simulation, to show that its findings are not empty by themselves. Each is a store that does less
 * than it promises, as a program would with the bug in its code.
 */
import type { Clock, Store, StoreChange } from "@kith/client";

/**
 * - `ack-before-sync`: relays answer before their disk has the batch.
 * - `encrypt-again`: devices keep what leaves and not, in the same batch, how far the session has come; after a crash
 *   they encrypt with message keys that were used.
 * - `no-dedupe`: devices keep messages and not, in the same batch, that they have taken them.
 */
export type Plant = "ack-before-sync" | "encrypt-again" | "no-dedupe";

/** How much later than its promise a planted store writes, in ms. */
const LATE_MS = 5000;

/** The store of a relay with the bug, where it is one of relays. */
export function plantInRelay(store: Store, plant: Plant | undefined, clock: Clock): Store {
  return plant === "ack-before-sync" ? lateStore(store, clock, () => true) : store;
}

/** The store of a person with the bug, where it is one of devices. */
export function plantInPerson(store: Store, plant: Plant | undefined, clock: Clock): Store {
  if (plant === "encrypt-again") return lateStore(store, clock, (key) => key.startsWith("session/"));
  if (plant !== "no-dedupe") return store;
  return lateStore(store, clock, (key) => /^(?:seen|message-index)\//.test(key));
}

/** Some rows reach the disk later than the commit says, and never when the process ends before; reads do not notice. */
function lateStore(store: Store, clock: Clock, isLate: (key: string) => boolean): Store {
  const waiting = new Map<string, StoreChange>();
  const readValue = ({ value }: StoreChange): Uint8Array | undefined => (typeof value === "function" ? value() : value);
  const flush = async (): Promise<void> => {
    const changes = [...waiting.values()];
    await store.commit(changes);
    for (const change of changes) if (waiting.get(change.key) === change) waiting.delete(change.key);
  };
  return {
    async get(key) {
      const change = waiting.get(key);
      return change === undefined ? store.get(key) : readValue(change);
    },
    async entries(range) {
      if (waiting.size > 0) await flush();
      return store.entries(range);
    },
    async commit(changes) {
      if (waiting.size === 0) clock.after(LATE_MS, () => void flush());
      for (const change of changes) if (isLate(change.key)) waiting.set(change.key, change);
      const onTime = changes.filter(({ key }) => !isLate(key));
      if (onTime.length > 0) await store.commit(onTime);
    },
    close: () => store.close(),
  };
}
