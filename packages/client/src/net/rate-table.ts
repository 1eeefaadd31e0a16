/** How often each of many may do something: a burst, and a rate in the long run. */

interface Bucket {
  readonly left: number;
  readonly atMs: number;
}

/** Buckets by name; when there are too many the longest unused is forgotten, which fills it. */
export class RateTable {
  readonly #rate: { readonly perSecond: number; readonly burst: number };
  readonly #maxNames: number;
  readonly #buckets = new Map<string, Bucket>();

  constructor(rate: { readonly perSecond: number; readonly burst: number }, maxNames: number) {
    this.#rate = rate;
    this.#maxNames = maxNames;
  }

  /** Whether it may be done once more now. @param nowMs monotonic. */
  take(name: string, nowMs: number): boolean {
    const { perSecond, burst } = this.#rate;
    const { left, atMs } = this.#buckets.get(name) ?? { left: burst, atMs: nowMs };
    const filled = Math.min(burst, left + ((nowMs - atMs) / 1000) * perSecond);
    this.#buckets.delete(name);
    this.#buckets.set(name, { left: filled >= 1 ? filled - 1 : filled, atMs: nowMs });
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size > this.#maxNames && oldest !== undefined) this.#buckets.delete(oldest);
    return filled >= 1;
  }
}
