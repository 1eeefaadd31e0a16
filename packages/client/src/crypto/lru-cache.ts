/** A bounded map that forgets what was used longest ago. */

/** Holds at most `limit` values. */
export class LruCache<V> {
  readonly #limit: number;
  readonly #valueByKey: Map<string, V> = new Map();

  constructor(limit: number) {
    if (!(Number.isSafeInteger(limit) && limit > 0)) throw new RangeError("a cache holds at least one value");
    this.#limit = limit;
  }

  get size(): number {
    return this.#valueByKey.size;
  }

  /** The value of `key`, made by `make` when it is not held; nothing is held when `make` throws. */
  getOrMake(key: string, make: () => V): V {
    const held = this.#valueByKey.get(key);
    if (held !== undefined) {
      this.#valueByKey.delete(key);
      this.#valueByKey.set(key, held);
      return held;
    }
    const made = make();
    this.#valueByKey.set(key, made);
    if (this.#valueByKey.size > this.#limit) {
      for (const oldest of this.#valueByKey.keys()) {
        this.#valueByKey.delete(oldest);
        break;
      }
    }
    return made;
  }
}
