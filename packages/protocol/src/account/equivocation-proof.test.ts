import { beforeAll, describe, expect, test } from "vitest";
import { fromHex, toHex } from "../bytes.ts";
import { nobleSuite } from "../crypto/noble.ts";
import { MAX_EQUIVOCATION_BYTES } from "../limits.ts";
import { claimHandle, recoverChain, revokeDevice } from "./append-entry.ts";
import { findEquivocation } from "./chain-comparison.ts";
import { type ChainSigner, readEntry, signEntry } from "./chain-entry.ts";
import type { ChainState } from "./chain-state.ts";
import { offerDevice } from "./device.ts";
import vectors from "./equivocation.vectors.json" with { type: "json" };
import { encodeEquivocation, speaksAgainst, verifyEquivocation } from "./equivocation-proof.ts";
import {
  ALICE_WORDS,
  expectValue,
  fixedDevice,
  mutilations,
  NOW_MS,
  type Person,
  personOf,
  repeated,
  withDevice,
  withFlippedBit,
} from "./fixtures.ts";

const PROOF = fromHex(vectors.proof);
let alice: Person;
let asDevice: ChainSigner;

const claim = async (chain: ChainState, signer: ChainSigner, written: string) =>
  expectValue(await claimHandle(nobleSuite, chain, { signer, atMs: NOW_MS, body: { written } }));

const codeOf = async (proof: Uint8Array) => {
  const result = await verifyEquivocation(nobleSuite, proof);
  return result.ok ? undefined : result.error.code;
};

async function proofOf(one: ChainState, other: ChainState): Promise<Uint8Array> {
  const found = findEquivocation(nobleSuite, one, other);
  const proof = found === null ? null : encodeEquivocation(one, found);
  if (proof === null) throw new TypeError("no proof");
  return proof;
}

beforeAll(async () => {
  alice = await personOf(ALICE_WORDS, 1, "Alice_1");
  asDevice = { type: "device", device: alice.device };
});

describe("the proof of an equivocation", () => {
  test("is made of the vector's bytes and convinces whoever knows nothing of the account", async () => {
    const [one, other] = [await claim(alice.chain, asDevice, "one"), await claim(alice.chain, asDevice, "other")];
    const proof = await proofOf(one, other);
    expect(toHex(proof)).toBe(vectors.proof);
    expect(await verifyEquivocation(nobleSuite, proof)).toMatchObject({
      ok: true,
      value: { account: alice.root.accountId, epoch: 0, seq: 3, signer: alice.device.deviceId },
    });
  });

  test("convinces of a root that signed twice, and of a device that another added", async () => {
    const root: ChainSigner = { type: "root", root: alice.root };
    expect(await codeOf(await proofOf(await claim(alice.chain, root, "a"), await claim(alice.chain, root, "b")))).toBe(
      undefined,
    );
    const device = await fixedDevice(5);
    const linked = await withDevice(alice.chain, asDevice, device);
    const signer: ChainSigner = { type: "device", device };
    const proof = await proofOf(await claim(linked, signer, "a"), await claim(linked, signer, "b"));
    expect(proof.length).toBeLessThan(MAX_EQUIVOCATION_BYTES);
    expect(await codeOf(proof)).toBe(undefined);
  });

  test("is none for entries that are the same, or after different ones: whoever loses a fork signs anew", async () => {
    const [one, other] = [await claim(alice.chain, asDevice, "one"), await claim(alice.chain, asDevice, "other")];
    const later = [await claim(one, asDevice, "later"), await claim(other, asDevice, "later")] as const;
    const entries = (at: number) => later.map((chain) => chain.entries[at] as Uint8Array);
    const written = (pair: readonly Uint8Array[]) => {
      const [a, b] = pair as [Uint8Array, Uint8Array];
      return encodeEquivocation(one, { epoch: 0, seq: 0, signer: alice.device.deviceId, entries: [a, b] });
    };
    const [a] = entries(3);
    for (const pair of [entries(4), [a as Uint8Array, a as Uint8Array], [entries(3)[0], entries(4)[0]]]) {
      expect(await codeOf(written(pair as Uint8Array[]) as Uint8Array)).toBe("no-contradiction");
    }
  });

  test("by a key that the account never listed accuses nobody", async () => {
    const mallory = await fixedDevice(9);
    const signer: ChainSigner = { type: "device", device: mallory };
    const [one, other] = [await claim(alice.chain, asDevice, "one"), await claim(alice.chain, asDevice, "other")];
    const forge = async (chain: ChainState) => {
      const { entry } = expectValue(readEntry(nobleSuite, chain.entries[3] as Uint8Array));
      return (await signEntry(nobleSuite, { ...entry, signer: mallory.deviceId }, signer)).encoded;
    };
    const [a, b] = [await forge(one), await forge(other)];
    const found = findEquivocation(nobleSuite, one, other);
    if (found === null) throw new TypeError("no equivocation");
    const forged = encodeEquivocation(one, { ...found, entries: [a, b] });
    expect(await codeOf(forged as Uint8Array)).toBe("signer-not-certified");
  });

  test("with a signature that does not verify is refused", async () => {
    expect(await codeOf(withFlippedBit(PROOF, PROOF.length - 1))).toBe("bad-signature");
  });

  test("speaks against a chain that it parts from, not after a new beginning, nor by a device revoked before", async () => {
    const [one, other] = [await claim(alice.chain, asDevice, "one"), await claim(alice.chain, asDevice, "other")];
    const proven = expectValue(await verifyEquivocation(nobleSuite, PROOF));
    for (const chain of [alice.chain, one, other]) expect(speaksAgainst(nobleSuite, proven, chain)).toBe(true);
    const root: ChainSigner = { type: "root", root: alice.root };
    const elsewhere = await claim(alice.chain, root, "root");
    expect(speaksAgainst(nobleSuite, proven, await claim(elsewhere, root, "more"))).toBe(true);
    const device = await fixedDevice(5);
    const offer = await offerDevice(nobleSuite, alice.root.accountId, device, repeated(7));
    const recovery = { root: alice.root, offer, atMs: NOW_MS, known: one };
    const recovered = expectValue(await recoverChain(nobleSuite, recovery));
    expect(speaksAgainst(nobleSuite, proven, recovered)).toBe(false);
    const body = { deviceId: alice.device.deviceId };
    const revoked = expectValue(await revokeDevice(nobleSuite, alice.chain, { signer: root, atMs: NOW_MS, body }));
    const forged = await Promise.all(
      ["a", "b"].map(async (written) => {
        const { entry } = expectValue(
          readEntry(nobleSuite, (await claim(one, root, written)).entries[4] as Uint8Array),
        );
        const stolen = { ...entry, prev: revoked.head.hash, signer: alice.device.deviceId };
        return (await signEntry(nobleSuite, stolen, asDevice)).encoded;
      }),
    );
    const [a, b] = forged as [Uint8Array, Uint8Array];
    const proof = encodeEquivocation(one, { epoch: 0, seq: 4, signer: alice.device.deviceId, entries: [a, b] });
    const stolen = expectValue(await verifyEquivocation(nobleSuite, proof as Uint8Array));
    expect(speaksAgainst(nobleSuite, stolen, revoked)).toBe(false);
  });

  test("cut, lengthened or oversize is malformed", async () => {
    for (const other of mutilations(PROOF)) expect(await codeOf(other)).toBe("malformed-proof");
    expect(await codeOf(new Uint8Array(MAX_EQUIVOCATION_BYTES + 1))).toBe("malformed-proof");
  });
});
