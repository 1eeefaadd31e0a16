import { describe, expect, test } from "vitest";
import { cryptoSuite } from "../index.ts";
import { createPendingView } from "../store/pending-view.ts";
import { createSealedStore } from "../store/sealed-store.ts";
import { createRandom, MemoryStore } from "../testing/index.ts";
import { BackupReader } from "./backup-reader.ts";
import { encodeHeader } from "./format.ts";

const COST = { memoryKiB: 8, passes: 1, lanes: 1 };
const LIMIT = 1000;

describe("a reader of backups", () => {
  test("refuses a file above its limit before it does any work, and writes nothing", async () => {
    const random = createRandom("large").bytes;
    const disk = new MemoryStore();
    const store = createSealedStore(createPendingView(disk), { key: random(32), suite: cryptoSuite, random });
    let hashed = 0;
    const argon2id = async (): Promise<Uint8Array> => {
      hashed += 1;
      return new Uint8Array(32);
    };
    const tools = { suite: cryptoSuite, random, argon2id };
    const reader = new BackupReader(tools, "seven green rivers", { store, nowMs: 0, maxBytes: LIMIT });
    await reader.append(encodeHeader({ version: 2, cost: COST, salt: random(16) }));
    await expect(reader.append(new Uint8Array(LIMIT))).rejects.toMatchObject({
      code: "BACKUP_TOO_LARGE",
      details: { limit: LIMIT },
    });
    expect([hashed, reader.doneBytes, disk.snapshot().size]).toEqual([0, 32, 0]);
  });
});
