/** How a queue begins. */
import type { StoreChange } from "@kith/client";
import { equalBytes, fromHex, type NewQueue } from "@kith/protocol";
import { type HotQueue, idleDay, recordChange } from "./hot-queue.ts";
import { bucketKey, senderKey } from "./queue-keys.ts";
import type { QueueRecord } from "./queue-record.ts";

/** A queue to make; a box has no send side. */
export type QueueToCreate = Pick<NewQueue, "receiveId" | "ownerMacKey"> &
  Partial<Pick<NewQueue, "sendId" | "senderMacKey">>;

const NO_KEY = new Uint8Array();

/** Whether a stored queue is the one that is asked for, with all its keys. */
export function isSameQueue(record: QueueRecord, wanted: QueueToCreate): boolean {
  return (
    record.sendId === wanted.sendId &&
    equalBytes(record.ownerMacKey, wanted.ownerMacKey) &&
    equalBytes(record.senderMacKey ?? NO_KEY, wanted.senderMacKey ?? NO_KEY)
  );
}

/** The record of a queue made on a day. */
export function newRecord({ sendId, ownerMacKey, senderMacKey }: QueueToCreate, createdDay: number): QueueRecord {
  return {
    ...(sendId === undefined ? {} : { sendId }),
    ...(senderMacKey === undefined ? {} : { senderMacKey }),
    ownerMacKey,
    createdDay,
    openedDay: 0,
    putDay: 0,
    count: 0,
    sizeBytes: 0,
    firstSeq: 0,
    lastSeq: 0,
    idHash: new Uint8Array(32),
    missingForSender: 0,
    missingForOwner: 0,
  };
}

/** Rows of a new queue: record, send id, and its places in the buckets of idleness and of unopened queues. */
export function newQueueChanges(queue: HotQueue, idleDays: number): readonly StoreChange[] {
  const { createdDay, sendId } = queue.record;
  return [
    recordChange(queue),
    ...(sendId === undefined ? [] : [{ key: senderKey(sendId), value: fromHex(queue.id) }]),
    { key: bucketKey("y", idleDay(queue.record, idleDays), queue.id), value: NO_KEY },
    { key: bucketKey("n", createdDay, queue.id), value: NO_KEY },
  ];
}
