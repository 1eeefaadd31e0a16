import type { DeviceId } from "@kith/protocol";
import { describe, expect, test } from "vitest";
import { cryptoSuite } from "#crypto-backend";
import { FakeClock, MemoryStore } from "../testing/index.ts";
import { Registers } from "./registers.ts";

const here = "aa".repeat(32) as DeviceId;
const there = "bb".repeat(32) as DeviceId;
const one = Uint8Array.of(1);
const two = Uint8Array.of(2);

async function open(store = new MemoryStore({ clock: new FakeClock() })) {
  const registers = new Registers(store, cryptoSuite);
  await registers.load();
  return { registers, store };
}

describe("a register", () => {
  test("is told once for each change, each time with a later stamp, whatever the clock says", async () => {
    const { registers } = await open();
    const first = registers.stampChange("s", one, { atMs: 100, by: here });
    expect(first?.stamp).toEqual({ atMs: 100, by: here });
    expect(registers.stampChange("s", one, { atMs: 200, by: here })).toBeNull();
    expect(registers.stampChange("s", two, { atMs: 50, by: here })?.stamp).toEqual({ atMs: 101, by: here });
  });

  test("takes a later stamp, and of one time that of the higher device", async () => {
    const { registers } = await open();
    registers.note("s", one, { atMs: 100, by: here });
    expect(registers.isLater("s", { atMs: 99, by: there }, one)).toBe(false);
    expect(registers.isLater("s", { atMs: 100, by: there }, one)).toBe(true);
    expect(registers.isLater("s", { atMs: 100, by: here }, one)).toBe(false);
    expect(registers.isLater("other", { atMs: 1, by: there }, null)).toBe(true);
  });

  test("keeps what was changed here and not told yet", async () => {
    const { registers } = await open();
    registers.note("s", one, { atMs: 100, by: here });
    expect(registers.isLater("s", { atMs: 1000, by: there }, two)).toBe(false);
  });

  test("is the same after a restart", async () => {
    const { registers, store } = await open();
    await store.commit([registers.note("s", one, { atMs: 100, by: there })]);
    const again = (await open(store)).registers;
    expect(again.stampOf("s")).toEqual({ atMs: 100, by: there });
    expect(again.stampChange("s", one, { atMs: 200, by: here })).toBeNull();
  });
});
