import { beforeAll, describe, expect, test } from "vitest";
import { fromHex, toHex } from "../bytes.ts";
import { nobleSuite } from "../crypto/noble.ts";
import type { DeviceId } from "../ids.ts";
import { MAX_CERTIFYING_BYTES, MAX_CLOCK_SKEW_MS, MAX_GRANT_DEPTH, MAX_REVOKED_KEYS } from "../limits.ts";
import {
  claimHandle,
  contestHandle,
  createChain,
  deviceOffer,
  recoverChain,
  releaseHandle,
  revokeDevice,
} from "./append-entry.ts";
import { type ChainEntry, type ChainSigner, ENTRY_KINDS, readEntry, signEntry } from "./chain-entry.ts";
import { type ChainState, deviceOf, isRevoked } from "./chain-state.ts";
import { type DeviceKeys, offerDevice } from "./device.ts";
import { certifyingEntries, verifyCertificate } from "./device-certificate.ts";
import { encodeRecover, shortKey } from "./entry-bodies.ts";
import {
  ALICE_WORDS,
  BOB_WORDS,
  expectValue,
  fixedDevice,
  NOW_MS,
  type Person,
  personOf,
  repeated,
  rootOf,
  withDevice,
} from "./fixtures.ts";
import { verifyChain } from "./sigchain.ts";
import vectors from "./sigchain.vectors.json" with { type: "json" };

let alice: Person;
let second: DeviceKeys;
let linked: ChainState;
const root = rootOf(ALICE_WORDS);
const asRoot: ChainSigner = { type: "root", root };
const by = (device: DeviceKeys): ChainSigner => ({ type: "device", device });

beforeAll(async () => {
  alice = await personOf(ALICE_WORDS, 1, "Alice_1");
  second = await fixedDevice(5);
  linked = await withDevice(alice.chain, by(alice.device), second, false);
});

const verify = (chain: Pick<ChainState, "entries">, nowMs = NOW_MS) => verifyChain(nobleSuite, chain.entries, nowMs);

const revoke = (chain: ChainState, signer: ChainSigner, { deviceId }: { readonly deviceId: DeviceId }) =>
  revokeDevice(nobleSuite, chain, { signer, atMs: NOW_MS, body: { deviceId } });

const recover = async (device: DeviceKeys, known?: ChainState, kept?: readonly DeviceId[]) => {
  const offer = await offerDevice(nobleSuite, root.accountId, device, repeated(7));
  return expectValue(await recoverChain(nobleSuite, { root, offer, atMs: NOW_MS, known, kept }));
};

/** The chain and one more entry, whatever the rules say. */
async function forced(chain: ChainState, change: Partial<ChainEntry>, signer: ChainSigner = asRoot) {
  const last = expectValue(readEntry(nobleSuite, chain.entries.at(-1) as Uint8Array)).entry;
  const key = signer.type === "root" ? root.accountId : signer.device.deviceId;
  const next = { ...last, seq: last.seq + 1, prev: chain.head.hash, signer: key, ...change };
  const result = await verify({ entries: [...chain.entries, (await signEntry(nobleSuite, next, signer)).encoded] });
  return result.ok ? null : result.error.code;
}

const code = (result: Awaited<ReturnType<typeof revoke>>) => (result.ok ? null : result.error.code);

