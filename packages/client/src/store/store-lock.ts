/** One owner of a database at a time: IndexedDB itself lets any number of pages write into the same one. */
import { StoreError } from "./store-error.ts";

/** How long a page that is being left may still hold the lock, in ms: a reload is not another tab. */
const WAIT_MS = 1_000;

/**
 * Takes the lock of a store; the browser gives it back when the page ends in any way.
 * @returns the function that gives it back before.
 * @throws StoreError `STORE_LOCKED` when another page keeps it.
 */
export async function takeStoreLock(name: string): Promise<() => void> {
  return await new Promise((resolve, reject) => {
    const options = { signal: AbortSignal.timeout(WAIT_MS) };
    const held = navigator.locks.request(`kith/store/${name}`, options, () => new Promise<void>(resolve));
    held.catch((cause: unknown) => reject(new StoreError({ code: "STORE_LOCKED" }, cause)));
  });
}
