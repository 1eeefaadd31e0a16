/** Finds holes in the numbers of durable contents between two devices, and which message shows each hole. */
import type { ContentId } from "@kith/protocol";
import type { PeerRow, ShownGap } from "../people/contact-row.ts";

/** Holes remembered for one device; more than this means that a whole stretch is gone. */
const MAX_MISSING = 1000;

/** What a number that came in says of those around it. */
export interface TrackedNumber {
  readonly row: PeerRow;
  /** How many numbers are missing just before it. */
  readonly missingBefore: number;
  /** The message that showed this number as missing until now. */
  readonly shownBy?: ContentId;
}

/** Notes a number. @param message the content that is to show the hole before it; null for one that shows nothing. */
export function trackNumber(row: PeerRow, number: number, message: ContentId | null): TrackedNumber {
  return number > row.inNumber ? openGap(row, number, message) : closeGap(row, number);
}

function openGap(row: PeerRow, number: number, message: ContentId | null): TrackedNumber {
  const after = row.inNumber;
  const missingBefore = number - after - 1;
  if (missingBefore === 0) return { row: { ...row, inNumber: number }, missingBefore };
  const first = Math.max(after + 1, number - MAX_MISSING);
  const fresh = Array.from({ length: number - first }, (_, index) => first + index);
  const missing = [...row.missing, ...fresh].slice(-MAX_MISSING);
  const shown: readonly ShownGap[] = message === null ? [] : [{ after, number, id: message }];
  const gaps = [...(row.gaps ?? []), ...shown].filter((gap) => isOpen(gap, missing));
  return { row: { ...row, inNumber: number, missing, gaps }, missingBefore };
}

function closeGap(row: PeerRow, number: number): TrackedNumber {
  if (!row.missing.includes(number)) return { row, missingBefore: 0 };
  const missing = row.missing.filter((each) => each !== number);
  const shownBy = row.gaps?.find((gap) => isWithin(gap, number))?.id;
  const gaps = row.gaps?.filter((gap) => isOpen(gap, missing));
  return { row: { ...row, missing, gaps }, missingBefore: 0, ...(shownBy === undefined ? {} : { shownBy }) };
}

function isOpen(gap: ShownGap, missing: readonly number[]): boolean {
  return missing.some((each) => isWithin(gap, each));
}

function isWithin({ after, number }: ShownGap, each: number): boolean {
  return after < each && each < number;
}
