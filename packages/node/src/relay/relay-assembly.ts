/** Puts the parts of a relay together. */
import type { StoreChange } from "@kith/client";
import type { QueueId } from "@kith/protocol";
import { AdmitTable } from "./admit-table.ts";
import { createBlobParts } from "./blob-operations.ts";
import { queueToBox } from "./box-operations.ts";
import { EmbeddedQueues } from "./embedded-queues.ts";
import type { RelayCounters } from "./metrics.ts";
import { PrekeyStore } from "./prekey-store.ts";
import type { QueueBounds, QueueEvents } from "./queue-types.ts";
import type { RelayContext } from "./relay-context.ts";
import { DAY_MS, type RelayLimits } from "./relay-limits.ts";
import { RelayRecords } from "./relay-records.ts";
import type { RelayServiceOptions } from "./relay-service.ts";
import { SerialLock } from "./serial-lock.ts";
import type { StableTime } from "./stable-time.ts";
import { SubscriptionTable } from "./subscriptions.ts";
import { TaskLimit } from "./task-limit.ts";
import { BucketTable } from "./token-bucket.ts";
import { WorkGate } from "./work-gate.ts";

/** Source addresses whose dial-backs are remembered. */
const MAX_DIALBACK_SOURCES = 10_000;

/** Reads under way at once: each keeps a frame in memory several times, and thousands may be asked for in one moment. */
const MAX_READS = 16;

/** Builds what the operations share. */
export function createContext(
  options: RelayServiceOptions,
  limits: RelayLimits,
  parts: { readonly time: StableTime; readonly counters: RelayCounters; readonly hasDiskRoom: () => boolean },
): RelayContext {
  const { relay, suite, clock, store, boxStore, random } = options;
  const { time, counters, hasDiskRoom } = parts;
  const subscriptions = new SubscriptionTable(clock, limits.unackedPushes);
  const common = { clock, time, suite };
  const admits = new AdmitTable({ store: boxStore, suite, maxUses: limits.admitUses });
  const prekeys = new PrekeyStore({ store: boxStore, relay, admits });
  const queues = new EmbeddedQueues({ ...common, store, bounds: queueBounds(limits) });
  const rowsOf = (queue: QueueId): Promise<readonly StoreChange[]> => prekeys.dropChanges(queueToBox(queue));
  const boxes = new EmbeddedQueues({ ...common, store: boxStore, bounds: boxBounds(limits), rowsOf });
  for (const each of [queues, boxes]) each.subscribe(createEvents(subscriptions, counters));
  return {
    relay,
    suite,
    clock,
    limits,
    queues,
    boxes,
    blobs: options.blobs === undefined ? null : createBlobParts({ ...options.blobs, time, suite }, limits),
    gate: new WorkGate({ relay, store: boxStore, time, suite, random, maxSpent: limits.spentProofs }),
    admits,
    prekeys,
    boxLock: new SerialLock(),
    reads: new TaskLimit(MAX_READS),
    subscriptions,
    records: new RelayRecords({ ...options, maxRemembered: limits.rememberedRelays }),
    prober: options.prober ?? null,
    dialbacks: new BucketTable({ perSecond: 1000 / limits.dialbackIntervalMs, burst: 1 }, MAX_DIALBACK_SOURCES),
    counters,
    hasDiskRoom,
  };
}

function createEvents(subscriptions: SubscriptionTable, counters: RelayCounters): QueueEvents {
  return {
    onStored(queue, item, envelope) {
      counters.envelopesStored += 1;
      subscriptions.notifyStored(queue, item, envelope);
    },
    onRemoved(queue, seqs) {
      counters.envelopesRemoved += seqs.length;
      subscriptions.notifyRemoved(queue, seqs);
    },
    onDamage(missing) {
      counters.envelopesMissing += missing;
    },
  };
}

function toDays(ms: number): number {
  return Math.ceil(ms / DAY_MS);
}

function queueBounds(limits: RelayLimits): QueueBounds {
  return {
    messages: limits.queueMessages,
    sizeBytes: limits.queueBytes,
    totalBytes: limits.relayBytes,
    totalQueues: limits.relayQueues,
    idleDays: toDays(limits.queueIdleMs),
    lifeDays: toDays(limits.envelopeLifeMs),
    unopenedDays: toDays(limits.unopenedQueueMs),
    putRate: { perSecond: limits.putBytesPerSecond, burst: limits.putBurstBytes },
    hotItems: limits.hotItems,
  };
}

/** Boxes count slots by their own rule, so the bounds of a queue do not enter. */
function boxBounds(limits: RelayLimits): QueueBounds {
  return {
    ...queueBounds(limits),
    totalBytes: limits.boxStoreBytes,
    totalQueues: limits.relayBoxes,
    idleDays: toDays(limits.boxIdleMs),
    lifeDays: toDays(limits.boxLifeMs),
  };
}