describe("revoking a device", () => {
  test("takes it off the list, and what it signed before stays", async () => {
    const claimed = expectValue(
      await claimHandle(nobleSuite, linked, { signer: by(second), atMs: NOW_MS, body: { written: "alice_2" } }),
    );
    const revoked = expectValue(await revoke(claimed, by(alice.device), second));
    expect(expectValue(await verify(revoked))).toEqual(revoked);
    expect(revoked.devices.map(({ deviceId }) => deviceId)).toEqual([alice.device.deviceId]);
    expect(revoked.handle?.written).toBe("alice_2");
    expect(isRevoked(revoked, second.deviceId)).toBe(true);
  });

  test("is open to the root and to the device itself", async () => {
    expect((await revoke(linked, asRoot, second)).ok).toBe(true);
    expect((await revoke(linked, by(second), second)).ok).toBe(true);
  });

  test("is closed to a device that may add none, and to a stranger", async () => {
    expect(code(await revoke(linked, by(second), alice.device))).toBe("signer-not-allowed");
    expect(code(await revoke(linked, by(await fixedDevice(9)), second))).toBe("signer-not-allowed");
  });

  test("is refused for a device that is not active", async () => {
    const revoked = expectValue(await revoke(linked, asRoot, second));
    expect(code(await revoke(revoked, asRoot, second))).toBe("device-not-active");
    expect(code(await revoke(linked, asRoot, await fixedDevice(9)))).toBe("device-not-active");
  });

  test("is for good: its key is never listed again and signs nothing more", async () => {
    const revoked = expectValue(await revoke(linked, asRoot, second));
    const claim = await claimHandle(nobleSuite, revoked, { signer: by(second), atMs: NOW_MS, body: { written: "x" } });
    expect(code(claim)).toBe("signer-not-allowed");
    await expect(withDevice(revoked, asRoot, second)).rejects.toThrow("device-revoked");
  });

  test("leaves the devices that it added, and their certificates", async () => {
    const granted = await withDevice(alice.chain, by(alice.device), second);
    const third = await fixedDevice(11);
    const chain = expectValue(await revoke(await withDevice(granted, by(second), third), asRoot, second));
    const entries = certifyingEntries(chain, third.deviceId) ?? [];
    expect(entries).toHaveLength(3);
    const certified = await verifyCertificate(nobleSuite, root.accountId, third.deviceId, entries);
    expect(certified).toEqual({ ok: true, value: deviceOf(chain, third.deviceId) });
    expect(certifyingEntries(chain, second.deviceId)).toBeNull();
  });

  test("makes room for another device", async () => {
    let chain = alice.chain;
    for (let byte = 20; byte < 29; byte++) chain = await withDevice(chain, by(alice.device), await fixedDevice(byte));
    await expect(withDevice(chain, by(alice.device), second)).rejects.toThrow("too-many-devices");
    const revoked = expectValue(await revoke(chain, by(alice.device), await fixedDevice(20)));
    expect((await withDevice(revoked, by(alice.device), second)).devices).toHaveLength(10);
  });
});

describe("handles", () => {
  const release = (chain: ChainState, signer: ChainSigner) =>
    releaseHandle(nobleSuite, chain, { signer, atMs: NOW_MS });

  test("a released handle is claimed no more, and can be claimed again", async () => {
    const released = expectValue(await release(alice.chain, by(alice.device)));
    expect(released.handle).toBeUndefined();
    expect(expectValue(await verify(released))).toEqual(released);
    expect(code(await release(released, by(alice.device)))).toBe("no-handle");
    const again = await claimHandle(nobleSuite, released, { signer: asRoot, atMs: NOW_MS, body: { written: "alice" } });
    expect(expectValue(again).handle?.written).toBe("alice");
  });

  test("only a member releases or contests", async () => {
    const stranger = by(await fixedDevice(9));
    expect(code(await release(alice.chain, stranger))).toBe("signer-not-allowed");
    const body = { written: "alice", rival: rootOf(BOB_WORDS).accountId };
    const contest = await contestHandle(nobleSuite, alice.chain, { signer: stranger, atMs: NOW_MS, body });
    expect(code(contest)).toBe("signer-not-allowed");
  });

  test("a release that says more than it must is refused", async () => {
    const change = { kind: ENTRY_KINDS.handleRelease, body: Uint8Array.of(0xa0) };
    expect(await forced(alice.chain, change)).toBe("malformed-entry");
  });

  test("a contest names the handle and the rival, and changes no handle", async () => {
    const rival = rootOf(BOB_WORDS).accountId;
    const body = { written: "ALICE_1", rival };
    const chain = expectValue(
      await contestHandle(nobleSuite, alice.chain, { signer: by(alice.device), atMs: NOW_MS, body }),
    );
    expect(expectValue(await verify(chain))).toEqual(chain);
    expect(chain.contest).toEqual({ handle: "alice_1", written: "ALICE_1", rival, atMs: NOW_MS });
    expect(chain.handle).toEqual(alice.chain.handle);
  });
});

