/** Every bound of a directory node in one place, checked once when the service is made. */

/** What a directory node gives at most. Sizes in bytes, times in ms. */
export interface DirectoryLimits {
  /** Records kept for everybody together. */
  readonly totalBytes: number;
  /** Chains of accounts that were seen, remembered to be a witness of them. */
  readonly witnessBytes: number;
  /** What one source address (IPv6: each /64) may have stored: a burst, and a rate in the long run. */
  readonly sourceBurstBytes: number;
  readonly sourceBytesPerSecond: number;
  /** Look-ups, publications and witness statements on behalf, for each source address. */
  readonly walksPerMinute: number;
  readonly walkBurst: number;
  /** Accounts whose records are published again each day. */
  readonly publications: number;
  /** Peers asked under one key. */
  readonly peersPerKey: number;
  /** Nodes that must say the same before a look-up ends early, and that a publication needs to count as published. */
  readonly quorum: number;
  readonly peerTimeoutMs: number;
  /** A look-up that a salt does not settle so soon begins with the next beside it: silence must not hide a claim. */
  readonly patienceMs: number;
  /** Between two publications of one record, with a jitter of a twelfth either way. */
  readonly renewalMs: number;
}

/** What a directory node gives when its operator says nothing else. */
export const DEFAULT_DIRECTORY_LIMITS: DirectoryLimits = Object.freeze({
  totalBytes: 256 * 1024 * 1024,
  witnessBytes: 64 * 1024 * 1024,
  sourceBurstBytes: 2 * 1024 * 1024,
  sourceBytesPerSecond: 1024,
  walksPerMinute: 30,
  walkBurst: 60,
  publications: 10_000,
  peersPerKey: 8,
  quorum: 3,
  peerTimeoutMs: 5000,
  patienceMs: 1500,
  renewalMs: 24 * 3600 * 1000,
});

/** Fills in defaults and checks every bound. @throws RangeError when one is not a positive integer. */
export function resolveDirectoryLimits(given: Partial<DirectoryLimits> = {}): DirectoryLimits {
  const limits = { ...DEFAULT_DIRECTORY_LIMITS, ...given };
  for (const [name, value] of Object.entries(limits)) {
    if (!Number.isSafeInteger(value) || value < 1) throw new RangeError(`limit ${name} must be a positive integer`);
  }
  return Object.freeze(limits);
}
