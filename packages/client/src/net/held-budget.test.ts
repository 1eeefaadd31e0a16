import { expect, test } from "vitest";
import { HeldBudget } from "./held-budget.ts";

const KIB = 1024;
const holder = (heldBytes: number) => ({ heldBytes });

test("streams hold what they like while all of them together are within the budget", () => {
  const budget = new HeldBudget(1000 * KIB);
  const streams = Array.from({ length: 10 }, () => holder(100 * KIB));
  expect(streams.map((each) => budget.isOver(each))).toEqual(streams.map(() => false));
});

test("beyond the budget a stream that holds more than most has to go, one that holds less stays", () => {
  const budget = new HeldBudget(1000 * KIB);
  const large = Array.from({ length: 3 }, () => holder(400 * KIB));
  const little = holder(20 * KIB);
  const outcomes = [little, ...large].map((each) => budget.isOver(each));
  expect(outcomes).toEqual([false, false, false, true]);
  expect(budget.isOver(little)).toBe(false);
  budget.forget(large[2] as ReturnType<typeof holder>);
  expect(budget.isOver(large[1] as ReturnType<typeof holder>)).toBe(false);
});

test("however many there are, one of those that hold most is over", () => {
  const budget = new HeldBudget(64 * 100 * KIB);
  const streams = Array.from({ length: 65 }, () => holder(100 * KIB));
  const over = streams.filter((each) => budget.isOver(each));
  expect(over).toEqual([streams[64]]);
});

test("what has left meanwhile does not count against anybody", () => {
  const budget = new HeldBudget(1000 * KIB);
  const first = holder(900 * KIB);
  expect(budget.isOver(first)).toBe(false);
  first.heldBytes = 0;
  expect(budget.isOver(holder(900 * KIB))).toBe(false);
});

test("streams that hold next to nothing do not count", () => {
  const budget = new HeldBudget(100 * KIB);
  const many = Array.from({ length: 1000 }, () => holder(10 * KIB));
  expect(many.some((each) => budget.isOver(each))).toBe(false);
});
