import { beforeAll, expect, test } from "vitest";
import { nobleSuite } from "../crypto/noble.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import { ChainCache } from "./chain-cache.ts";
import { ALICE_WORDS, BOB_WORDS, expectValue, NOW_MS, type Person, personOf } from "./fixtures.ts";
import { verifyChain } from "./sigchain.ts";

let alice: Person;
let bob: Person;

beforeAll(async () => {
  alice = await personOf(ALICE_WORDS, 1, "alice");
  bob = await personOf(BOB_WORDS, 3, "bob");
});

/** Verifies nothing. */
const unable: CryptoSuite = {
  ...nobleSuite,
  schnorrVerify: async () => false,
  ed25519Verify: async () => false,
  xeddsaVerify: async () => false,
};

test("a chain that was kept is found by its head, and nothing of it is verified again", async () => {
  const cache = new ChainCache(2);
  const copy = alice.chain.entries.map((entry) => entry.slice());
  expect(cache.find(nobleSuite, copy)).toBeUndefined();
  expect((await verifyChain(unable, copy, NOW_MS)).ok).toBe(false);
  cache.keep(alice.chain);
  const known = cache.find(nobleSuite, copy);
  expect(expectValue(await verifyChain(unable, copy, NOW_MS, known))).toBe(alice.chain);
});

test("another signature under a known head is verified, and refused when it is none", async () => {
  const cache = new ChainCache(2);
  cache.keep(alice.chain);
  for (const index of alice.chain.entries.keys()) {
    const forged = alice.chain.entries.map((entry) => entry.slice());
    const entry = forged[index] as Uint8Array;
    entry[entry.length - 1] = (entry.at(-1) ?? 0) ^ 1;
    const known = cache.find(nobleSuite, forged);
    expect(known).toBe(alice.chain);
    const verified = await verifyChain(nobleSuite, forged, NOW_MS, known);
    expect(verified).toEqual({ ok: false, error: { code: "bad-signature", index } });
  }
});

test("the start of a known chain is its own chain, with what it said then", async () => {
  const start = alice.chain.entries.slice(0, -1);
  const shorter = expectValue(await verifyChain(nobleSuite, start, NOW_MS, alice.chain));
  expect(shorter.head.seq).toBe(alice.chain.head.seq - 1);
  expect(shorter.handle).toBeUndefined();
});

test("what was used least lately goes first, and what is no entry finds nothing", async () => {
  const cache = new ChainCache(2);
  cache.keep(alice.chain);
  cache.keep(bob.chain);
  expect(cache.find(nobleSuite, alice.chain.entries)).toBe(alice.chain);
  const [create] = bob.chain.entries;
  cache.keep(expectValue(await verifyChain(nobleSuite, [create as Uint8Array], NOW_MS)));
  expect(cache.find(nobleSuite, alice.chain.entries)).toBe(alice.chain);
  expect(cache.find(nobleSuite, bob.chain.entries)).toBeUndefined();
  expect(cache.find(nobleSuite, [])).toBeUndefined();
  expect(cache.find(nobleSuite, [Uint8Array.of(1)])).toBeUndefined();
});