describe("recovering", () => {
  test("starts anew with one device, above every epoch known", async () => {
    const chain = await recover(second, linked);
    expect(expectValue(await verify(chain))).toEqual(chain);
    expect(chain.head).toMatchObject({ epoch: NOW_MS / 3_600_000, seq: 1 });
    expect(chain.devices.map(({ deviceId }) => deviceId)).toEqual([second.deviceId]);
    expect(chain.handle).toBeUndefined();
    expect(chain.rootEntries).toBe(2);
    expect((await recover(await fixedDevice(9), chain)).head.epoch).toBe(chain.head.epoch + 1);
  });

  test("needs nothing but the words", async () => {
    expect((await recover(second)).entries[0]).toEqual((await createChain(nobleSuite, root)).entries[0]);
  });

  test("keeps the keys of gone devices out, and those of kept ones in", async () => {
    const fresh = await fixedDevice(31);
    const kept = await recover(fresh, linked, [second.deviceId]);
    expect(kept.revoked).toEqual([shortKey(alice.device.deviceId)]);
    await expect(withDevice(kept, by(fresh), alice.device)).rejects.toThrow("device-revoked");
    expect((await withDevice(kept, by(fresh), second)).devices).toHaveLength(2);
    const next = await recover(await fixedDevice(33), kept);
    expect(next.revoked).toEqual([alice.device, fresh].map(({ deviceId }) => shortKey(deviceId)));
  });

  test("a kept device is added again with what it offered the first time", async () => {
    const offer = await offerDevice(nobleSuite, root.accountId, second, repeated(7));
    expect(deviceOffer(nobleSuite, linked, second.deviceId)).toEqual(offer);
    expect(deviceOffer(nobleSuite, alice.chain, second.deviceId)).toBeNull();
  });

  test("no entry of an earlier epoch follows it, and it stands nowhere but after create", async () => {
    const offer = await offerDevice(nobleSuite, root.accountId, second, repeated(7));
    const body = encodeRecover({ ...offer, revoked: [] });
    const change = { kind: ENTRY_KINDS.recover, body, epoch: 5 };
    expect(await forced(alice.chain, change)).toBe("misplaced-recover");
    const start = await createChain(nobleSuite, root);
    expect(await forced(start, { ...change, epoch: 0 })).toBe("misplaced-recover");
    expect(await forced(start, { ...change, seq: 2 })).toBe("broken-link");
    expect(await forced(await recover(second), { ...change, epoch: 0 })).toBe("misplaced-recover");
  });

  test("only the root recovers", async () => {
    const offer = await offerDevice(nobleSuite, root.accountId, second, repeated(7));
    const change = { kind: ENTRY_KINDS.recover, body: encodeRecover({ ...offer, revoked: [] }), epoch: 5 };
    expect(await forced(await createChain(nobleSuite, root), change, by(second))).toBe("signer-not-allowed");
  });

  test("an epoch far ahead is refused, for no later recover could win over it", async () => {
    const offer = await offerDevice(nobleSuite, root.accountId, second, repeated(7));
    const change = { kind: ENTRY_KINDS.recover, body: encodeRecover({ ...offer, revoked: [] }) };
    const start = await createChain(nobleSuite, root);
    const latest = Math.floor((NOW_MS + MAX_CLOCK_SKEW_MS) / 3_600_000) + 64;
    expect(await forced(start, { ...change, epoch: latest })).toBeNull();
    expect(await forced(start, { ...change, epoch: latest + 1 })).toBe("in-future");
  });

  test("another's device is not listed", async () => {
    const offer = await offerDevice(nobleSuite, rootOf(BOB_WORDS).accountId, second, repeated(7));
    const made = await recoverChain(nobleSuite, { root, offer, atMs: NOW_MS });
    expect(made).toEqual({ ok: false, error: { code: "bad-possession", index: 1 } });
    const change = { kind: ENTRY_KINDS.recover, body: encodeRecover({ ...offer, revoked: [] }), epoch: 5 };
    expect(await forced(await createChain(nobleSuite, root), change)).toBe("bad-possession");
  });

  test("its device and those it grants are certified in four entries of at most 2 KiB", async () => {
    const offer = await offerDevice(nobleSuite, root.accountId, second, repeated(7));
    const revoked = Array.from({ length: MAX_REVOKED_KEYS }, (_, index) => index.toString(16).padStart(16, "0"));
    const known = { ...linked, revoked };
    let chain = expectValue(await recoverChain(nobleSuite, { root, offer, atMs: NOW_MS, known }));
    expect(chain.revoked).toHaveLength(MAX_REVOKED_KEYS);
    let last = second;
    for (let depth = 1; depth < MAX_GRANT_DEPTH; depth++) {
      const next = await fixedDevice(40 + depth);
      chain = await withDevice(chain, by(last), next);
      last = next;
    }
    const entries = certifyingEntries(chain, last.deviceId) ?? [];
    expect(entries.reduce((sum, entry) => sum + entry.length, 0)).toBeLessThanOrEqual(MAX_CERTIFYING_BYTES);
    const certified = await verifyCertificate(nobleSuite, root.accountId, last.deviceId, entries);
    expect(certified).toEqual({ ok: true, value: deviceOf(chain, last.deviceId) });
  });
});

