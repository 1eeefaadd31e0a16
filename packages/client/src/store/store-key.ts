/** The rules for keys of the `Store` port, checked by every implementation before anything else. */
import type { StoreChange, StoreRange, StoreValue } from "../ports.ts";

/** A key: printable ASCII, at most 512 characters. */
const KEY = /^[ -~]{1,512}$/;
const BOUND = /^[ -~]{0,512}$/;

/**
 * Checks the keys and values of one commit.
 * @throws RangeError for a key outside printable ASCII or too long, TypeError for a value that is not bytes.
 */
export function checkChanges(changes: readonly StoreChange[]): void {
  for (const { key, value } of changes) {
    checkKey(key);
    if (value === undefined || typeof value === "function" || value instanceof Uint8Array) continue;
    throw new TypeError("a stored value must be bytes");
  }
}

/** The bytes of a value, made now when they were not yet. */
export function bytesOfValue(value: StoreValue): Uint8Array {
  return typeof value === "function" ? value() : value;
}

/** Checks one key. @throws RangeError when it is not 1 to 512 characters of printable ASCII. */
export function checkKey(key: string): void {
  if (!KEY.test(key)) throw new RangeError("a store key is 1 to 512 printable ASCII characters");
}

/** Checks a range; a bound may be empty. @throws RangeError for other bounds or a limit below 0. */
export function checkRange(range: StoreRange): void {
  if (!BOUND.test(range.gte) || !BOUND.test(range.lt)) throw new RangeError("range bounds must be printable ASCII");
  const { limit } = range;
  if (limit !== undefined && !(Number.isSafeInteger(limit) && limit >= 0)) {
    throw new RangeError("a range limit must be a whole number from 0");
  }
}
