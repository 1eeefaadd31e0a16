import { describe, expect, test } from "vitest";
import type { StoreChange, StoreRange } from "../ports.ts";
import { FakeClock, MemoryStore, STORE_CONFORMANCE } from "../testing/index.ts";
import { createPendingView } from "./pending-view.ts";
import { StoreError } from "./store-error.ts";

const ALL: StoreRange = { gte: "", lt: "~" };
const put = (key: string, value: number): StoreChange => ({ key, value: Uint8Array.of(value) });

function makeSlowStore() {
  const clock = new FakeClock();
  const inner = new MemoryStore({ clock, commitDelayMs: () => 10 });
  return { clock, inner, store: createPendingView(inner) };
}

async function dump(store: Pick<MemoryStore, "entries">, range: StoreRange = ALL): Promise<string> {
  return (await store.entries(range)).map(([key, value]) => `${key}=${value[0]}`).join(" ");
}

describe("the rules of the port", () => {
  test.each(STORE_CONFORMANCE)("$name", async ({ run }) => {
    await run(async () => ({ store: createPendingView(new MemoryStore()) }));
  });
});

test("a commit is seen by reads before it is on disk, and by nobody else", async () => {
  const { clock, inner, store } = makeSlowStore();
  const first = store.commit([put("a", 1), put("b", 2)]);
  const second = store.commit([put("b", 3), { key: "a" }, put("c", 4)]);
  expect((await store.get("b"))?.[0]).toBe(3);
  expect(await store.get("a")).toBeUndefined();
  expect(await dump(store)).toBe("b=3 c=4");
  expect(await dump(inner)).toBe("");
  await clock.advance(100);
  await Promise.all([first, second]);
  expect(await dump(inner)).toBe("b=3 c=4");
  expect(await dump(store)).toBe("b=3 c=4");
});

test("a limited range stays full when waiting commits delete and add inside of it", async () => {
  const { clock, store } = makeSlowStore();
  const first = store.commit(["a", "b", "c", "d", "e"].map((key, index) => put(key, index)));
  await clock.advance(100);
  await first;
  const second = store.commit([{ key: "a" }, { key: "e" }, put("bb", 9), put("z", 8)]);
  expect(await dump(store, { ...ALL, limit: 3 })).toBe("b=1 bb=9 c=2");
  expect(await dump(store, { gte: "a", lt: "f", limit: 3, reverse: true })).toBe("d=3 c=2 bb=9");
  expect(await dump(store, { ...ALL, limit: 0 })).toBe("");
  await clock.advance(100);
  await second;
});

test("changing an answer changes nothing that waits", async () => {
  const { clock, store } = makeSlowStore();
  const written = store.commit([put("a", 1)]);
  (await store.get("a"))?.fill(9);
  for (const [, value] of await store.entries(ALL)) value.fill(9);
  await clock.advance(100);
  await written;
  expect(await dump(store)).toBe("a=1");
});

test("a commit that failed is no longer seen", async () => {
  const { clock, inner, store } = makeSlowStore();
  inner.failNextWrite();
  const failing = expect(store.commit([put("a", 1)])).rejects.toThrow(StoreError);
  expect(await dump(store)).toBe("a=1");
  await clock.advance(100);
  await failing;
  expect(await dump(store)).toBe("");
});
