import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MARK_RANGE, MARK_WINDOW, markKey, readMarks } from "./batch-marks.ts";

/** The marks on disk after `count` batches of which those in `lost` never arrived. */
function marksAfter(count: number, lost: ReadonlySet<number>): string[] {
  const marks = new Set(Array.from({ length: MARK_WINDOW }, (_, number) => number));
  for (let batch = MARK_WINDOW; batch < MARK_WINDOW + count; batch++) {
    if (lost.has(batch)) continue;
    marks.add(batch);
    marks.delete(batch - MARK_WINDOW);
  }
  return [...marks].map(markKey).sort();
}

describe("batch marks", () => {
  it("find every hole below the newest batch, however long ago it was made", async () => {
    const property = fc.asyncProperty(
      fc.integer({ min: 1, max: 400 }),
      fc.uniqueArray(fc.nat(398), { maxLength: 20 }),
      async (count, indexes) => {
        const lost = new Set(indexes.filter((index) => index < count - 1).map((index) => MARK_WINDOW + index));
        const report = readMarks(marksAfter(count, lost));
        // A hole 64 batches after another one leaves no mark of its own once it is old; the first one still shows.
        const isPlain = [...lost].every((batch) => !lost.has(batch + MARK_WINDOW));
        const missing = report?.missing ?? 0;
        expect(report?.next).toBe(MARK_WINDOW + count);
        expect([missing > 0, missing <= lost.size]).toEqual([lost.size > 0, true]);
        if (isPlain) expect(missing).toBe(lost.size);
      },
    );
    await fc.assert(property, { numRuns: 100 });
  });

  it("of an empty store say that nothing was written", () => {
    expect(readMarks([])).toBeNull();
  });

  it("lie outside every range of the port", () => {
    expect(markKey(0) < " " && MARK_RANGE.lt < " ").toBe(true);
    expect(markKey(2 ** 40) >= MARK_RANGE.gte && markKey(2 ** 40) < MARK_RANGE.lt).toBe(true);
  });
});
