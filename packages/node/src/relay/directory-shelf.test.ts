import { createRandom, MemoryStore } from "@kith/client/testing";
import { type AccountId, type Handle, toHex } from "@kith/protocol";
import { describe, expect, test } from "vitest";
import type { HeldClaim } from "./directory-row.ts";
import { DirectoryShelf } from "./directory-shelf.ts";

const KEY = new Uint8Array(32).fill(1);
const NOW_MS = 1_767_225_600_000;

const random = createRandom("shelf");

function claim(part: Partial<HeldClaim> = {}): HeldClaim {
  const head = { epoch: 0, seq: 1, hash: random.bytes(32) };
  return {
    account: toHex(random.bytes(32)) as AccountId,
    handle: "alice" as Handle,
    head,
    issuedMs: NOW_MS,
    hash: random.bytes(32),
    encoded: random.bytes(100),
    record: random.bytes(1000),
    chainHead: head,
    cardSeqs: 1,
    firstSeenMs: NOW_MS,
    untilMs: NOW_MS + 1000,
    ...part,
  };
}

async function newShelf(maxBytes = 1e9): Promise<{ shelf: DirectoryShelf; store: MemoryStore }> {
  const store = new MemoryStore();
  return { shelf: new DirectoryShelf({ store, maxBytes }), store };
}

describe("a full key", () => {
  test("keeps the 64 claims with the most work, in whichever order they come", async () => {
    const claims = Array.from({ length: 80 }, () => claim());
    const best = claims
      .map(({ hash }) => toHex(hash))
      .sort()
      .slice(0, 64);
    for (const order of [claims, claims.toReversed()]) {
      const { shelf, store } = await newShelf();
      for (const each of order) await shelf.put(KEY, each, NOW_MS);
      expect((await shelf.state(KEY, NOW_MS)).map(({ hash }) => toHex(hash))).toEqual(best);
      expect([...store.snapshot().keys()].filter((key) => key.startsWith("dr/"))).toHaveLength(64);
      expect([...store.snapshot().keys()].filter((key) => key.startsWith("dx/"))).toHaveLength(64);
    }
  });

  test("says when a claim is crowded out, and changes nothing", async () => {
    const { shelf, store } = await newShelf();
    for (let index = 0; index < 64; index++)
      await shelf.put(KEY, claim({ hash: new Uint8Array(32).fill(index) }), NOW_MS);
    const before = store.snapshot();
    expect(await shelf.put(KEY, claim({ hash: new Uint8Array(32).fill(200) }), NOW_MS)).toBe("crowded-out");
    expect(store.snapshot()).toEqual(before);
  });

  test("does not keep anybody out once its claims have expired", async () => {
    const { shelf } = await newShelf();
    for (let index = 0; index < 64; index++)
      await shelf.put(KEY, claim({ hash: new Uint8Array(32).fill(index) }), NOW_MS);
    const late = claim({ hash: new Uint8Array(32).fill(200), untilMs: NOW_MS + 9000 });
    expect(await shelf.put(KEY, late, NOW_MS + 1000)).toEqual(late);
  });
});

describe("the total", () => {
  test("is the same counted along the way and counted anew", async () => {
    const { shelf, store } = await newShelf();
    const renewed = claim();
    await Promise.all([shelf.put(KEY, claim(), NOW_MS), shelf.put(KEY, renewed, NOW_MS)]);
    await shelf.put(KEY, { ...renewed, cardSeqs: 2, record: random.bytes(2000) }, NOW_MS);
    const again = new DirectoryShelf({ store, maxBytes: 1e9 });
    await again.start();
    expect(again.sizeBytes).toBe(shelf.sizeBytes);
    expect(shelf.sizeBytes).toBeGreaterThan(3000);
    await shelf.sweep(NOW_MS + 2 * 86_400_000);
    expect(shelf.sizeBytes).toBe(0);
    expect(store.snapshot().size).toBe(0);
  });

  test("refuses what does not fit, and changes nothing", async () => {
    const { shelf, store } = await newShelf(2000);
    await shelf.put(KEY, claim(), NOW_MS);
    const before = store.snapshot();
    expect(await shelf.put(KEY, claim(), NOW_MS)).toBe("quota");
    expect(store.snapshot()).toEqual(before);
  });
});
