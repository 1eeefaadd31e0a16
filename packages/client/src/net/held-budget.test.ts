import { expect, test } from "vitest";
import { HeldBudget } from "./held-budget.ts";

const KIB = 1024;

/** A stream that holds what it is told to hold. */
class FakeHolder {
  heldBytes: number;
  isGone = false;

  constructor(heldBytes: number) {
    this.heldBytes = heldBytes;
  }

  letGo(): void {
    this.isGone = true;
  }
}

const goneOf = (all: readonly FakeHolder[]) => all.map(({ isGone }) => isGone);
const many = (count: number, heldBytes: number) => Array.from({ length: count }, () => new FakeHolder(heldBytes));

test("streams hold what they like while all of them together are within the budget", () => {
  const budget = new HeldBudget(1000 * KIB);
  const streams = many(10, 100 * KIB);
  for (const each of streams) budget.note(each);
  expect(goneOf(streams)).not.toContain(true);
});

test("beyond the budget those that hold most have to go, and those that hold less stay", () => {
  const budget = new HeldBudget(1000 * KIB);
  const [small, large, larger] = [200, 400, 500].map((each) => new FakeHolder(each * KIB)) as [
    FakeHolder,
    FakeHolder,
    FakeHolder,
  ];
  for (const each of [larger, large, small]) budget.note(each);
  expect(goneOf([small, large, larger])).toEqual([false, false, true]);
});

test("a stream that fell silent is let go as well when others bring all of them over the budget", () => {
  const budget = new HeldBudget(1000 * KIB);
  const silent = new FakeHolder(900 * KIB);
  budget.note(silent);
  const quick = many(20, 20 * KIB);
  for (const each of quick) budget.note(each);
  expect(silent.isGone).toBe(true);
  expect(goneOf(quick)).not.toContain(true);
});

test("however many grow at the same time, together they stay within the budget", () => {
  const budget = new HeldBudget(64 * 100 * KIB);
  const streams = many(90, 0);
  for (let step = 0; step < 50; step++) {
    for (const each of streams) {
      if (each.isGone) continue;
      each.heldBytes += 64 * KIB;
      budget.note(each);
    }
    const held = streams.reduce((sum, each) => sum + (each.isGone ? 0 : each.heldBytes), 0);
    expect(held).toBeLessThanOrEqual(64 * 100 * KIB);
  }
  expect(goneOf(streams)).toContain(false);
});

test("what has left meanwhile does not count against anybody", () => {
  const budget = new HeldBudget(1000 * KIB);
  const [first, second] = [new FakeHolder(900 * KIB), new FakeHolder(900 * KIB)];
  budget.note(first);
  first.heldBytes = 0;
  budget.note(second);
  expect(goneOf([first, second])).toEqual([false, false]);
});

test("streams that hold next to nothing do not count", () => {
  const budget = new HeldBudget(100 * KIB);
  const streams = many(1000, 10 * KIB);
  for (const each of streams) budget.note(each);
  expect(goneOf(streams)).not.toContain(true);
});
