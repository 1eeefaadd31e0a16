import { nobleSuite, toHex } from "@kith/protocol";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom, MemoryStore, STORE_CONFORMANCE } from "../testing/index.ts";
import { CLEAR_PREFIX, createSealedStore, type SealedStore } from "./sealed-store.ts";

const ALL = { gte: "", lt: "~" };
const KEY = new Uint8Array(32).fill(42);

function sealedOver(inner: MemoryStore, key: Uint8Array = KEY): SealedStore {
  return createSealedStore(inner, { key, suite: nobleSuite, random: createRandom("sealed").bytes });
}

async function filled(): Promise<{ readonly inner: MemoryStore; readonly sealed: SealedStore }> {
  const inner = new MemoryStore();
  const sealed = sealedOver(inner);
  await sealed.commit([
    { key: "m/1", value: Uint8Array.of(1, 2, 3) },
    { key: "m/2", value: Uint8Array.of(1, 2, 3) },
  ]);
  return { inner, sealed };
}

describe("SealedStore", () => {
  for (const each of STORE_CONFORMANCE) {
    it(each.name, () =>
      each.run(async () => {
        const inner = new MemoryStore();
        const reopen = async () => {
          inner.reopen();
          return sealedOver(inner);
        };
        return { store: sealedOver(inner), reopen };
      }),
    );
  }

  it("shows neither contents nor equality of values on disk", async () => {
    const { inner } = await filled();
    const [first, second] = [...inner.snapshot().values()].map(toHex) as [string, string];
    expect(first).not.toBe(second);
    expect(first).not.toContain("010203");
    expect(first.length / 2).toBe(24 + 3 + 16);
  });

  it("refuses a value with any bit changed, in get and in entries, and leaves it as it is", async () => {
    const { inner, sealed } = await filled();
    const value = (await inner.get("m/1")) as Uint8Array;
    const property = fc.asyncProperty(fc.nat(value.length * 8 - 1), async (bit) => {
      const changed = value.slice();
      changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
      await inner.commit([{ key: "m/1", value: changed }]);
      const failure = { code: "STORE_TAMPERED", key: "m/1" };
      await expect(sealed.get("m/1")).rejects.toMatchObject({ failure });
      await expect(sealed.entries(ALL)).rejects.toMatchObject({ failure });
      expect(await inner.get("m/1")).toEqual(changed);
    });
    await fc.assert(property, { numRuns: 20 });
  });

  it("refuses a value moved to another key, one cut short, and one in clear", async () => {
    const { inner, sealed } = await filled();
    const [first, second] = [await inner.get("m/1"), await inner.get("m/2")] as [Uint8Array, Uint8Array];
    await inner.commit([
      { key: "m/1", value: second },
      { key: "m/2", value: first },
    ]);
    await expect(sealed.get("m/1")).rejects.toMatchObject({ code: "STORE_TAMPERED" });
    await expect(sealed.get("m/2")).rejects.toMatchObject({ code: "STORE_TAMPERED" });
    for (const value of [first.subarray(0, 39), first.subarray(0, 10), new Uint8Array(0), Uint8Array.of(1, 2, 3)]) {
      await inner.commit([{ key: "m/1", value }]);
      await expect(sealed.get("m/1")).rejects.toMatchObject({ code: "STORE_TAMPERED" });
    }
  });

  it("opens nothing under another key", async () => {
    const { inner } = await filled();
    const other = sealedOver(inner, new Uint8Array(32).fill(43));
    await expect(other.get("m/1")).rejects.toMatchObject({ code: "STORE_TAMPERED" });
    expect(() => sealedOver(inner, new Uint8Array(31))).toThrow(RangeError);
  });

  it("keeps rows that are read before unlocking in clear", async () => {
    const { inner, sealed } = await filled();
    await sealed.commit([{ key: `${CLEAR_PREFIX}x`, value: Uint8Array.of(9) }]);
    expect(await inner.get(`${CLEAR_PREFIX}x`)).toEqual(Uint8Array.of(9));
    expect(await sealed.get(`${CLEAR_PREFIX}x`)).toEqual(Uint8Array.of(9));
  });

  it("hides a name in a key the same way each time, and differently in another store", async () => {
    const hidden = sealedOver(new MemoryStore()).hideKey("@alice");
    expect(hidden).toMatch(/^[0-9a-f]{32}$/);
    expect(sealedOver(new MemoryStore()).hideKey("@alice")).toBe(hidden);
    expect(sealedOver(new MemoryStore()).hideKey("@bob")).not.toBe(hidden);
    expect(sealedOver(new MemoryStore(), new Uint8Array(32)).hideKey("@alice")).not.toBe(hidden);
  });
});
