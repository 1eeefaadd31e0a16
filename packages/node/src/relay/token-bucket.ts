/** Rate limits that allow bursts. */

/** A rate: `perSecond` in the long run, `burst` at once. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** A bucket of tokens by monotonic time. */
export interface TokenBucket {
  tokens: number;
  updatedAtMs: number;
}

/** A full bucket. */
export function createBucket(rate: Rate, monotonicMs: number): TokenBucket {
  return { tokens: rate.burst, updatedAtMs: monotonicMs };
}

/** Takes `amount` tokens when they are there; otherwise takes none and says no. */
export function takeTokens(bucket: TokenBucket, rate: Rate, monotonicMs: number, amount: number): boolean {
  const gained = ((monotonicMs - bucket.updatedAtMs) / 1000) * rate.perSecond;
  bucket.tokens = Math.min(rate.burst, bucket.tokens + gained);
  bucket.updatedAtMs = monotonicMs;
  if (bucket.tokens < amount) return false;
  bucket.tokens -= amount;
  return true;
}

/** How long until `amount` tokens are there, in ms. */
export function waitForTokensMs(bucket: TokenBucket, rate: Rate, amount: number): number {
  return Math.ceil((Math.max(0, amount - bucket.tokens) / rate.perSecond) * 1000);
}

/** Buckets by name, at most `maxBuckets`: the least recently used is forgotten first. */
export class BucketTable {
  readonly #rate: Rate;
  readonly #maxBuckets: number;
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(rate: Rate, maxBuckets: number) {
    this.#rate = rate;
    this.#maxBuckets = maxBuckets;
  }

  /** @returns null when the tokens were taken, otherwise how long to wait in ms. */
  take(name: string, monotonicMs: number, amount = 1): number | null {
    const bucket = this.#buckets.get(name) ?? createBucket(this.#rate, monotonicMs);
    this.#buckets.delete(name);
    this.#buckets.set(name, bucket);
    if (this.#buckets.size > this.#maxBuckets) {
      for (const oldest of this.#buckets.keys()) {
        this.#buckets.delete(oldest);
        break;
      }
    }
    return takeTokens(bucket, this.#rate, monotonicMs, amount) ? null : waitForTokensMs(bucket, this.#rate, amount);
  }
}

/** What counts as one source: an IPv4 address, or the /64 an IPv6 address lies in. */
export function addressToSource(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped?.[1] !== undefined) return mapped[1];
  if (!address.includes(":")) return address;
  const [head = "", tail] = address.toLowerCase().split("%", 1).join("").split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  const groups = [...left, ...Array<string>(zeros).fill("0"), ...right];
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":")}::/64`;
}
