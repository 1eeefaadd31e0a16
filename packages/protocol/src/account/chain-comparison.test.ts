import { beforeAll, expect, test } from "vitest";
import { nobleSuite } from "../crypto/noble.ts";
import { compareHeads, containsHead, extendsChain, findEquivocation } from "./chain-comparison.ts";
import type { ChainSigner } from "./chain-entry.ts";
import type { ChainState } from "./chain-state.ts";
import {
  ALICE_WORDS,
  BOB_WORDS,
  expectValue,
  fixedDevice,
  NOW_MS,
  type Person,
  personOf,
  withDevice,
} from "./fixtures.ts";
import { claimHandle } from "./sigchain.ts";

let alice: Person;
let asDevice: ChainSigner;
let one: ChainState;
let other: ChainState;

const claim = async (chain: ChainState, signer: ChainSigner, written: string) =>
  expectValue(await claimHandle(nobleSuite, chain, { signer, atMs: NOW_MS, body: { written } }));

beforeAll(async () => {
  alice = await personOf(ALICE_WORDS, 1, "Alice_1");
  asDevice = { type: "device", device: alice.device };
  one = await claim(alice.chain, asDevice, "one");
  other = await claim(alice.chain, asDevice, "other");
});

test("heads are ordered by epoch, then number", () => {
  expect(compareHeads({ epoch: 1, seq: 0 }, { epoch: 0, seq: 9 })).toBeGreaterThan(0);
  expect(compareHeads({ epoch: 1, seq: 2 }, { epoch: 1, seq: 3 })).toBeLessThan(0);
  expect(compareHeads(one.head, other.head)).toBe(0);
});

test("a chain extends its own beginnings and itself, never a branch or another account's", async () => {
  const bob = await personOf(BOB_WORDS, 3, "bob");
  expect(extendsChain(alice.chain, one)).toBe(true);
  expect(extendsChain(one, one)).toBe(true);
  expect(extendsChain(one, alice.chain)).toBe(false);
  expect(extendsChain(one, other)).toBe(false);
  expect(extendsChain(bob.chain, alice.chain)).toBe(false);
  expect(containsHead(one, alice.chain.head)).toBe(true);
  expect(containsHead(one, other.head)).toBe(false);
});

test("two entries by one signer at one place are an equivocation, whoever looks first", () => {
  const found = findEquivocation(nobleSuite, one, other);
  expect(found).toMatchObject({ epoch: 0, seq: 3, signer: alice.device.deviceId });
  expect(found?.entries).toEqual([one.entries[3], other.entries[3]]);
  expect(findEquivocation(nobleSuite, other, one)?.entries).toEqual([other.entries[3], one.entries[3]]);
});

test("a longer chain, a fork of two devices and another account are none", async () => {
  const bob = await personOf(BOB_WORDS, 3, "bob");
  const device = await fixedDevice(5);
  const linked = await withDevice(alice.chain, asDevice, device);
  const mine = await claim(linked, asDevice, "mine");
  const theirs = await claim(linked, { type: "device", device }, "theirs");
  expect(findEquivocation(nobleSuite, alice.chain, one)).toBeNull();
  expect(findEquivocation(nobleSuite, one, one)).toBeNull();
  expect(findEquivocation(nobleSuite, one, bob.chain)).toBeNull();
  expect(findEquivocation(nobleSuite, mine, theirs)).toBeNull();
});

test("the loser of a fork may sign its place anew on the winning branch", async () => {
  const device = await fixedDevice(5);
  const second: ChainSigner = { type: "device", device };
  const linked = await withDevice(alice.chain, asDevice, device);
  const lost = await claim(await claim(linked, second, "lost"), second, "again");
  const won = await claim(await claim(linked, asDevice, "won"), second, "again");
  expect(findEquivocation(nobleSuite, lost, won)).toBeNull();
});
