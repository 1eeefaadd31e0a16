import type { MediaFacts } from "@kith/client/media";
import { describe, expect, test } from "vitest";
import { LinkQuality } from "../src/screens/call/link-quality.ts";

const FACTS: MediaFacts = {
  path: "direct",
  fingerprint: null,
  framesDecoded: 0,
  audioEnergy: 0,
  packetsReceived: 0,
  packetsLost: 0,
  roundTripMs: 30,
};

/** One look a second, each with so much more received and lost. */
function looks(quality: LinkQuality, count: number, received: number, lost: number, roundTripMs = 30): boolean[] {
  let facts: MediaFacts = FACTS;
  return Array.from({ length: count }, () => {
    const packetsReceived = facts.packetsReceived + received;
    facts = { ...facts, packetsReceived, packetsLost: facts.packetsLost + lost, roundTripMs };
    return quality.take(facts);
  });
}

describe("the way of a call", () => {
  test("is weak where a tenth is lost for a while, and not for one bad second", () => {
    expect(looks(new LinkQuality(), 6, 80, 20)).toEqual([false, false, false, false, true, true]);
    const quality = new LinkQuality();
    looks(quality, 3, 100, 0);
    expect(quality.take({ ...FACTS, packetsReceived: 350, packetsLost: 50 })).toBe(false);
    expect(quality.take({ ...FACTS, packetsReceived: 450, packetsLost: 50 })).toBe(false);
  });

  test("is weak where words take long to come back", () => {
    expect(looks(new LinkQuality(), 6, 100, 0, 900).at(-1)).toBe(true);
  });

  test("is good again when it was good for a while, and too few packets change nothing", () => {
    const quality = new LinkQuality();
    expect(looks(quality, 6, 80, 20).at(-1)).toBe(true);
    expect(looks(quality, 9, 1, 0).at(-1)).toBe(true);
    expect(looks(quality, 9, 100, 0).at(-1)).toBe(false);
  });
});
