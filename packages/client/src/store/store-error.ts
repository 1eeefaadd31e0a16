/** Why the store on disk could not do what was asked; every implementation of the port fails with this one class. */

/**
 * What went wrong. None of the fields carries a value or a person's name.
 * - `STORE_LOCKED`: another process or instance has the store open.
 * - `STORE_CORRUPT`: the files are damaged, or committed batches are missing from them.
 * - `STORE_NEWER`: a newer version wrote the store (`found`); this one reads versions up to `supported`.
 * - `STORE_WIPED`: the browser, or the person in its settings, deleted the database.
 * - `STORE_CLOSED`: the call came after `close`.
 * - `STORE_FAILED`: the disk refused a read or a write (the cause says why); after a failed write the store stays
 *   read-only until it is opened again, because nobody knows how much of that write reached the disk.
 * - `STORE_TAMPERED`: the value under `key` was changed outside Kith or moved from another key.
 */
export type StoreFailure =
  | { readonly code: "STORE_LOCKED" }
  | { readonly code: "STORE_CORRUPT" }
  | { readonly code: "STORE_NEWER"; readonly found: number; readonly supported: number }
  | { readonly code: "STORE_WIPED" }
  | { readonly code: "STORE_CLOSED" }
  | { readonly code: "STORE_FAILED" }
  | { readonly code: "STORE_TAMPERED"; readonly key: string };

const MESSAGES: Readonly<Record<StoreFailure["code"], string>> = {
  STORE_LOCKED: "the store is open in another process",
  STORE_CORRUPT: "the store is damaged",
  STORE_NEWER: "the store was written by a newer version",
  STORE_WIPED: "the browser deleted the store",
  STORE_CLOSED: "the store is closed",
  STORE_FAILED: "the disk refused the store's request",
  STORE_TAMPERED: "a stored value is not the one that was written under its key",
};

/** Thrown, as a rejected promise, by every operation of a `Store`. */
export class StoreError extends Error {
  override readonly name = "StoreError";
  readonly code: StoreFailure["code"];
  /** The code with its details. */
  readonly failure: StoreFailure;

  constructor(failure: StoreFailure, cause?: unknown) {
    super(`${failure.code}: ${MESSAGES[failure.code]}`, cause === undefined ? undefined : { cause });
    this.code = failure.code;
    this.failure = failure;
  }
}
