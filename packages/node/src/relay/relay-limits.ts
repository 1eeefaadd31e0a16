/** Every bound of a relay in one place: one interface, one frozen default, checked once when the service is made. */
import type { WorkBits } from "@kith/protocol";

const MIB = 1024 * 1024;
const HOUR_MS = 3600 * 1000;

/** One day, in ms: the grain of everything that expires. */
export const DAY_MS: number = 24 * HOUR_MS;

/** What a relay gives at most. Sizes count envelope bytes; times are ms. */
export interface RelayLimits {
  /** Leading zero bits asked of strangers. */
  readonly work: WorkBits;
  readonly queueMessages: number;
  readonly queueBytes: number;
  /** How long an envelope is kept; the same for all, never dependent on content. */
  readonly envelopeLifeMs: number;
  /** A queue dies this long after its last OPEN, SUB or PUT. */
  readonly queueIdleMs: number;
  /** Queues that neither side ever opened may go first under pressure, but not before this age. */
  readonly unopenedQueueMs: number;
  readonly relayBytes: number;
  readonly relayQueues: number;
  readonly relayBoxes: number;
  /** Requests of all boxes together. */
  readonly boxStoreBytes: number;
  readonly boxPublicSlots: number;
  readonly boxTokenSlots: number;
  readonly boxLifeMs: number;
  /** Boxes hold the chains that contacts fetch, so they outlive queues. */
  readonly boxIdleMs: number;
  readonly putBytesPerSecond: number;
  readonly putBurstBytes: number;
  /** For each source address (IPv6: each /64). */
  readonly requestsPerSecond: number;
  readonly requestBurst: number;
  /** Kept free for deletes: below it nothing new is taken. */
  readonly reservedDiskBytes: number;
  readonly openQueuesPerChannel: number;
  /** Pushed envelopes a subscriber may leave unacknowledged before it is only told that there is more. */
  readonly unackedPushes: number;
  readonly dialbackIntervalMs: number;
  /** One name for TURN in this time for each source address, and so many at once. */
  readonly turnIntervalMs: number;
  readonly turnBurst: number;
  /** Reserved for sealed units of files, over all spaces. */
  readonly blobBytes: number;
  /** Sealed units, over all spaces. */
  readonly blobs: number;
  /** Room for one file. */
  readonly blobSpaceBytes: number;
  /** How long sealed units are kept, whether anybody fetches them or not. */
  readonly blobLifeMs: number;
  /** What one source address may reserve in a day. */
  readonly blobBudgetBytes: number;
  /** What one source address may bring and fetch. */
  readonly blobBytesPerSecond: number;
  readonly blobBurstBytes: number;
  /** Units gathered in memory at once, and as many read lately: 1 MiB each. */
  readonly blobUploads: number;
  /** Uses of one invite's admit token. */
  readonly admitUses: number;
  /** Queues one admit token may create, once. */
  readonly admitQueues: number;
  /** Address records of other relays. */
  readonly rememberedRelays: number;
  /** Proofs remembered before the day's value is renewed early. */
  readonly spentProofs: number;
  /** Index entries of queues kept in memory. */
  readonly hotItems: number;
}

/** What a relay gives when its operator says nothing else. */
export const DEFAULT_RELAY_LIMITS: RelayLimits = Object.freeze({
  work: Object.freeze({ create: 20, bundleGet: 16, boxPut: 18 }),
  queueMessages: 20_000,
  queueBytes: 32 * MIB,
  envelopeLifeMs: 30 * DAY_MS,
  queueIdleMs: 60 * DAY_MS,
  unopenedQueueMs: 21 * DAY_MS,
  relayBytes: 4096 * MIB,
  relayQueues: 200_000,
  relayBoxes: 20_000,
  boxStoreBytes: 1024 * MIB,
  boxPublicSlots: 48,
  boxTokenSlots: 16,
  boxLifeMs: 14 * DAY_MS,
  boxIdleMs: 366 * DAY_MS,
  putBytesPerSecond: 4 * MIB,
  putBurstBytes: 32 * MIB,
  requestsPerSecond: 200,
  requestBurst: 2000,
  reservedDiskBytes: 64 * MIB,
  openQueuesPerChannel: 4096,
  unackedPushes: 64,
  dialbackIntervalMs: 60_000,
  turnIntervalMs: 10_000,
  turnBurst: 30,
  blobBytes: 4096 * MIB,
  blobs: 65_536,
  blobSpaceBytes: 1026 * MIB,
  blobLifeMs: 14 * DAY_MS,
  blobBudgetBytes: 2048 * MIB,
  blobBytesPerSecond: 32 * MIB,
  blobBurstBytes: 256 * MIB,
  blobUploads: 24,
  admitUses: 16,
  admitQueues: 8,
  rememberedRelays: 1024,
  spentProofs: 200_000,
  hotItems: 200_000,
});

/** Fills in defaults and checks every bound. @throws RangeError when one is not a positive integer (work: 0 to 64). */
export function resolveRelayLimits(given: Partial<RelayLimits> = {}): RelayLimits {
  const { work, ...bounds } = { ...DEFAULT_RELAY_LIMITS, ...given };
  for (const [name, value] of Object.entries(bounds)) {
    if (!Number.isSafeInteger(value) || value < 1) throw new RangeError(`limit ${name} must be a positive integer`);
  }
  for (const [name, bits] of Object.entries(work)) {
    const isValid = Number.isInteger(bits) && bits >= 0 && bits <= 64;
    if (!isValid) throw new RangeError(`work factor ${name} must be 0 to 64 bits`);
  }
  return Object.freeze({ ...bounds, work: Object.freeze({ ...work }) });
}
