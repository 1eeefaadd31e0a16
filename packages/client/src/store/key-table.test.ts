import { describe, expect, test } from "vitest";
import { cryptoSuite } from "#crypto-backend";
import { FakeClock } from "../testing/fake-clock.ts";
import { MemoryStore } from "../testing/memory-store.ts";
import { createMemoryTableKey } from "../testing/memory-table-key.ts";
import { createRandom } from "../testing/seeded-random.ts";
import { createErasableStore } from "./erasable-store.ts";
import { KeyTable } from "./key-table.ts";
import { createSealedStore } from "./sealed-store.ts";
import type { TableKeySource } from "./table-key.ts";

const random = createRandom("key-table").bytes;
const WORDS = new Uint8Array([1, 2, 3]);

function makeDisk() {
  const disk = new MemoryStore({ clock: new FakeClock() });
  const source = createMemoryTableKey(random);
  const open = (from: TableKeySource = source) => {
    const store = createSealedStore(disk, { key: new Uint8Array(32), suite: cryptoSuite, random });
    return KeyTable.open({ store, source: from, suite: cryptoSuite, random });
  };
  const storeOf = (keys: KeyTable) =>
    createErasableStore(createSealedStore(disk, { key: new Uint8Array(32), suite: cryptoSuite, random }), keys);
  return { disk, source, open, storeOf };
}

describe("the table of erasable keys", () => {
  test("goes to disk with the first batch that needs it, and opens what was sealed after a restart", async () => {
    const { open, storeOf } = makeDisk();
    const keys = await open();
    const sealed = keys.seal(keys.take("b/10", 10), "message/a", WORDS);
    await storeOf(keys).commit([{ key: "message/a", value: sealed }]);
    const again = await open();
    expect(again.open("message/a", sealed)).toEqual(WORDS);
    expect(again.current("b/10")?.untilMs).toBe(10);
    expect(() => again.open("message/b", sealed)).toThrow("STORE_TAMPERED");
  });

  test("gives one key for one purpose until it is renewed; the old one opens until it is dropped", async () => {
    const { open } = makeDisk();
    const keys = await open();
    const first = keys.take("s", 1);
    expect(keys.take("s", 2)).toBe(first);
    const sealed = keys.seal(first, "x", WORDS);
    const second = keys.renew("s", 2);
    expect(keys.take("s", 3)).toBe(second);
    expect(keys.open("x", sealed)).toEqual(WORDS);
    keys.drop([first]);
    expect(keys.open("x", sealed)).toBeNull();
    expect(keys.current("s")).toBe(second);
  });

  test("hands back rows that were never sealed as they are", async () => {
    const { open } = makeDisk();
    expect((await open()).open("x", WORDS)).toBe(WORDS);
  });

  test.each([0, 1, 2, 3])(
    "survives an erasure that is cut short after step %d, whole or without the key",
    async (steps) => {
      const { disk, source, open, storeOf } = makeDisk();
      const keys = await open();
      const gone = keys.take("b/10", 10);
      const kept = keys.take("b/20", 20);
      const rows = [keys.seal(gone, "x", WORDS), keys.seal(kept, "y", WORDS)] as const;
      await storeOf(keys).commit([]);
      await storeOf(keys).commit([{ key: "x", value: rows[0] }]);
      let left = steps;
      const step = async <T>(work: () => Promise<T>): Promise<T> => {
        left -= 1;
        return left < 0 ? new Promise<T>(() => undefined) : await work();
      };
      const cut: TableKeySource = {
        load: () => source.load(),
        make: (generation) =>
          step(async () => {
            const made = await source.make(generation);
            return { ...made, replace: () => step(() => made.replace()) };
          }),
      };
      const running = await open(cut);
      running.drop(running.keys().filter(({ purpose }) => purpose === "b/10"));
      await Promise.race([running.erase(), new Promise((resolve) => setImmediate(resolve))]);
      const next = await open();
      expect(next.open("y", rows[1])).toEqual(WORDS);
      if (steps >= 2) expect(next.open("x", rows[0])).toBeNull();
      expect([...disk.snapshot().keys()].filter((name) => name.startsWith("keys/"))).toHaveLength(1);
    },
  );

  test("is refused without its key, and with that of another store", async () => {
    const { open, storeOf } = makeDisk();
    const keys = await open();
    keys.take("s", 1);
    await storeOf(keys).commit([{ key: "a", value: WORDS }]);
    await expect(open(createMemoryTableKey(random))).rejects.toMatchObject({ failure: { code: "STORE_TAMPERED" } });
    const other = createMemoryTableKey(random);
    await (await other.make(1)).replace();
    await expect(open(other)).rejects.toMatchObject({ failure: { code: "STORE_TAMPERED" } });
    expect((await open()).current("s")).toBeDefined();
  });
});
