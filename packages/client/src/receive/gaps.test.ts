import type { ContentId } from "@kith/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { PeerRow } from "../people/contact-row.ts";
import { trackNumber } from "./gaps.ts";

const START = { inNumber: 0, missing: [] as readonly number[] } as PeerRow;

const idOf = (number: number): ContentId => number.toString(16).padStart(32, "0") as ContentId;

/** Takes numbers in; @returns the last row and what each message still shows as missing before it. */
function takeAll(numbers: readonly number[], isMessage: (number: number) => boolean = () => true) {
  const shown = new Map<ContentId, number>();
  let row = START;
  for (const number of numbers) {
    const id = isMessage(number) ? idOf(number) : null;
    const tracked = trackNumber(row, number, id);
    if (tracked.missingBefore > 0 && id !== null) shown.set(id, tracked.missingBefore);
    if (tracked.shownBy !== undefined) shown.set(tracked.shownBy, (shown.get(tracked.shownBy) ?? 0) - 1);
    row = tracked.row;
  }
  return { row, shown: [...shown].filter(([, count]) => count !== 0) };
}

test("numbers in order leave nothing missing and nothing to show", () => {
  expect(takeAll([1, 2, 3])).toEqual({ row: { ...START, inNumber: 3 }, shown: [] });
});

test("a hole is shown before the message after it, and smaller with each number that comes late", () => {
  expect(takeAll([1, 5]).shown).toEqual([[idOf(5), 3]]);
  expect(takeAll([1, 5, 3, 2]).shown).toEqual([[idOf(5), 1]]);
  expect(takeAll([1, 5, 3, 2, 4])).toEqual({ row: { ...START, inNumber: 5, gaps: [] }, shown: [] });
});

test("a hole before what shows nothing takes nothing from the hole after it", () => {
  const { row, shown } = takeAll([1, 3, 6, 2], (number) => number !== 3);
  expect(shown).toEqual([[idOf(6), 2]]);
  expect(row.missing).toEqual([4, 5]);
});

test("a number that comes twice closes nothing twice", () => {
  expect(takeAll([1, 4, 2, 2]).shown).toEqual([[idOf(4), 1]]);
});

test("once every number has come, in whatever order, no message shows a hole", () => {
  const anyOrder = fc.integer({ min: 1, max: 60 }).chain((count) =>
    fc.shuffledSubarray(
      Array.from({ length: count }, (_, index) => index + 1),
      { minLength: count },
    ),
  );
  fc.assert(
    fc.property(anyOrder, (numbers) => {
      const { row, shown } = takeAll(numbers);
      expect({ shown, missing: row.missing, gaps: row.gaps ?? [] }).toEqual({ shown: [], missing: [], gaps: [] });
    }),
  );
});

test("a hole wider than what is remembered stays shown by what was not asked for", () => {
  const late = Array.from({ length: 1000 }, (_, index) => 1200 - index);
  const { row, shown } = takeAll([1201, ...late]);
  expect({ missing: row.missing, gaps: row.gaps }).toEqual({ missing: [], gaps: [] });
  expect(shown).toEqual([[idOf(1201), 200]]);
});
