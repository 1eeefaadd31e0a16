import { describe, expect, it } from "vitest";
import { createRandomPool } from "./random-pool.ts";

/** Counts up, so that a byte handed out twice or left out shows. */
function counting() {
  let next = 0;
  const filled: Uint8Array[] = [];
  const fill = (into: Uint8Array): void => {
    filled.push(into);
    for (let i = 0; i < into.length; i++) into[i] = next = (next % 251) + 1;
  };
  return { filled, random: createRandomPool(fill) };
}

describe("random pool", () => {
  it("hands out each byte of the source once, in pieces of any length", () => {
    const { random } = counting();
    const taken = Array.from({ length: 64 }, () => [...random(32), ...random(24), ...random(8)]).flat();
    expect(taken).toEqual(Array.from({ length: taken.length }, (_, index) => (index % 251) + 1));
  });

  it("keeps nothing of what it handed out, and gives memory of its own", () => {
    const { filled, random } = counting();
    const first = random(16);
    const kept = first.slice();
    expect([...(filled[0]?.subarray(0, 16) ?? [])]).toEqual(new Array(16).fill(0));
    expect(filled[0]?.[16]).not.toBe(0);
    expect(first.buffer.byteLength).toBe(16);
    for (let i = 0; i < 1000; i++) random(32);
    expect(first).toEqual(kept);
  });

  it("fetches again when too little is left, and long ones for themselves", () => {
    const { filled, random } = counting();
    for (let i = 0; i < 64; i++) random(64);
    expect(filled.length).toBe(1);
    random(1);
    expect(filled.length).toBe(2);
    expect(random(65).length).toBe(65);
    expect(filled.at(-1)?.length).toBe(65);
    expect(random(0).length).toBe(0);
  });
});
