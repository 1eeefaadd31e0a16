import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openLevelStore } from "@kith/client";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openAccountStore, openRelayStore } from "./node-stores.ts";

/** The row of the version, as docs and other tests know it. */
const SCHEMA_KEY = "meta/schema";

const ROW = { key: "q/1", value: Uint8Array.of(1) };

let folder = "";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kith-stores-"));
});

afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));

/** A relay's store with a row, whose version row is then changed as damage would. */
async function makeStore(name: string, version: Uint8Array | undefined): Promise<void> {
  const made = name === "queues" ? await openRelayStore(folder, name) : await openAccountStore(folder);
  await made.commit([ROW]);
  await made.close();
  const bare = await openLevelStore({ location: join(folder, name), acceptsDamage: true });
  await bare.commit([version === undefined ? { key: SCHEMA_KEY } : { key: SCHEMA_KEY, value: version }]);
  await bare.close();
}

describe("a relay's store whose version cannot be read", () => {
  test.each([
    ["is gone", undefined],
    ["is zero", new Uint8Array(4)],
    ["has another length", new Uint8Array(3)],
  ])("because its row %s opens with what it holds, as damaged once and as whole the next time", async (_, version) => {
    await makeStore("queues", version);
    const opened = await openRelayStore(folder, "queues");
    expect(opened.missingBatches).toBeGreaterThan(0);
    expect(await opened.get(ROW.key)).toEqual(ROW.value);
    await opened.close();
    const again = await openRelayStore(folder, "queues");
    expect(again.missingBatches).toBe(0);
    expect(await again.get(ROW.key)).toEqual(ROW.value);
    await again.close();
  });

  test("because a table was damaged opens with what is left", async () => {
    const made = await openRelayStore(folder, "queues");
    await made.commit([ROW]);
    await made.close();
    for (let turn = 0; turn < 2; turn++) await (await openRelayStore(folder, "queues")).close();
    const location = join(folder, "queues");
    const tables = (await readdir(location)).filter((each) => each.endsWith(".ldb"));
    expect(tables.length).toBeGreaterThan(0);
    for (const table of tables) await writeFile(join(location, table), new Uint8Array(100));
    const opened = await openRelayStore(folder, "queues");
    expect(opened.missingBatches).toBeGreaterThan(0);
    await opened.close();
  });

  test("and says a newer one is refused by name, and left as it is", async () => {
    await makeStore("queues", Uint8Array.of(0, 0, 0, 2));
    for (let turn = 0; turn < 2; turn++) {
      await expect(openRelayStore(folder, "queues")).rejects.toMatchObject({ code: "STORE_NEWER" });
    }
  });
});

test("a person's store whose version cannot be read is refused", async () => {
  await makeStore("account", new Uint8Array(4));
  await expect(openAccountStore(folder)).rejects.toMatchObject({ code: "STORE_CORRUPT" });
});
