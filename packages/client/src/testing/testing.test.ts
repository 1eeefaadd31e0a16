import { describe, expect, it } from "vitest";
import { createSystemClock } from "../clock.ts";
import { StoreError } from "../store/store-error.ts";
import { CLOCK_CONFORMANCE, createRandom, FakeClock, MemoryStore, STORE_CONFORMANCE } from "./index.ts";

describe("FakeClock", () => {
  for (const each of CLOCK_CONFORMANCE) {
    it(each.name, async () => {
      const clock = new FakeClock();
      await each.run(async () => ({ clock, pass: (durationMs) => clock.advance(durationMs) }));
    });
  }

  it("runs due tasks in order, each at its own time, with continuations in between", async () => {
    const clock = new FakeClock({ nowMs: 1000 });
    const log: string[] = [];
    const note = (name: string) => log.push(`${name}@${clock.monotonicMs()}/${clock.nowMs()}`);
    clock.after(30, () => note("c"));
    clock.after(10, () => {
      note("a");
      Promise.resolve()
        .then(() => Promise.resolve())
        .then(() => clock.after(5, () => note("b")))
        .catch(note);
    });
    clock.after(10, () => note("a2"));
    await clock.advance(29);
    expect(log).toEqual(["a@10/1010", "a2@10/1010", "b@15/1015"]);
    expect([clock.monotonicMs(), clock.pendingCount, clock.nextDueMs()]).toEqual([29, 1, 30]);
    expect(await clock.runNext()).toBe(true);
    expect(await clock.runNext()).toBe(false);
    expect(log.at(-1)).toBe("c@30/1030");
  });

  it("lets the longest chain of promises end before the next task", async () => {
    const clock = new FakeClock();
    let steps = 0;
    const walk = async () => {
      for (let step = 0; step < 5000; step++) {
        await Promise.resolve();
        steps += 1;
      }
    };
    let stepsAtSecond = -1;
    clock.after(1, () => {
      walk().catch(() => expect.fail());
    });
    clock.after(2, () => {
      stepsAtSecond = steps;
    });
    await clock.advance(2);
    expect(stepsAtSecond).toBe(5000);
  });

  it("keeps monotonic time when the wall time is set back", async () => {
    const clock = new FakeClock({ nowMs: 5000 });
    clock.setWall(1);
    await clock.advance(10);
    expect([clock.nowMs(), clock.monotonicMs()]).toEqual([11, 10]);
    await expect(clock.advance(-1)).rejects.toThrow(RangeError);
    expect(clock.nowMs()).toBe(11);
  });
});

describe("the system clock", () => {
  const pass = (durationMs: number) => new Promise<void>((resolve) => setTimeout(resolve, durationMs));
  for (const each of CLOCK_CONFORMANCE) {
    it(each.name, () => each.run(async () => ({ clock: createSystemClock(), pass })));
  }
});

describe("MemoryStore", () => {
  for (const each of STORE_CONFORMANCE) {
    it(each.name, () =>
      each.run(async () => {
        const store = new MemoryStore();
        const reopen = async () => {
          store.reopen();
          return store;
        };
        return { store, reopen };
      }),
    );
  }

  it("loses what was not durable when the power is cut, and nothing else", async () => {
    const clock = new FakeClock();
    const store = new MemoryStore({ clock, commitDelayMs: () => 10 });
    const durable = store.commit([{ key: "a", value: Uint8Array.of(1) }]);
    await clock.advance(10);
    await durable;
    const settled: string[] = [];
    const lost = store.commit([{ key: "b", value: Uint8Array.of(2) }]);
    lost.then(
      () => settled.push("resolved"),
      () => settled.push("rejected"),
    );
    await clock.advance(5);
    store.crash();
    await expect(store.get("a")).rejects.toMatchObject({ code: "STORE_CLOSED" });
    await expect(store.commit([{ key: "d", value: Uint8Array.of(4) }])).rejects.toMatchObject({ code: "STORE_CLOSED" });
    await store.close();
    await clock.advance(100);
    store.reopen();
    expect(settled).toEqual([]);
    expect([...store.snapshot().keys()]).toEqual(["a"]);
    const after = store.commit([{ key: "c", value: Uint8Array.of(3) }]);
    await clock.advance(10);
    await after;
    expect([...store.snapshot().keys()]).toEqual(["a", "c"]);
  });

  it("goes back to a snapshot, as a restored backup does", async () => {
    const store = new MemoryStore();
    await store.commit([{ key: "a", value: Uint8Array.of(1) }]);
    const snapshot = store.snapshot();
    await store.commit([
      { key: "a", value: Uint8Array.of(2) },
      { key: "b", value: Uint8Array.of(3) },
    ]);
    store.restore(snapshot);
    expect(await store.entries({ gte: "", lt: "~" })).toEqual([["a", Uint8Array.of(1)]]);
    expect(await new MemoryStore({ snapshot }).get("a")).toEqual(Uint8Array.of(1));
  });

  it("refuses every commit after a failed write until it is opened again", async () => {
    const store = new MemoryStore();
    await store.commit([{ key: "a", value: Uint8Array.of(1) }]);
    store.failNextWrite();
    await expect(store.commit([{ key: "a", value: Uint8Array.of(2) }])).rejects.toThrow(StoreError);
    await expect(store.commit([{ key: "a", value: Uint8Array.of(3) }])).rejects.toMatchObject({ code: "STORE_FAILED" });
    expect(await store.get("a")).toEqual(Uint8Array.of(1));
    store.reopen();
    await store.commit([{ key: "a", value: Uint8Array.of(4) }]);
    expect(await store.get("a")).toEqual(Uint8Array.of(4));
  });
});

describe("createRandom", () => {
  it("repeats with its seed and differs between seeds and forks", () => {
    const draw = (seed: string) => {
      const random = createRandom(seed);
      return [...random.bytes(8), random.below(1000), random.pick(["a", "b", "c"]), random.chance(0.5)];
    };
    expect(draw("one")).toEqual(draw("one"));
    expect(draw("one")).not.toEqual(draw("two"));
    const root = createRandom("one");
    expect(root.fork("x").bytes(8)).toEqual(createRandom("one").fork("x").bytes(8));
    expect(root.fork("x").bytes(8)).not.toEqual(root.fork("y").bytes(8));
  });

  it("draws within its limits and refuses others", () => {
    const random = createRandom("limits");
    const draws = Array.from({ length: 500 }, () => random.below(3));
    expect(new Set(draws)).toEqual(new Set([0, 1, 2]));
    expect([random.chance(0), random.chance(1)]).toEqual([false, true]);
    expect(() => random.below(0)).toThrow(RangeError);
    expect(() => random.pick([])).toThrow(RangeError);
  });
});
