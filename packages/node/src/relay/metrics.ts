/** Counters a relay's operator may see: totals only, no ids, no addresses. */

/** Totals since the start; `queues`, `boxes` and bytes are what is held now. */
export interface RelayMetrics {
  readonly queues: number;
  readonly queueBytes: number;
  readonly boxes: number;
  readonly boxBytes: number;
  /** Files of which sealed units are held, and the bytes reserved for them. */
  readonly blobSpaces: number;
  readonly blobBytes: number;
  readonly channels: number;
  readonly requests: number;
  readonly envelopesStored: number;
  readonly envelopesRemoved: number;
  readonly envelopesExpired: number;
  readonly envelopesMissing: number;
  readonly refusals: number;
}

/** Whether mail is taken: the disk has room, and it does what it is told. */
export type RelayHealth = "ok" | "disk-full" | "store-failed" | "not-running";

/** The counters that only grow, and the open channels. */
export type RelayCounters = {
  -readonly [K in Exclude<
    keyof RelayMetrics,
    "queues" | "queueBytes" | "boxes" | "boxBytes" | "blobSpaces" | "blobBytes"
  >]: number;
};

/** Counters at zero. */
export function createCounters(): RelayCounters {
  return {
    channels: 0,
    requests: 0,
    envelopesStored: 0,
    envelopesRemoved: 0,
    envelopesExpired: 0,
    envelopesMissing: 0,
    refusals: 0,
  };
}
