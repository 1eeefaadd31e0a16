/** What somebody tries with accounts at a real directory node: keys that are not theirs, a device that was stolen, words of a witness. */
import { randomBytes } from "node:crypto";
import { cryptoSuite } from "@kith/client";
import {
  addDevice,
  type ChainState,
  checkWitness,
  claimHandle,
  createDevice,
  type DeviceKeys,
  deviceOffer,
  offerDevice,
  relateChains,
  revokeDevice,
  signWitness,
} from "@kith/protocol";
import { expect, onTestFinished, test } from "vitest";
import { type Claimant, expectValue } from "../../packages/node/src/relay/testing/claimants.ts";
import { askFrom, askOwn, createPerson, keysOf } from "../support/directory-asker.ts";
import { type DirectoryNode, PARAMETERS, recordFor, startDirectoryNode } from "../support/directory-net.ts";

const random = (size: number): Uint8Array => new Uint8Array(randomBytes(size));

/** A node, and a stranger's process that asks it over a connection. */
async function startPair(): Promise<readonly [DirectoryNode, DirectoryNode]> {
  const node = await startDirectoryNode({ knows: [] });
  const stranger = await startDirectoryNode({ knows: [node.ref], isClient: true });
  onTestFinished(async () => {
    await Promise.all([node.stop(), stranger.stop()]);
  });
  return [node, stranger];
}

/** Alice's chain with a second device, which was stolen since. */
async function withStolenDevice({ device, chain }: Claimant): Promise<readonly [ChainState, DeviceKeys]> {
  const thief = await createDevice(cryptoSuite, random);
  const offer = await offerDevice(cryptoSuite, chain.account, thief, random);
  const signer = { type: "device", device } as const;
  const body = { offer, grantsDevices: true };
  return [expectValue(await addDevice(cryptoSuite, chain, { signer, atMs: Date.now(), body })), thief];
}

/** Appends claims of a handle, each with a higher number. */
async function signOn(from: ChainState, device: DeviceKeys, count: number): Promise<ChainState> {
  let chain = from;
  for (let each = 0; each < count; each++) {
    const signer = { type: "device", device } as const;
    const body = { written: chain.handle?.written ?? "" };
    chain = expectValue(await claimHandle(cryptoSuite, chain, { signer, atMs: Date.now(), body }));
  }
  return chain;
}

test("a chain that lists another account's device key is refused, whatever its owner signs", async () => {
  const [node, stranger] = await startPair();
  const [alice, mallory] = [await createPerson("alice"), await createPerson("mallory")];
  // The offer of Alice's device for her own account, listed in Mallory's chain by a program that checks nothing.
  const credulous = { ...cryptoSuite, ed25519Verify: async () => true, xeddsaVerify: async () => true };
  const offer = deviceOffer(cryptoSuite, alice.chain, alice.device.deviceId);
  if (offer === null) throw new TypeError("no offer");
  const signer = { type: "root", root: mallory.root } as const;
  const body = { offer, grantsDevices: false };
  const chain = expectValue(await addDevice(credulous, mallory.chain, { signer, atMs: Date.now(), body }));
  const record = await recordFor({ device: mallory.device, chain }, node);
  const [key] = keysOf("mallory", mallory);
  const refused = { type: "error", code: "bad-chain" };
  expect(await askFrom(stranger, node, { type: "put", key, record })).toEqual(refused);
  expect(await askFrom(stranger, node, { type: "witness", record })).toEqual(refused);
  expect(await askFrom(stranger, node, { type: "get", key, skip: 0 })).toMatchObject({ records: [] });
  const honest = await recordFor(mallory, node);
  expect((await askFrom(stranger, node, { type: "put", key, record: honest })).type).toBe("receipt");
});

test("a stolen device that signs on with high numbers outbids nobody, and is shown the chain that it is not in", async () => {
  const [node, stranger] = await startPair();
  const alice = await createPerson("alice");
  const [key] = keysOf("alice", alice);
  const [both, thief] = await withStolenDevice(alice);
  const revoking = { signer: { type: "device", device: alice.device } as const, atMs: Date.now() };
  const body = { deviceId: thief.deviceId };
  const owned = expectValue(await revokeDevice(cryptoSuite, both, { ...revoking, body }));
  const forked = await signOn(both, thief, 20);
  expect(forked.head.seq).toBeGreaterThan(owned.head.seq + 10);
  expect(relateChains(cryptoSuite, owned, forked).type).toBe("fork-lost");
  const record = await recordFor({ device: alice.device, chain: owned }, node);
  expect((await askFrom(stranger, node, { type: "put", key, record })).type).toBe("receipt");
  const fork = await recordFor({ device: thief, chain: forked }, node);
  const shown = await askFrom(stranger, node, { type: "witness", record: fork });
  if (shown.type !== "other-chain") throw new TypeError(shown.type);
  expect(shown.chain.at(-1)).toEqual(owned.entries.at(-1));
  const revoked = await recordFor({ device: thief, chain: owned }, node);
  const refused = { type: "error", code: "bad-claim" };
  expect(await askFrom(stranger, node, { type: "put", key, record: revoked })).toEqual(refused);
});

test("a witness's word counts with the signature of the node that was asked, and with no other", async () => {
  const [node, stranger] = await startPair();
  const alice = await createPerson("alice");
  const record = await recordFor(alice, node);
  const [key] = keysOf("alice", alice);
  expect((await askOwn(node, { type: "put", key, record })).type).toBe("receipt");
  const witnessed = await askFrom(stranger, node, { type: "witness", record });
  if (witnessed.type !== "witnessed") throw new TypeError(witnessed.type);
  const { account, head } = alice.chain;
  const about = { netId: PARAMETERS.netId, account, head, node: node.ref.relay };
  const subject = { ...about, nowMs: Date.now() };
  expect((await checkWitness(cryptoSuite, witnessed.statement, subject)).ok).toBe(true);
  const forged = await signWitness(cryptoSuite, random(32), { ...about, sinceMs: 1, atMs: Date.now() });
  expect(await checkWitness(cryptoSuite, forged, subject)).toEqual({ ok: false, error: { code: "bad-signature" } });
  const ofAnother = { ...subject, account: (await createPerson("bob")).chain.account };
  expect((await checkWitness(cryptoSuite, witnessed.statement, ofAnother)).ok).toBe(false);
});