describe("the vectors", () => {
  test("the chain of every kind verifies to what it says", async () => {
    const chain = expectValue(await verify({ entries: vectors.everyKind.entries.map(fromHex) }));
    expect(toHex(chain.head.hash)).toBe(vectors.everyKind.head);
    expect(chain.devices.map(({ deviceId }) => deviceId)).toEqual(vectors.everyKind.devices);
    expect(chain.former.map(({ deviceId }) => deviceId)).toEqual(vectors.everyKind.former);
    expect(chain.handle).toBeUndefined();
    expect(chain.contest).toMatchObject(vectors.everyKind.contest);
  });

  test("the recovered chain verifies, and is made of the same bytes each time", async () => {
    const chain = expectValue(await verify({ entries: vectors.recovered.entries.map(fromHex) }));
    expect(chain.head.epoch).toBe(vectors.recovered.epoch);
    expect(chain.revoked).toEqual(vectors.recovered.revoked);
    const known = expectValue(await verify({ entries: vectors.everyKind.entries.map(fromHex) }));
    expect((await recover(await fixedDevice(31), known)).entries.map(toHex)).toEqual(vectors.recovered.entries);
  });
});

describe("verifying what was verified before", () => {
  test("costs no signature for the entries that are known", async () => {
    let verified = 0;
    const counting = {
      ...nobleSuite,
      ed25519Verify: (...of: Parameters<typeof nobleSuite.ed25519Verify>) => {
        verified++;
        return nobleSuite.ed25519Verify(...of);
      },
    };
    const claim = { signer: by(alice.device), atMs: NOW_MS, body: { written: "alice_3" } };
    const longer = expectValue(await claimHandle(nobleSuite, linked, claim));
    expect(await verifyChain(counting, longer.entries, NOW_MS, linked)).toEqual({ ok: true, value: longer });
    expect(verified).toBe(1);
  });

  test("believes no entry whose signature differs from the known one", async () => {
    const last = linked.entries.at(-1) as Uint8Array;
    const turned = last.map((byte, at) => (at === last.length - 1 ? byte ^ 1 : byte));
    const result = await verifyChain(nobleSuite, [...linked.entries.slice(0, -1), turned], NOW_MS, linked);
    expect(result).toEqual({ ok: false, error: { code: "bad-signature", index: 3 } });
  });
});
