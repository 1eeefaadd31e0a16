import { mkdir, readdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openLevelStore } from "@kith/client";
import { describe, expect, onTestFinished, test } from "vitest";
import { createFakeMetrics } from "../testing/fake-node.ts";
import { makeTemporaryFolder } from "../testing/temporary-folder.ts";
import { type MetricsSource, serveMetrics } from "./metrics-server.ts";
import { backUpRelay, restoreRelay } from "./relay-backup.ts";
import { createRelayLog } from "./relay-log.ts";
import { openWitnessFile, WITNESS_FILE } from "./witness-file.ts";

describe("metrics", () => {
  async function serve(source: Partial<MetricsSource> = {}): Promise<string> {
    const all = { metrics: () => createFakeMetrics(12), health: () => "ok" as const, peers: () => 4, ...source };
    const server = await serveMetrics(0, all);
    onTestFinished(() => server.close());
    return `http://127.0.0.1:${server.port}`;
  }

  test("are in the format of Prometheus: a name, a kind and a number each", async () => {
    const response = await fetch(`${await serve()}/metrics`);
    expect(response.headers.get("content-type")).toContain("version=0.0.4");
    const lines = (await response.text()).trimEnd().split("\n");
    expect(lines).toContain("kith_relay_queues 12");
    expect(lines).toContain("kith_relay_peers 4");
    expect(lines).toContain("# TYPE kith_relay_envelopes_stored_total counter");
    for (const line of lines) expect(line).toMatch(/^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+ [0-9.e+]+)$/);
  });

  test.each([
    ["ok", 200],
    ["disk-full", 503],
    ["store-failed", 503],
  ] as const)("a relay that is %s answers the health check with %i", async (health, status) => {
    const response = await fetch(`${await serve({ health: () => health })}/health`);
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ health });
  });

  test("other paths and methods are refused", async () => {
    const url = await serve();
    expect((await fetch(`${url}/`)).status).toBe(404);
    expect((await fetch(`${url}/metrics`, { method: "POST" })).status).toBe(405);
  });
});

describe("the log", () => {
  test("is one line an event, as text or as JSON", () => {
    const lines: string[] = [];
    for (const format of ["text", "json"] as const) {
      createRelayLog(
        format,
        (line) => lines.push(line),
        () => 0,
      )("info", "web.listening", { port: 443, name: "a b" });
    }
    expect(lines[0]).toBe('1970-01-01T00:00:00.000Z info web.listening port=443 name="a b"');
    expect(JSON.parse(lines[1] ?? "")).toEqual({
      at: "1970-01-01T00:00:00.000Z",
      level: "info",
      event: "web.listening",
      port: 443,
      name: "a b",
    });
  });
});

const value = (number: number): Uint8Array => new Uint8Array(200).fill(number);

async function openWitnessed(location: string) {
  await mkdir(location, { recursive: true });
  const witness = openWitnessFile(join(location, WITNESS_FILE), "lost");
  return openLevelStore({ location, acceptsDamage: true, witness });
}

async function fill(location: string, from: number, to: number): Promise<void> {
  const store = await openWitnessed(location);
  for (let i = from; i < to; i++) await store.commit([{ key: `k${String(i).padStart(4, "0")}`, value: value(i) }]);
  await store.close();
}

async function logOf(location: string): Promise<string> {
  const logs = (await readdir(location)).filter((name) => name.endsWith(".log"));
  return join(location, logs.sort().at(-1) ?? "");
}

describe("the witness of a store", () => {
  test("shows that the end of the store's log was cut off, once", async () => {
    const location = await makeTemporaryFolder();
    await fill(location, 0, 100);
    const log = await logOf(location);
    await truncate(log, Math.floor((await stat(log)).size / 2));
    const damaged = await openWitnessed(location);
    const left = (await damaged.entries({ gte: "k", lt: "l" })).length;
    expect(left).toBeLessThan(100);
    expect(damaged.missingBatches).toBe(100 - left);
    await damaged.close();
    const repaired = await openWitnessed(location);
    expect(repaired.missingBatches).toBe(0);
    await repaired.close();
  });

  test("says nothing when nothing is missing, after an orderly end and without one", async () => {
    const location = await makeTemporaryFolder();
    await fill(location, 0, 10);
    const store = await openWitnessed(location);
    expect(store.missingBatches).toBe(0);
    await store.close();
  });

  test.each(["removed", "cut", "changed"])("%s, it makes the store count as damaged", async (how) => {
    const location = await makeTemporaryFolder();
    await fill(location, 0, 10);
    const path = join(location, WITNESS_FILE);
    if (how === "removed") await rm(path);
    else if (how === "cut") await truncate(path, 9);
    else await writeFile(path, (await readFile(path)).fill(1, 6, 8));
    const store = await openWitnessed(location);
    expect(store.missingBatches).toBe(1);
    await store.close();
  });
});

describe("a back-up", () => {
  async function makeRelay(): Promise<string> {
    const folder = join(await makeTemporaryFolder(), "relay");
    await mkdir(folder);
    await writeFile(join(folder, "node.seed"), value(7).subarray(0, 32));
    await fill(join(folder, "queues"), 0, 20);
    return folder;
  }

  test("comes back whole, with its identity, and counts as one that misses what came later", async () => {
    const relay = await makeRelay();
    const [backup, back] = [join(relay, "../backup"), join(relay, "../back")];
    const copied = await backUpRelay(relay, backup);
    expect(copied.files).toBeGreaterThan(3);
    expect(await restoreRelay(backup, back)).toEqual(copied);
    expect(await readFile(join(back, "node.seed"))).toEqual(await readFile(join(relay, "node.seed")));
    const store = await openWitnessed(join(back, "queues"));
    expect((await store.entries({ gte: "k", lt: "l" })).length).toBe(20);
    expect(store.missingBatches).toBeGreaterThan(0);
    await store.close();
  });

  test("that was damaged is refused, and nothing is restored", async () => {
    const relay = await makeRelay();
    const [backup, back] = [join(relay, "../backup"), join(relay, "../back")];
    await backUpRelay(relay, backup);
    const log = await logOf(join(backup, "queues"));
    await writeFile(log, (await readFile(log)).fill(0, 10, 20));
    await expect(restoreRelay(backup, back)).rejects.toMatchObject({ code: "BACKUP" });
    await expect(stat(back)).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("goes nowhere but into an empty folder, comes only from one, and needs a relay", async () => {
    const relay = await makeRelay();
    const empty = join(relay, "../empty");
    const refusal = { code: "BACKUP" };
    await expect(backUpRelay(relay, relay)).rejects.toMatchObject(refusal);
    await expect(backUpRelay(empty, join(relay, "../other"))).rejects.toMatchObject(refusal);
    await expect(restoreRelay(empty, join(relay, "../other"))).rejects.toMatchObject(refusal);
    await backUpRelay(relay, join(relay, "../backup"));
    await expect(restoreRelay(join(relay, "../backup"), relay)).rejects.toMatchObject(refusal);
  });
});
