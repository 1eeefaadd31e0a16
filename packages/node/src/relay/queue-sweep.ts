/** What leaves a queue store with time: old envelopes, idle queues, and under pressure queues that nobody opened. */
import type { Store, StoreChange } from "@kith/client";
import type { QueueId } from "@kith/protocol";
import { type HotQueue, idleDay } from "./hot-queue.ts";
import { type Bucket, bucketKey, bucketRange, parseBucketKey } from "./queue-keys.ts";
import type { QueueStore } from "./queue-store.ts";
import type { SweepResult } from "./queue-types.ts";
import type { StableTime } from "./stable-time.ts";

/** What a sweep works on. */
interface SweepOptions {
  readonly store: Store;
  readonly queues: QueueStore;
  readonly time: StableTime;
  /** Queues with a subscriber are not idle. */
  readonly isInUse: (queue: QueueId) => boolean;
  /** Rows outside the queue store's own that go with a queue. */
  readonly rowsOf: (queue: QueueId) => Promise<readonly StoreChange[]>;
}

const PAGE = 256;

/** Removes what is past its day; nothing while the clock's jump waits to be believed. */
export async function sweepQueues(options: SweepOptions): Promise<SweepResult> {
  const { time, queues } = options;
  if (!time.isSettled()) return { expiredEnvelopes: 0, droppedQueues: 0 };
  const today = time.day();
  const lastDay = today - queues.bounds.lifeDays - 1; // the whole of that day is past its life
  const expiredEnvelopes = await eachRow(options, "x", lastDay, (queue, row) =>
    expireEnvelopes(options, queue, row, lastDay),
  );
  const droppedQueues = await eachRow(options, "y", today, (queue, row) => dropIfIdle(options, queue, row, today));
  return { expiredEnvelopes, droppedQueues };
}

/** Drops queues that neither side opened since CREATE and that are old enough; returns how many. */
export async function dropUnopened(options: SweepOptions): Promise<number> {
  const { time, queues } = options;
  if (!time.isSettled()) return 0;
  const lastDay = time.day() - queues.bounds.unopenedDays;
  return eachRow(options, "n", lastDay, async (queue, row) => {
    if (queue.record.openedDay !== 0) return (await queues.commit([row])) ? 0 : null;
    return (await queues.drop(queue, [row, ...(await options.rowsOf(queue.id))])) ? 1 : null;
  });
}

/** Runs a task for each queue of a bucket's rows, page by page; a null from the task (the disk refused) ends it. */
async function eachRow(
  { store, queues }: SweepOptions,
  bucket: Bucket,
  lastDay: number,
  task: (queue: HotQueue, row: StoreChange) => Promise<number | null>,
): Promise<number> {
  let total = 0;
  for (;;) {
    const rows = await store.entries(bucketRange(bucket, lastDay, PAGE));
    if (rows.length === 0) return total;
    for (const [key] of rows) {
      const done = await queues.use(parseBucketKey(key).queue, async (queue) => {
        if (queue === null) return (await queues.commit([{ key }])) ? 0 : null;
        return task(queue, { key });
      });
      if (done === null) return total;
      total += done;
    }
  }
}

async function expireEnvelopes(
  { queues }: SweepOptions,
  queue: HotQueue,
  row: StoreChange,
  lastDay: number,
): Promise<number | null> {
  const seqs = [...queue.items.values()].filter(({ day }) => day <= lastDay).map(({ seq }) => seq);
  return (await queues.remove(queue, seqs, [row])) ? seqs.length : null;
}

async function dropIfIdle(
  { queues, isInUse, rowsOf }: SweepOptions,
  queue: HotQueue,
  row: StoreChange,
  today: number,
): Promise<number | null> {
  if (isInUse(queue.id)) await queues.touch([queue]);
  const day = idleDay(queue.record, queues.bounds.idleDays);
  if (day <= today) return (await queues.drop(queue, [row, ...(await rowsOf(queue.id))])) ? 1 : null;
  const next = { key: bucketKey("y", day, queue.id), value: new Uint8Array() };
  return (await queues.commit([row, next])) ? 0 : null;
}
