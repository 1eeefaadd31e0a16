import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { fromHex, toHex } from "../bytes.ts";
import { decodeSigned, encodeSigned } from "../codec/signed.ts";
import { nobleSuite } from "../crypto/noble.ts";
import type { DeviceId } from "../ids.ts";
import { MAX_CHAIN_ENTRIES, MAX_CLOCK_SKEW_MS, MAX_DEVICES, MAX_ENTRY_BYTES, MAX_ROOT_ENTRIES } from "../limits.ts";
import type { Result } from "../result.ts";
import vectors from "./account.vectors.json" with { type: "json" };
import { addDevice, claimHandle, createChain } from "./append-entry.ts";
import { type ChainEntry, type ChainSigner, ENTRY_KINDS, readEntry, signEntry } from "./chain-entry.ts";
import { type ChainError, type ChainState, deviceOf, toHeadRef } from "./chain-state.ts";
import { type DeviceKeys, offerDevice } from "./device.ts";
import { encodeDeviceAdd } from "./entry-bodies.ts";
import {
  ALICE_WORDS,
  BOB_WORDS,
  expectValue,
  fixedDevice,
  mutilations,
  NOW_MS,
  type Person,
  personOf,
  repeated,
  rootOf,
  withDevice,
  withFlippedBit,
} from "./fixtures.ts";
import type { Xid } from "./numeric-id.ts";
import { verifyChain } from "./sigchain.ts";

let alice: Person;
let asRoot: ChainSigner;
let asDevice: ChainSigner;
let second: DeviceKeys;

beforeAll(async () => {
  alice = await personOf(ALICE_WORDS, 1, "Alice_1");
  asRoot = { type: "root", root: alice.root };
  asDevice = { type: "device", device: alice.device };
  second = await fixedDevice(5);
});

const verify = (entries: readonly Uint8Array[], nowMs = NOW_MS) => verifyChain(nobleSuite, entries, nowMs);

async function codeOf(entries: readonly Uint8Array[], nowMs = NOW_MS): Promise<string | undefined> {
  const result = await verify(entries, nowMs);
  return result.ok ? undefined : result.error.code;
}

/** The chain's entries and one more, whatever the rules say, signed by `signer`. */
async function forced(change: Partial<ChainEntry>, signer: ChainSigner, chain: ChainState = alice.chain) {
  const last = expectValue(readEntry(nobleSuite, chain.entries.at(-1) as Uint8Array)).entry;
  const key = signer.type === "root" ? signer.root.accountId : signer.device.deviceId;
  const next = { ...last, seq: chain.head.seq + 1, prev: chain.head.hash, signer: key, ...change };
  return [...chain.entries, (await signEntry(nobleSuite, next, signer)).encoded];
}

/** Runs a builder that must fail, and shows that the chain it was given is as before. */
async function refused(build: (chain: ChainState) => Promise<Result<ChainState, ChainError>>, chain = alice.chain) {
  const before = JSON.stringify(chain);
  const result = await build(chain);
  expect(JSON.stringify(chain)).toBe(before);
  return result.ok ? undefined : result.error;
}

describe("the fixed chain", () => {
  test("is made of the same bytes each time", () => {
    expect(alice.chain.entries.map(toHex)).toEqual(vectors.chain);
    expect(alice.chain.heads.map((head) => toHex(head.hash))).toEqual(vectors.heads);
  });

  test("verifies to its device and handle", async () => {
    expect(await verify(alice.chain.entries)).toEqual({ ok: true, value: alice.chain });
    const state = expectValue(await verify(vectors.chain.map(fromHex)));
    expect(state.account).toBe(vectors.account);
    expect(state.handle).toEqual({ handle: "alice_1", written: "Alice_1" });
    expect(state.devices.map((device) => [device.deviceId, toHex(device.identityKey), device.grantsDevices])).toEqual([
      [vectors.device.deviceId, vectors.device.identityKey, true],
    ]);
    expect(toHeadRef(state.head)).toEqual({ epoch: 0, seq: 2, hash16: fromHex(vectors.heads[2] ?? "").slice(0, 16) });
  });

  test("starts with a create that the words alone can make again", async () => {
    expect(await createChain(nobleSuite, rootOf(ALICE_WORDS))).toEqual(await createChain(nobleSuite, alice.root));
  });
});

