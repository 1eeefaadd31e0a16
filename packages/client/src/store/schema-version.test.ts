import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nobleSuite } from "@kith/protocol";
import { describe, expect, it } from "vitest";
import { createRandom, MemoryStore } from "../testing/index.ts";
import { openLevelStore } from "./level-store.ts";
import { type Migration, migrateSchema, openVersionedStore, SCHEMA_KEY } from "./schema-version.ts";
import { createSealedStore } from "./sealed-store.ts";

const ALL = { gte: "", lt: "~" };
const VERSION_1 = Uint8Array.of(0, 0, 0, 1);
const VERSION_3 = Uint8Array.of(0, 0, 0, 3);

/** Version 2 doubles every byte under `n/`; version 3 moves `n/` to `m/`. */
const MIGRATIONS: readonly Migration[] = [
  {
    to: 3,
    range: { gte: "n/", lt: "n0" },
    migrate: (entries) => entries.flatMap(([key, value]) => [{ key }, { key: key.replace("n/", "m/"), value }]),
  },
  {
    to: 2,
    range: { gte: "n/", lt: "n0" },
    migrate: (entries) => entries.map(([key, value]) => ({ key, value: value.map((byte) => byte * 2) })),
  },
];

async function versionOneStore(): Promise<MemoryStore> {
  const store = new MemoryStore();
  await openVersionedStore({ open: async () => store, version: 1 });
  await store.commit([
    { key: "n/a", value: Uint8Array.of(1) },
    { key: "n/b", value: Uint8Array.of(2) },
  ]);
  return store;
}

describe("the schema version", () => {
  it("is written into a new store and found again", async () => {
    const store = new MemoryStore();
    await openVersionedStore({ open: async () => store, version: 3 });
    await migrateSchema(store, 3, []);
    expect(await store.entries(ALL)).toEqual([[SCHEMA_KEY, VERSION_3]]);
  });

  it("of a newer program makes an older one refuse the store and leave it as it is", async () => {
    const store = new MemoryStore();
    await openVersionedStore({ open: async () => store, version: 3 });
    const before = store.snapshot();
    const opening = openVersionedStore({ open: async () => store, version: 2, keepCopy: async () => expect.fail() });
    await expect(opening).rejects.toMatchObject({ code: "STORE_NEWER", failure: { found: 3, supported: 2 } });
    await expect(store.get("a")).rejects.toMatchObject({ code: "STORE_CLOSED" });
    expect(store.snapshot()).toEqual(before);
  });

  it("that is missing among entries, or unreadable, makes the store corrupt", async () => {
    for (const changes of [
      [{ key: "n/a", value: Uint8Array.of(1) }],
      [{ key: SCHEMA_KEY, value: Uint8Array.of(0, 0, 0, 0) }],
      [{ key: SCHEMA_KEY, value: Uint8Array.of(1) }],
    ]) {
      const store = new MemoryStore();
      await store.commit(changes);
      const before = store.snapshot();
      const opening = openVersionedStore({ open: async () => store, version: 1 });
      await expect(opening).rejects.toMatchObject({ code: "STORE_CORRUPT" });
      expect(store.snapshot()).toEqual(before);
    }
  });
});

describe("migrations", () => {
  it("run in order of their versions, each with its row", async () => {
    const store = await versionOneStore();
    await migrateSchema(store, 3, MIGRATIONS);
    expect(await store.entries(ALL)).toEqual([
      ["m/a", Uint8Array.of(2)],
      ["m/b", Uint8Array.of(4)],
      [SCHEMA_KEY, VERSION_3],
    ]);
    await migrateSchema(store, 3, MIGRATIONS);
    expect(await store.get("m/b")).toEqual(Uint8Array.of(4));
  });

  it("resume after a crash between two steps without running one twice", async () => {
    const store = await versionOneStore();
    await migrateSchema(store, 2, MIGRATIONS);
    await migrateSchema(store, 3, MIGRATIONS);
    expect(await store.get("m/b")).toEqual(Uint8Array.of(4));
  });

  it("write nothing of a step that fails", async () => {
    const store = await versionOneStore();
    const before = store.snapshot();
    store.failNextWrite();
    await expect(migrateSchema(store, 3, MIGRATIONS)).rejects.toMatchObject({ code: "STORE_FAILED" });
    expect(store.snapshot()).toEqual(before);
    await expect(migrateSchema(store, 2, [])).rejects.toThrow(RangeError);
    expect(store.snapshot()).toEqual(before);
  });

  it("run on a sealed store, whose version row stays in clear", async () => {
    const store = new MemoryStore();
    await openVersionedStore({ open: async () => store, version: 1 });
    const key = new Uint8Array(32).fill(1);
    const sealed = createSealedStore(store, { key, suite: nobleSuite, random: createRandom("migrate").bytes });
    await sealed.commit([{ key: "n/a", value: Uint8Array.of(5) }]);
    await migrateSchema(sealed, 2, MIGRATIONS);
    expect(await sealed.get("n/a")).toEqual(Uint8Array.of(10));
    expect(await store.get(SCHEMA_KEY)).toEqual(Uint8Array.of(0, 0, 0, 2));
  });

  it("keep a copy of the folder as it was, and do not start when it cannot be kept", async () => {
    const folder = await mkdtemp(join(tmpdir(), "kith-schema-"));
    const location = join(folder, "store");
    const copy = `${location}.v1`;
    const open = () => openLevelStore({ location });
    const first = await openVersionedStore({ open, version: 1 });
    await first.commit([{ key: "n/a", value: Uint8Array.of(7) }]);
    await first.close();
    const failing = openVersionedStore({ open, version: 2, keepCopy: () => Promise.reject(new Error("disk full")) });
    await expect(failing).rejects.toThrow("disk full");
    const keepCopy = (found: number) => cp(location, `${location}.v${found}`, { recursive: true });
    const second = await openVersionedStore({ open, version: 2, keepCopy });
    expect(await second.get(SCHEMA_KEY)).toEqual(VERSION_1);
    await migrateSchema(second, 2, MIGRATIONS);
    expect(await second.get("n/a")).toEqual(Uint8Array.of(14));
    await second.close();
    const kept = await openLevelStore({ location: copy });
    expect(await kept.get("n/a")).toEqual(Uint8Array.of(7));
    expect(await kept.get(SCHEMA_KEY)).toEqual(VERSION_1);
    await kept.close();
    await rm(folder, { recursive: true });
  });
});
