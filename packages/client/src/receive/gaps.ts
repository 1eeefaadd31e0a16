/** Finds holes in the numbers of durable contents between two devices. */
import type { PeerRow } from "../people/contact-row.ts";

/** Holes remembered for one device; more than this means that a whole stretch is gone. */
const MAX_MISSING = 1000;

/** The device pair after a number came in, and how many numbers are missing just before it. */
export function trackNumber(row: PeerRow, number: number): { readonly row: PeerRow; readonly missingBefore: number } {
  if (number <= row.inNumber) {
    return { row: { ...row, missing: row.missing.filter((each) => each !== number) }, missingBefore: 0 };
  }
  const missingBefore = number - row.inNumber - 1;
  const first = Math.max(row.inNumber + 1, number - MAX_MISSING);
  const fresh = Array.from({ length: number - first }, (_, index) => first + index);
  return { row: { ...row, inNumber: number, missing: [...row.missing, ...fresh].slice(-MAX_MISSING) }, missingBefore };
}