describe("appending", () => {
  test("a granting device adds a device, and any device claims a handle", async () => {
    const linked = await withDevice(alice.chain, asDevice, second, false);
    const signer: ChainSigner = { type: "device", device: second };
    const body = { written: "new_name", xid: "44196397" as Xid };
    const renamed = expectValue(await claimHandle(nobleSuite, linked, { signer, atMs: NOW_MS, body }));
    expect(expectValue(await verify(renamed.entries))).toEqual(renamed);
    expect(renamed.handle).toEqual({ handle: "new_name", written: "new_name", xid: "44196397" });
    expect(deviceOf(renamed, second.deviceId)).toMatchObject({ addedBy: alice.device.deviceId, grantDepth: 2 });
  });

  test("a device without the grant adds none", async () => {
    const linked = await withDevice(alice.chain, asDevice, second, false);
    const offer = await offerDevice(nobleSuite, linked.account, await fixedDevice(9), repeated(7));
    const signer: ChainSigner = { type: "device", device: second };
    const add = (chain: ChainState) =>
      addDevice(nobleSuite, chain, { signer, atMs: NOW_MS, body: { offer, grantsDevices: false } });
    expect(await refused(add, linked)).toEqual({ code: "signer-not-allowed", index: 4 });
  });

  test("a device that is not in the chain claims no handle", async () => {
    const signer: ChainSigner = { type: "device", device: second };
    const claim = (chain: ChainState) =>
      claimHandle(nobleSuite, chain, { signer, atMs: NOW_MS, body: { written: "mine" } });
    expect(await refused(claim)).toEqual({ code: "signer-not-allowed", index: 3 });
  });

  test("an offer made for another account is refused", async () => {
    const offer = await offerDevice(nobleSuite, rootOf(BOB_WORDS).accountId, second, repeated(7));
    const add = (chain: ChainState) =>
      addDevice(nobleSuite, chain, { signer: asRoot, atMs: NOW_MS, body: { offer, grantsDevices: true } });
    expect(await refused(add)).toEqual({ code: "bad-possession", index: 3 });
  });

  test("a device is listed once", async () => {
    const offer = await offerDevice(nobleSuite, alice.root.accountId, alice.device, repeated(7));
    const add = (chain: ChainState) =>
      addDevice(nobleSuite, chain, { signer: asRoot, atMs: NOW_MS, body: { offer, grantsDevices: true } });
    expect(await refused(add)).toEqual({ code: "device-already-added", index: 3 });
  });

  test("a handle that is none is a mistake of the caller", async () => {
    const claim = () => claimHandle(nobleSuite, alice.chain, { signer: asDevice, atMs: 0, body: { written: "a b" } });
    expect(claim).toThrow(RangeError);
  });

  test("grants end at the fourth device in a row", async () => {
    let chain = alice.chain;
    let signer = asDevice;
    for (const byte of [11, 13, 15]) {
      const device = await fixedDevice(byte);
      chain = await withDevice(chain, signer, device);
      signer = { type: "device", device };
    }
    const offer = await offerDevice(nobleSuite, chain.account, second, repeated(7));
    const add = (at: ChainState) =>
      addDevice(nobleSuite, at, { signer, atMs: NOW_MS, body: { offer, grantsDevices: true } });
    expect(await refused(add, chain)).toEqual({ code: "grants-too-deep", index: 6, limit: 4 });
  });

  test("one device more than the limit is refused", async () => {
    let chain = alice.chain;
    for (let count = 1; count < MAX_DEVICES; count++) {
      chain = await withDevice(chain, asDevice, await fixedDevice(20 + count));
    }
    const offer = await offerDevice(nobleSuite, chain.account, second, repeated(7));
    const add = (at: ChainState) =>
      addDevice(nobleSuite, at, { signer: asDevice, atMs: NOW_MS, body: { offer, grantsDevices: true } });
    expect(await refused(add, chain)).toMatchObject({ code: "too-many-devices", limit: MAX_DEVICES });
  });

  test("the root signs at most sixteen entries, and a chain has at most sixty-four", async () => {
    let chain = alice.chain;
    const claim = (signer: ChainSigner) => (at: ChainState) =>
      claimHandle(nobleSuite, at, { signer, atMs: NOW_MS, body: { written: "alice" } });
    while (chain.rootEntries < MAX_ROOT_ENTRIES) chain = expectValue(await claim(asRoot)(chain));
    expect(await refused(claim(asRoot), chain)).toMatchObject({ code: "too-many-root-entries" });
    while (chain.entries.length < MAX_CHAIN_ENTRIES) chain = expectValue(await claim(asDevice)(chain));
    expect(await refused(claim(asDevice), chain)).toMatchObject({ code: "too-many-entries" });
    const root = await forced({}, asRoot, { ...chain, entries: chain.entries.slice(0, -1) });
    expect(await codeOf([...root, new Uint8Array(1)])).toBe("too-many-entries");
  });
});

