import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { nobleSuite } from "../crypto/noble.ts";
import { claimHandle, recoverChain, revokeDevice } from "./append-entry.ts";
import {
  type ChainRelation,
  compareHeads,
  containsHead,
  extendsChain,
  findEquivocation,
  relateChains,
} from "./chain-comparison.ts";
import type { ChainSigner } from "./chain-entry.ts";
import type { ChainState } from "./chain-state.ts";
import { type DeviceKeys, offerDevice } from "./device.ts";
import {
  ALICE_WORDS,
  BOB_WORDS,
  expectValue,
  fixedDevice,
  NOW_MS,
  type Person,
  personOf,
  repeated,
  withDevice,
} from "./fixtures.ts";

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

describe("which of two branches wins", () => {
  let second: DeviceKeys;
  let asSecond: ChainSigner;
  let linked: ChainState;

  beforeAll(async () => {
    second = await fixedDevice(5);
    asSecond = { type: "device", device: second };
    linked = await withDevice(alice.chain, asDevice, second);
  });

  const relate = (held: ChainState, offered: ChainState): ChainRelation["type"] =>
    relateChains(nobleSuite, held, offered).type;

  const revoked = async (chain: ChainState, signer: ChainSigner, { deviceId }: DeviceKeys) =>
    expectValue(await revokeDevice(nobleSuite, chain, { signer, atMs: NOW_MS, body: { deviceId } }));

  const recovered = async (atMs: number, byte: number, known?: ChainState) => {
    const offer = await offerDevice(nobleSuite, alice.root.accountId, await fixedDevice(byte), repeated(7));
    return expectValue(await recoverChain(nobleSuite, { root: alice.root, offer, atMs, known }));
  };

  test("what is appended is taken, and what is missing teaches nothing", () => {
    expect(relate(alice.chain, linked)).toBe("extended");
    expect(relate(linked, alice.chain)).toBe("not-newer");
    expect(relate(linked, linked)).toBe("not-newer");
  });

  test("the device that was added earlier wins over a later one, and the root over both", async () => {
    const older = await revoked(linked, asDevice, second);
    const younger = await claim(await revoked(linked, asSecond, alice.device), asSecond, "stolen");
    const root = await claim(linked, { type: "root", root: alice.root }, "root");
    expect([relate(older, younger), relate(younger, older)]).toEqual(["fork-lost", "fork-won"]);
    expect([relate(root, older), relate(older, root)]).toEqual(["fork-lost", "fork-won"]);
    expect([relate(root, younger), relate(younger, root)]).toEqual(["fork-lost", "fork-won"]);
  });

  test("a recover wins over every branch of earlier epochs, however long", async () => {
    const stolen = await claim(await revoked(linked, asDevice, second), asDevice, "stolen");
    const fresh = await recovered(NOW_MS, 31);
    expect([relate(stolen, fresh), relate(fresh, stolen)]).toEqual(["recovered", "not-newer"]);
    const next = await recovered(NOW_MS, 33, fresh);
    expect([relate(fresh, next), relate(next, fresh)]).toEqual(["recovered", "not-newer"]);
  });

  test("one signer on both branches is an equivocation, which a higher epoch clears", async () => {
    expect(relateChains(nobleSuite, one, other)).toMatchObject({ type: "equivocation", proof: { seq: 3 } });
    const [fresh, twin] = [await recovered(NOW_MS, 31), await recovered(NOW_MS, 33)];
    expect(relate(fresh, twin)).toBe("equivocation");
    expect(relate(one, fresh)).toBe("recovered");
    expect(relate(fresh, await recovered(NOW_MS, 35, fresh))).toBe("recovered");
  });

  test("branches met in any order leave everybody with the same chain", async () => {
    const third = await fixedDevice(11);
    const asThird: ChainSigner = { type: "device", device: third };
    const base = await withDevice(linked, asSecond, third);
    const fork = await claim(base, asSecond, "second");
    const branches = [
      base,
      await claim(base, asThird, "third"),
      fork,
      await claim(fork, asThird, "after"),
      await claim(await claim(fork, asSecond, "again"), asThird, "long"),
      await claim(base, asDevice, "first"),
      await claim(await claim(base, asDevice, "first"), asThird, "after"),
      await recovered(NOW_MS, 31),
      await recovered(NOW_MS + 3_600_000, 33),
    ];
    const keep = (held: ChainState, offered: ChainState) =>
      ["extended", "recovered", "fork-won"].includes(relate(held, offered)) ? offered : held;
    fc.assert(
      fc.property(fc.shuffledSubarray(branches, { minLength: 2 }), ([first, ...rest]) => {
        const met = rest.reduce(keep, first as ChainState);
        const again = [first as ChainState, ...rest].reverse();
        expect(again.slice(1).reduce(keep, again[0] as ChainState)).toBe(met);
      }),
      { numRuns: 300 },
    );
  });

  test("chains of two accounts are not compared", async () => {
    const bob = await personOf(BOB_WORDS, 3, "bob");
    expect(() => relateChains(nobleSuite, one, bob.chain)).toThrow(TypeError);
  });
});
