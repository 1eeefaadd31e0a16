import { execFile, spawn } from "node:child_process";
import { mkdtemp, open, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import type { Store } from "../ports.ts";
import { STORE_CONFORMANCE } from "../testing/index.ts";
import { openLevelStore } from "./level-store.ts";

const ALL = { gte: "", lt: "~" };
const folders: string[] = [];

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "kith-store-"));
  folders.push(folder);
  return join(folder, "store");
}

afterEach(async () => {
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })));
});

const keyOf = (index: number) => `k/${String(index).padStart(4, "0")}`;
const blockOf = (index: number) => new Uint8Array(1024).fill(index);

/** Writes `count` values of 1 KiB in single commits. */
async function fill(store: Store, count: number): Promise<void> {
  for (let index = 0; index < count; index++) await store.commit([{ key: keyOf(index), value: blockOf(index) }]);
}

/** The newest write-ahead log of a closed store. */
async function logOf(location: string): Promise<string> {
  const names = (await readdir(location)).filter((name) => name.endsWith(".log")).sort();
  return join(location, names.at(-1) as string);
}

describe("LevelStore", () => {
  for (const each of STORE_CONFORMANCE) {
    it(each.name, () =>
      each.run(async () => {
        const location = await newFolder();
        const store = await openLevelStore({ location });
        const reopen = async () => {
          await store.close();
          return await openLevelStore({ location });
        };
        return { store, reopen };
      }),
    );
  }

  it("writes many concurrent commits in few synced batches", async () => {
    const store = await openLevelStore({ location: await newFolder() });
    await Promise.all(
      Array.from({ length: 257 }, (_, index) => store.commit([{ key: keyOf(index), value: blockOf(1) }])),
    );
    // The first starts alone; the 256 that waited for it fill two batches of 128.
    expect(store.writeCount).toBe(3);
    expect(await store.entries(ALL)).toHaveLength(257);
    await store.close();
  });

  it("answers with arrays that are no Buffers", async () => {
    const store = await openLevelStore({ location: await newFolder() });
    await store.commit([{ key: "a", value: blockOf(1) }]);
    expect(Object.getPrototypeOf(await store.get("a"))).toBe(Uint8Array.prototype);
    expect(Object.getPrototypeOf((await store.entries(ALL))[0]?.[1])).toBe(Uint8Array.prototype);
    await store.close();
  });

  it("is locked for a second instance and opens once the first is closed", async () => {
    const location = await newFolder();
    const first = await openLevelStore({ location });
    await first.commit([{ key: "a", value: blockOf(1) }]);
    await expect(openLevelStore({ location })).rejects.toMatchObject({ code: "STORE_LOCKED" });
    expect(await first.get("a")).toEqual(blockOf(1));
    await first.close();
    const second = await openLevelStore({ location });
    expect(await second.get("a")).toEqual(blockOf(1));
    await second.close();
  });

  it("is locked while another process has it open", async () => {
    const location = await newFolder();
    const level = createRequire(import.meta.url).resolve("level");
    const program = `const { Level } = require(${JSON.stringify(level)});
      new Level(${JSON.stringify(location)}).open().then(() => process.stdout.write("open"));
      process.stdin.resume();`;
    const other = spawn(process.execPath, ["-e", program], { stdio: ["pipe", "pipe", "inherit"] });
    await new Promise((resolve) => other.stdout.once("data", resolve));
    await expect(openLevelStore({ location })).rejects.toMatchObject({ code: "STORE_LOCKED" });
    const exited = new Promise((resolve) => other.once("exit", resolve));
    other.kill("SIGKILL");
    await exited;
    const store = await openLevelStore({ location });
    await store.close();
  });

  it("keeps what was committed when the process is killed", async () => {
    const location = await newFolder();
    const module = JSON.stringify(new URL("./level-store.ts", import.meta.url).href);
    const program = `const { openLevelStore } = await import(${module});
      const store = await openLevelStore({ location: ${JSON.stringify(location)} });
      await store.commit([{ key: "a", value: Uint8Array.of(7) }]);
      process.kill(process.pid, "SIGKILL");`;
    const run = promisify(execFile)(process.execPath, ["--conditions=source", "--input-type=module", "-e", program]);
    await expect(run).rejects.toMatchObject({ signal: "SIGKILL" });
    const store = await openLevelStore({ location });
    expect(await store.get("a")).toEqual(Uint8Array.of(7));
    await store.close();
  });
});

describe("a damaged LevelStore", () => {
  it("reports a hole in its log instead of opening without the lost batches", async () => {
    const location = await newFolder();
    const store = await openLevelStore({ location });
    await fill(store, 200);
    await store.close();
    await flipBit(await logOf(location), 0.25);
    await expect(openLevelStore({ location })).rejects.toMatchObject({ code: "STORE_CORRUPT" });
    const damaged = await openLevelStore({ location, acceptsDamage: true });
    const left = await damaged.entries(ALL);
    expect(left.length).toBeLessThan(200);
    expect(damaged.missingBatches).toBe(200 - left.length);
    for (const [key, value] of left) expect(value).toEqual(blockOf(Number(key.slice(2))));
    await damaged.close();
    const repaired = await openLevelStore({ location });
    expect(repaired.missingBatches).toBe(0);
    await repaired.close();
  });

  it("reports a hole far behind its newest batches, at every opening", async () => {
    const location = await newFolder();
    const store = await openLevelStore({ location });
    await fill(store, 400);
    await store.close();
    await flipBit(await logOf(location), 0.3);
    await expect(openLevelStore({ location })).rejects.toMatchObject({ code: "STORE_CORRUPT" });
    await expect(openLevelStore({ location })).rejects.toMatchObject({ code: "STORE_CORRUPT" });
  });

  it("shows an earlier state, whole batches only, when the end of its log is cut off", async () => {
    const location = await newFolder();
    const store = await openLevelStore({ location });
    await fill(store, 200);
    await store.close();
    const log = await logOf(location);
    const file = await open(log, "r+");
    await file.truncate(Math.floor((await stat(log)).size / 2));
    await file.close();
    const cut = await openLevelStore({ location });
    const left = await cut.entries(ALL);
    expect(left.length).toBeGreaterThan(0);
    expect(left.map(([key]) => key)).toEqual(Array.from({ length: left.length }, (_, index) => keyOf(index)));
    await cut.close();
  });

  it("is refused when its manifest is gone or unreadable", async () => {
    const location = await newFolder();
    const store = await openLevelStore({ location });
    await fill(store, 3);
    await store.close();
    await writeFile(join(location, "CURRENT"), "nonsense");
    await expect(openLevelStore({ location })).rejects.toMatchObject({ code: "STORE_CORRUPT" });
  });
});

async function flipBit(path: string, position: number): Promise<void> {
  const content = await readFile(path);
  const offset = Math.floor(content.length * position);
  content[offset] = (content[offset] as number) ^ 1;
  await writeFile(path, content);
}