describe("verifying what others send", () => {
  test("a kind beyond those known is refused", async () => {
    const result = await verify(await forced({ kind: 7 }, asRoot));
    expect(result).toEqual({ ok: false, error: { code: "unsupported-kind", index: 3, kind: 7 } });
  });

  test("neither is another version", async () => {
    const result = await verify(await forced({ v: 2 }, asRoot));
    expect(result).toEqual({ ok: false, error: { code: "unsupported-version", index: 3, version: 2 } });
  });

  test.each([
    ["a skipped number", { seq: 4 }, "broken-link"],
    ["another epoch", { epoch: 1 }, "broken-link"],
    ["another account", { account: vectors.otherAccount }, "broken-link"],
    ["another predecessor", { prev: new Uint8Array(32) }, "broken-link"],
    ["a second create", { kind: ENTRY_KINDS.create, body: new Uint8Array(0) }, "bad-create"],
    ["a body of another kind", { kind: ENTRY_KINDS.deviceAdd }, "malformed-entry"],
    ["a time over ten minutes ahead", { at: NOW_MS + MAX_CLOCK_SKEW_MS + 1 }, "in-future"],
    ["a signer who is nobody", { signer: "ab".repeat(32) }, "signer-not-allowed"],
    ["the root's name over a device's signature", { signer: vectors.account }, "bad-signature"],
  ])("%s is refused", async (_, change, code) => {
    expect(await codeOf(await forced(change as Partial<ChainEntry>, asDevice))).toBe(code);
  });

  test("ten minutes ahead are allowed", async () => {
    expect(await codeOf(await forced({ at: NOW_MS + MAX_CLOCK_SKEW_MS }, asDevice))).toBeUndefined();
  });

  test("a create that says more than it must is refused", async () => {
    const create = expectValue(readEntry(nobleSuite, alice.chain.entries[0] as Uint8Array)).entry;
    const changes = [{ at: 1 }, { epoch: 1 }, { seq: 1 }, { prev: withFlippedBit(create.prev, 0) }];
    for (const change of [...changes, { body: Uint8Array.of(0) }]) {
      const entry = await signEntry(nobleSuite, { ...create, ...change }, asRoot);
      expect(await verify([entry.encoded])).toEqual({ ok: false, error: { code: "bad-create", index: 0 } });
    }
  });

  test("a device named like the account is refused before its proof is looked at", async () => {
    const offer = await offerDevice(nobleSuite, alice.root.accountId, second, repeated(7));
    const named = { ...offer, deviceId: alice.root.accountId as string as DeviceId, grantsDevices: true };
    const entries = await forced({ kind: ENTRY_KINDS.deviceAdd, body: encodeDeviceAdd(named) }, asRoot);
    expect(await codeOf(entries)).toBe("device-already-added");
  });

  test("an entry of another account does not continue a chain", async () => {
    const bob = await personOf(BOB_WORDS, 3, "bob");
    expect(await codeOf([...alice.chain.entries.slice(0, 1), ...bob.chain.entries.slice(1)])).toBe("broken-link");
  });

  test("a device-add without the device's own signatures is refused", async () => {
    const read = expectValue(readEntry(nobleSuite, alice.chain.entries[1] as Uint8Array)).entry;
    const body = withFlippedBit(read.body, read.body.length - 3);
    const start = await createChain(nobleSuite, alice.root);
    const entry = await signEntry(nobleSuite, { ...read, body }, asRoot);
    expect(await verify([...start.entries, entry.encoded])).toEqual({
      ok: false,
      error: { code: "bad-possession", index: 1 },
    });
  });

  test("a chain without entries, without create, or with entries exchanged is refused", async () => {
    const [create, add, claim] = alice.chain.entries as [Uint8Array, Uint8Array, Uint8Array];
    expect(await codeOf([])).toBe("empty-chain");
    expect(await codeOf([add, claim])).toBe("bad-create");
    expect(await codeOf([create, claim, add])).toBe("broken-link");
    expect(await codeOf([create, claim])).toBe("broken-link");
  });

  test("a signature with one bit turned is refused in every entry", async () => {
    for (const index of alice.chain.entries.keys()) {
      const entries = alice.chain.entries.map((entry, at) => {
        const signed = expectValue(decodeSigned(entry, MAX_ENTRY_BYTES));
        return at === index ? encodeSigned({ ...signed, signature: withFlippedBit(signed.signature, 40) }) : entry;
      });
      expect(await verify(entries)).toEqual({ ok: false, error: { code: "bad-signature", index } });
    }
  });

  test("oversize entries and chains are refused before anything is read", async () => {
    const large = new Uint8Array(MAX_ENTRY_BYTES + 1);
    expect(await verify([large])).toEqual({
      ok: false,
      error: { code: "malformed-entry", index: 0, cause: "too-large" },
    });
    expect(await codeOf(new Array(25).fill(large))).toBe("chain-too-large");
  });

  test("an entry cut or lengthened anywhere is malformed", async () => {
    for (const encoded of mutilations(alice.chain.entries[2] as Uint8Array)) {
      expect(readEntry(nobleSuite, encoded).ok).toBe(false);
    }
  });

  test("nobody adds to an entry what its signature does not cover", () => {
    const entry = alice.chain.entries[2] as Uint8Array;
    const longer = Uint8Array.from([0xa3, ...entry.slice(1), 0x18, 64, 0xf5]);
    expect(readEntry(nobleSuite, longer)).toEqual({ ok: false, error: { code: "bad-shape", path: "" } });
  });

  test("random bytes are refused and never throw", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 4 }), async (entries) => {
        expect((await verify(entries)).ok).toBe(false);
      }),
    );
  });
});
