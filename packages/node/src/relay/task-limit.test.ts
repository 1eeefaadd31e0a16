import { expect, test } from "vitest";
import { TaskLimit } from "./task-limit.ts";

/** Tasks that end when told, and how many ran at once at most. */
function makeTasks(limit: TaskLimit) {
  const ends: (() => void)[] = [];
  const seen = { running: 0, most: 0, begun: [] as number[] };
  const start = (name: number) =>
    limit.run(async () => {
      seen.begun.push(name);
      seen.running += 1;
      seen.most = Math.max(seen.most, seen.running);
      await new Promise<void>((resolve) => ends.push(resolve));
      seen.running -= 1;
      return name;
    });
  return { start, seen, endOne: () => ends.shift()?.() };
}

test("no more tasks run at once than the limit, and those that wait begin in their order", async () => {
  const { start, seen, endOne } = makeTasks(new TaskLimit(3));
  const results = Promise.all([1, 2, 3, 4, 5, 6, 7].map(start));
  for (let ended = 0; ended < 7; ended++) {
    await expect.poll(() => seen.running, { interval: 1 }).toBe(Math.min(3, 7 - ended));
    endOne();
  }
  expect(await results).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(seen).toMatchObject({ most: 3, begun: [1, 2, 3, 4, 5, 6, 7] });
});

test("a task that fails gives its place to the next", async () => {
  const limit = new TaskLimit(1);
  const failed = limit.run(async () => {
    throw new RangeError("no");
  });
  const next = limit.run(async () => "next");
  await expect(failed).rejects.toThrow("no");
  expect(await next).toBe("next");
  expect(await limit.run(async () => "later")).toBe("later");
});
