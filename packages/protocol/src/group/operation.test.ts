import { beforeAll, describe, expect, it } from "vitest";
import { expectValue, mutilations, NOW_MS, withFlippedBit } from "../account/fixtures.ts";
import { fromHex, toHex } from "../bytes.ts";
import { encodeSigned } from "../codec/signed.ts";
import { nobleSuite } from "../crypto/noble.ts";
import { MAX_GROUP_PARENTS, MAX_OPERATION_BYTES } from "../limits.ts";
import type { GroupAct } from "./act.ts";
import { plainGroupName } from "./act.ts";
import { type Signatory, signatories, signedInto, signedOn } from "./fixtures.ts";
import vectors from "./group.vectors.json" with { type: "json" };
import type { GroupId, OperationId } from "./group-ids.ts";
import { linkSeedOf } from "./group-link.ts";
import { type GroupLog, nextParents, nextSeq } from "./group-log.ts";
import { readOperation, signOperation, signPass, verifyOperation } from "./operation.ts";

const SECRET = new Uint8Array(16).fill(5);
const NONCE = new Uint8Array(16).fill(6);

let alice: Signatory;
let bob: Signatory;
let log: GroupLog;

beforeAll(async () => {
  ({ alice, bob } = await signatories());
  log = await signedInto(null, alice, { type: "create", name: "Garden", nonce: NONCE, certificate: alice.certificate });
});

/** One act of each kind, as Alice or Bob would do it. */
async function acts(): Promise<readonly (readonly [Signatory, GroupAct])[]> {
  const seed = linkSeedOf(nobleSuite, SECRET, log.group);
  const key = await nobleSuite.ed25519PublicKey(seed);
  const pass = await signPass(nobleSuite, seed, { group: log.group, author: bob.account, device: bob.device });
  return [
    [alice, { type: "add", account: bob.account, role: "admin" }],
    [bob, { type: "join", certificate: bob.certificate }],
    [bob, { type: "join", certificate: bob.certificate, pass }],
    [alice, { type: "remove", account: bob.account }],
    [alice, { type: "remove", account: bob.account, isBanned: true }],
    [bob, { type: "leave" }],
    [bob, { type: "leave", certificate: bob.certificate }],
    [alice, { type: "role", account: bob.account, role: "member" }],
    [alice, { type: "rename", name: "Orchard" }],
    [alice, { type: "timer", vanishAfterMs: 3_600_000 }],
    [alice, { type: "timer" }],
    [alice, { type: "link", key, needsApproval: true }],
    [alice, { type: "link" }],
    [alice, { type: "retire", device: bob.device }],
    [alice, { type: "picture", hash: new Uint8Array(32).fill(5) }],
    [alice, { type: "picture" }],
  ];
}

