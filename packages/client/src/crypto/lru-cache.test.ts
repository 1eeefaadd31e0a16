import { describe, expect, it } from "vitest";
import { LruCache } from "./lru-cache.ts";

describe("LruCache", () => {
  it("makes a value once and forgets what was used longest ago", () => {
    const made: string[] = [];
    const cache = new LruCache<string>(2);
    const get = (key: string) =>
      cache.getOrMake(key, () => {
        made.push(key);
        return key.toUpperCase();
      });
    expect([get("a"), get("b"), get("a"), get("c"), get("a"), get("b")]).toEqual(["A", "B", "A", "C", "A", "B"]);
    expect(made).toEqual(["a", "b", "c", "b"]);
    expect(cache.size).toBe(2);
  });

  it("holds nothing for a value that could not be made", () => {
    const cache = new LruCache<number>(1);
    const fail = () => {
      throw new RangeError("no");
    };
    expect(() => cache.getOrMake("a", fail)).toThrow(RangeError);
    expect(cache.size).toBe(0);
    expect(() => new LruCache(0)).toThrow(RangeError);
  });
});
