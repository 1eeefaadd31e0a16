import { expect, test } from "vitest";
import { IdleLock } from "./idle-lock.ts";
import { FakeClock } from "./testing/index.ts";

const MINUTE_MS = 60_000;

function setUp() {
  const clock = new FakeClock();
  const locked: number[] = [];
  const lock = new IdleLock(clock, () => locked.push(clock.monotonicMs()));
  return { clock, locked, lock };
}

test("locks once, after the time without use", async () => {
  const { clock, locked, lock } = setUp();
  lock.set(5 * MINUTE_MS);
  await clock.advance(5 * MINUTE_MS - 1);
  expect(locked).toEqual([]);
  await clock.advance(1);
  expect(locked).toEqual([5 * MINUTE_MS]);
  await clock.advance(60 * MINUTE_MS);
  expect(locked.length).toBe(1);
  expect(clock.pendingCount).toBe(0);
});

test("counts what people do as use, and not what pages do by themselves", async () => {
  const { clock, locked, lock } = setUp();
  lock.set(2 * MINUTE_MS);
  await clock.advance(MINUTE_MS);
  lock.note("message.send");
  await clock.advance(MINUTE_MS);
  for (const method of ["relay.list", "chat.list", "message.list", "message.markRead"] as const) lock.note(method);
  await clock.advance(MINUTE_MS - 1);
  expect(locked).toEqual([]);
  await clock.advance(1);
  expect(locked).toEqual([3 * MINUTE_MS]);
});

test("a machine that slept locks when it wakes, and a clock that was set back does not lengthen the wait", async () => {
  const slept = setUp();
  slept.lock.set(5 * MINUTE_MS);
  slept.clock.setWall(slept.clock.nowMs() + 60 * MINUTE_MS);
  await slept.clock.advance(15_000);
  expect(slept.locked.length).toBe(1);
  const setBack = setUp();
  setBack.lock.set(5 * MINUTE_MS);
  setBack.clock.setWall(setBack.clock.nowMs() - 600 * MINUTE_MS);
  await setBack.clock.advance(5 * MINUTE_MS);
  expect(setBack.locked.length).toBe(1);
});

test("watches no more once it is told so", async () => {
  const { clock, locked, lock } = setUp();
  lock.set(MINUTE_MS);
  lock.set(undefined);
  lock.note("message.send");
  await clock.advance(60 * MINUTE_MS);
  expect(locked).toEqual([]);
  expect(clock.pendingCount).toBe(0);
});