describe("an operation", () => {
  it("has one form, which is that of the vectors", async () => {
    const create = log.operations[0]?.read;
    expect(toHex(create?.encoded ?? new Uint8Array())).toBe(vectors.create);
    expect(log.group).toBe(vectors.group);
    const made = await Promise.all((await acts()).map(([by, act]) => signedOn(log, by, act)));
    expect(made.map(({ encoded }) => toHex(encoded))).toEqual(vectors.operations);
  });

  it("reads back and verifies; cut or longer it is none", async () => {
    for (const hex of [vectors.create, ...vectors.operations]) {
      const encoded = fromHex(hex);
      const read = expectValue(readOperation(nobleSuite, encoded));
      expect((await verifyOperation(nobleSuite, read)).ok).toBe(true);
    }
    const [short = ""] = vectors.operations;
    for (const other of mutilations(fromHex(short))) expect(readOperation(nobleSuite, other).ok).toBe(false);
  });

  it("of the longest certificate fits its bound", async () => {
    const certificate = Array.from({ length: 4 }, () => new Uint8Array(512));
    const parents = Array.from(
      { length: MAX_GROUP_PARENTS },
      (_, i) => toHex(new Uint8Array(32).fill(i)) as OperationId,
    );
    const act: GroupAct = {
      type: "join",
      certificate,
      pass: { key: new Uint8Array(32), signature: new Uint8Array(64) },
    };
    const operation = { ...(await signedOn(log, bob, act)).operation, parents };
    const { encoded } = await signOperation(nobleSuite, operation, {
      deviceId: bob.device,
      signingSeed: bob.signingSeed,
    });
    expect(encoded.length).toBeLessThan(MAX_OPERATION_BYTES);
  });

  it("with parents out of order, or twice the same, cannot be made", async () => {
    const operation = (await signedOn(log, alice, { type: "rename", name: "x" })).operation;
    const keys = { deviceId: alice.device, signingSeed: alice.signingSeed };
    const parents = ["bb".repeat(32), "aa".repeat(32)] as OperationId[];
    await expect(signOperation(nobleSuite, { ...operation, parents }, keys)).rejects.toThrow(RangeError);
    const twice = [parents[0] as OperationId, parents[0] as OperationId];
    await expect(signOperation(nobleSuite, { ...operation, parents: twice }, keys)).rejects.toThrow(RangeError);
    await expect(signOperation(nobleSuite, { ...operation, parents: [] }, keys)).rejects.toThrow(RangeError);
  });

  it("is signed by nobody but the device it names", async () => {
    const { operation } = await signedOn(log, alice, { type: "rename", name: "x" });
    const keys = { deviceId: bob.device, signingSeed: bob.signingSeed };
    await expect(signOperation(nobleSuite, operation, keys)).rejects.toThrow(RangeError);
  });
});

describe("a forged operation", () => {
  it("with another signature is refused", async () => {
    const good = await signedOn(log, alice, { type: "rename", name: "x" });
    const encoded = encodeSigned({ ...good.signed, signature: withFlippedBit(good.signed.signature, 3) });
    const read = expectValue(readOperation(nobleSuite, encoded));
    expect(read.id).toBe(good.id);
    expect(await verifyOperation(nobleSuite, read)).toEqual({ ok: false, error: { code: "bad-signature" } });
  });

  it("in another's name is refused, since the device is not theirs", async () => {
    const operation = {
      ...(await signedOn(log, alice, { type: "join", certificate: alice.certificate })).operation,
      device: bob.device,
    };
    const read = await signOperation(nobleSuite, operation, { deviceId: bob.device, signingSeed: bob.signingSeed });
    expect(await verifyOperation(nobleSuite, read)).toEqual({ ok: false, error: { code: "bad-certificate" } });
  });

  it.each([
    ["another group", (holder: Holder) => ({ ...holder, group: "11".repeat(32) as GroupId })],
    ["another person", (holder: Holder) => ({ ...holder, author: alice.account })],
    ["another device", (holder: Holder) => ({ ...holder, device: alice.device })],
  ])("with the pass of %s is refused", async (_, change) => {
    const seed = linkSeedOf(nobleSuite, SECRET, log.group);
    const pass = await signPass(
      nobleSuite,
      seed,
      change({ group: log.group, author: bob.account, device: bob.device }),
    );
    const read = await signedOn(log, bob, { type: "join", certificate: bob.certificate, pass });
    expect(await verifyOperation(nobleSuite, read)).toEqual({ ok: false, error: { code: "bad-pass" } });
  });
});

type Holder = Parameters<typeof signPass>[2];

describe("a name of a group", () => {
  it("is shown as one line without anything invisible", () => {
    expect(plainGroupName(" Gar\u202eden\n club\u200b ")).toBe("Garden club");
    expect(plainGroupName("\u202e")).toBe("");
    expect([...plainGroupName("x".repeat(500))]).toHaveLength(100);
  });

  it("is never empty", async () => {
    await expect(signedOn(log, alice, { type: "rename", name: "" })).rejects.toThrow(RangeError);
  });
});

it("the next operation of a device has the next number, and comes after all heads", () => {
  expect(nextSeq(log, alice.device)).toBe(2);
  expect(nextSeq(log, bob.device)).toBe(1);
  expect(nextParents(log)).toEqual([log.group]);
  expect(log.operations[0]?.read.operation.atMs).toBe(NOW_MS);
});
