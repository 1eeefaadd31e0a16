/** The floor of the disk: what LevelDB itself does with synced writes, without anything of Kith. */
import { join } from "node:path";
import { Level } from "level";
import { median } from "../report.ts";

/** What the disk allows. */
export interface SyncedRate {
  /** Puts of 1 KiB a second, 32 in each synced batch. */
  readonly putsPerSecond: number;
  /** A synced batch of one put, median, in ms. */
  readonly lonePutMs: number;
}

const VALUE_BYTES = 1024;
const PUTS_PER_BATCH = 32;
const BATCHES = 300;

/** Measures in a fresh folder. */
export async function takeSyncedRate(folder: string): Promise<SyncedRate> {
  const database = new Level<string, Uint8Array>(join(folder, "synced-batch"), { valueEncoding: "view" });
  await database.open();
  let count = 0;
  const write = async (puts: number): Promise<number> => {
    const operations = Array.from({ length: puts }, () => {
      count += 1;
      return { type: "put" as const, key: String(count).padStart(12, "0"), value: Buffer.alloc(VALUE_BYTES, count) };
    });
    const startedMs = performance.now();
    await database.batch(operations, { sync: true });
    return performance.now() - startedMs;
  };
  const startedMs = performance.now();
  for (let i = 0; i < BATCHES; i++) await write(PUTS_PER_BATCH);
  const seconds = (performance.now() - startedMs) / 1000;
  const lone: number[] = [];
  for (let i = 0; i < BATCHES; i++) lone.push(await write(1));
  await database.close();
  return { putsPerSecond: (BATCHES * PUTS_PER_BATCH) / seconds, lonePutMs: median(lone) };
}
