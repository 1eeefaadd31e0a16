import { expect, it } from "vitest";
import { RateTable } from "./rate-table.ts";

it("lets a burst through, then a rate, for each name alone", () => {
  const table = new RateTable({ perSecond: 2, burst: 3 }, 8);
  const taken = (name: string, atMs: number, tries: number): number =>
    Array.from({ length: tries }, () => table.take(name, atMs)).filter(Boolean).length;
  expect([taken("a", 0, 5), taken("b", 0, 5)]).toEqual([3, 3]);
  expect([taken("a", 1000, 5), taken("a", 1400, 5), taken("a", 60_000, 9)]).toEqual([2, 0, 3]);
});

it("remembers no more names than it may", () => {
  const table = new RateTable({ perSecond: 1, burst: 1 }, 2);
  expect(["a", "b", "c", "b", "a"].map((name) => table.take(name, 0))).toEqual([true, true, true, false, true]);
});
