import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openLevelStore, type Store } from "@kith/client";
import { FakeClock, MemoryStore } from "@kith/client/testing";
import { nobleSuite } from "@kith/protocol";
import { describe, onTestFinished, test } from "vitest";
import { EmbeddedQueues } from "./embedded-queues.ts";
import { DAY_MS } from "./relay-limits.ts";
import { StableTime } from "./stable-time.ts";
import {
  CONFORMANCE_BOUNDS,
  QUEUE_STORAGE_CONFORMANCE,
  type QueueStorageFixture,
} from "./testing/queue-storage-conformance.ts";

/** Embedded queues over a store that is opened again and again. */
async function makeFixture(open: () => Promise<Store>): Promise<QueueStorageFixture> {
  const clock = new FakeClock();
  let store = await open();
  const start = async (isDamaged = false): Promise<EmbeddedQueues> => {
    const queues = new EmbeddedQueues({
      store,
      clock,
      time: new StableTime(clock),
      suite: nobleSuite,
      bounds: CONFORMANCE_BOUNDS,
    });
    await queues.start(isDamaged);
    return queues;
  };
  return {
    storage: await start(),
    passDays: (days) => clock.advance(days * DAY_MS),
    async reopen(isDamaged) {
      await store.close();
      store = await open();
      return await start(isDamaged);
    },
    close: () => store.close(),
  };
}

describe("queues over a store in memory", () => {
  const make = (): Promise<QueueStorageFixture> => {
    let disk = new MemoryStore();
    return makeFixture(async () => {
      disk = new MemoryStore({ snapshot: disk.snapshot() });
      return disk;
    });
  };
  for (const each of QUEUE_STORAGE_CONFORMANCE) test(each.name, () => each.run(make));
});

describe("queues over LevelDB", () => {
  const make = async (): Promise<QueueStorageFixture> => {
    const location = await mkdtemp(join(tmpdir(), "kith-queues-"));
    onTestFinished(() => rm(location, { recursive: true, force: true, maxRetries: 3 }));
    return makeFixture(() => openLevelStore({ location }));
  };
  for (const each of QUEUE_STORAGE_CONFORMANCE) test(each.name, () => each.run(make));
});
