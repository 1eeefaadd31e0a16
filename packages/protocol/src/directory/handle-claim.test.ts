import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { claimHandle } from "../account/append-entry.ts";
import {
  ALICE_WORDS,
  BOB_WORDS,
  expectValue,
  fixedDevice,
  mutilations,
  NOW_MS,
  type Person,
  personOf,
  withDevice,
  withFlippedBit,
} from "../account/fixtures.ts";
import type { PostId, Xid } from "../account/numeric-id.ts";
import { fromHex, toHex } from "../bytes.ts";
import { type CborValue, decodeCbor, encodeCbor } from "../codec/cbor.ts";
import { decodeSigned, encodeSigned, signedBytes } from "../codec/signed.ts";
import { DOMAINS, LABELS } from "../crypto/labels.ts";
import { nobleSuite } from "../crypto/noble.ts";
import { MAX_CLAIM_BYTES, MAX_CLOCK_SKEW_MS } from "../limits.ts";
import vectors from "./directory.vectors.json" with { type: "json" };
import { BITS, DAY_MS, fixedStatement, NET_ID } from "./fixtures.ts";
import {
  type ClaimPolicy,
  type ClaimStatement,
  checkClaim,
  checkClaimAgainstChain,
  encodeStatement,
  signClaim,
} from "./handle-claim.ts";
import { parseNetId } from "./net-id.ts";
import { findProof } from "./proof-of-work.ts";

let alice: Person;
const CLAIM = fromHex(vectors.claim);
const POLICY: ClaimPolicy = { netId: NET_ID, bits: BITS, nowMs: NOW_MS };

beforeAll(async () => {
  alice = await personOf(ALICE_WORDS, 1, "Alice_1");
});

/** The fixed claim with other contents, worked and signed by its device. */
async function claimWith(change: Partial<ClaimStatement>): Promise<Uint8Array> {
  const statement = { ...fixedStatement(alice), ...change };
  const data = encodeStatement(statement);
  const found = findProof(nobleSuite, { label: LABELS.claimWork, data, bits: BITS, startNonce: 0, maxTries: 100_000 });
  return signClaim(nobleSuite, alice.device.signingSeed, statement, found?.nonce ?? 0);
}

const check = (encoded: Uint8Array, policy: Partial<ClaimPolicy> = {}) =>
  checkClaim(nobleSuite, encoded, { ...POLICY, ...policy });

async function errorOf(encoded: Uint8Array, policy: Partial<ClaimPolicy> = {}) {
  const result = await check(encoded, policy);
  return result.ok ? undefined : result.error;
}

describe("checking a claim alone", () => {
  test("the fixed claim is made of the vector's bytes and reads back", async () => {
    expect(toHex(await claimWith({}))).toBe(vectors.claim);
    const claim = expectValue(await check(CLAIM));
    expect(claim).toMatchObject({ ...fixedStatement(alice), handle: "alice_1", workBits: vectors.work.reachedBits });
    expect(toHex(claim.hash)).toBe(vectors.claimHash);
  });

  test("a claim with a post and the longest of everything fits 512 bytes", async () => {
    const netId = parseNetId("n".repeat(32)) ?? NET_ID;
    const far = { epoch: 0xffff_ffff, seq: 0xffff_ffff, hash: new Uint8Array(32) };
    const postId = "18446744073709551615" as PostId;
    const long = { netId, written: "W".repeat(15), head: far, proof: { type: "x-post", postId } as const };
    const encoded = await claimWith({ ...long, xid: postId as string as Xid });
    expect(encoded.length).toBeLessThanOrEqual(MAX_CLAIM_BYTES);
    expect(expectValue(await check(encoded, { netId }))).toMatchObject(long);
  });

  test("another network, too little work and a foreign signature are refused", async () => {
    const netId = parseNetId("other") ?? NET_ID;
    expect(await errorOf(CLAIM, { netId })).toEqual({ code: "wrong-network" });
    const needed = vectors.work.reachedBits + 1;
    expect(await errorOf(CLAIM, { bits: needed })).toEqual({ code: "too-little-work", bits: needed - 1, needed });
    expect(await errorOf(withFlippedBit(CLAIM, CLAIM.length - 1))).toEqual({ code: "bad-signature" });
  });

  test("nobody but the device exchanges the nonce", async () => {
    const statement = fixedStatement(alice);
    const theirs = await fixedDevice(3);
    const forged = await signClaim(nobleSuite, theirs.signingSeed, statement, vectors.work.nonce);
    expect(await errorOf(forged)).toEqual({ code: "bad-signature" });
  });

  test("copies of one work have one hash, and a stranger can make none", async () => {
    const copy = encodeCbor(
      new Map<number, CborValue>([...(expectValue(decodeCbor(CLAIM)) as Map<number, CborValue>), [64, true]]),
    );
    expect(await errorOf(copy)).toEqual({ code: "malformed-claim", cause: "bad-shape" });
    const body = expectValue(decodeSigned(CLAIM, MAX_CLAIM_BYTES)).body;
    const longer = encodeCbor(
      new Map<number, CborValue>([...(expectValue(decodeCbor(body)) as Map<number, CborValue>), [64, true]]),
    );
    const message = signedBytes(DOMAINS.handleClaim, longer);
    const signature = await nobleSuite.ed25519Sign(alice.device.signingSeed, message);
    const again = expectValue(await check(encodeSigned({ body: longer, signature })));
    expect(toHex(again.hash)).toBe(vectors.claimHash);
  });

  test("times are bounded on each side", async () => {
    const ahead = { issuedMs: NOW_MS + MAX_CLOCK_SKEW_MS, expiresMs: NOW_MS + DAY_MS };
    expect(await errorOf(await claimWith(ahead))).toBeUndefined();
    expect(await errorOf(await claimWith({ ...ahead, issuedMs: ahead.issuedMs + 1 }))).toEqual({ code: "in-future" });
    expect(await errorOf(await claimWith({ expiresMs: NOW_MS }))).toEqual({ code: "expired" });
    expect(await errorOf(await claimWith({ expiresMs: NOW_MS + 1 }))).toBeUndefined();
    const long = { expiresMs: NOW_MS + 30 * DAY_MS + 1 };
    expect(await errorOf(await claimWith(long))).toEqual({ code: "life-too-long" });
  });

  test("a claim cut, lengthened or oversize is malformed", async () => {
    for (const encoded of mutilations(CLAIM)) expect((await errorOf(encoded))?.code).toBe("malformed-claim");
    const large = new Uint8Array(MAX_CLAIM_BYTES + 1);
    expect(await errorOf(large)).toEqual({ code: "malformed-claim", cause: "too-large" });
  });

  test("any bit turned is noticed", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(CLAIM.length - 1), async (index) => {
        expect((await check(withFlippedBit(CLAIM, index))).ok).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  test("random bytes are refused and never throw", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 600 }), async (encoded) => {
        expect((await errorOf(encoded))?.code).toBe("malformed-claim");
      }),
    );
  });
});

describe("checking a claim on a chain", () => {
  test("the fixed claim stands on its chain", () => {
    expect(checkClaimAgainstChain(fixedStatement(alice), alice.chain)).toEqual({ ok: true, value: null });
  });

  test("it stands on a chain that went on, until another handle is claimed there", async () => {
    const signer = { type: "device", device: alice.device } as const;
    const linked = await withDevice(alice.chain, signer, await fixedDevice(5));
    const renamed = await claimHandle(nobleSuite, linked, { signer, atMs: NOW_MS, body: { written: "new_name" } });
    expect(checkClaimAgainstChain(fixedStatement(alice), linked).ok).toBe(true);
    const result = checkClaimAgainstChain(fixedStatement(alice), expectValue(renamed));
    expect(result).toEqual({ ok: false, error: { code: "handle-not-claimed" } });
  });

  test("another account, head, device, handle or numeric id does not", async () => {
    const bob = await personOf(BOB_WORDS, 3, "bob");
    const codeOf = (change: Partial<ClaimStatement>) => {
      const result = checkClaimAgainstChain({ ...fixedStatement(alice), ...change }, alice.chain);
      return result.ok ? undefined : result.error.code;
    };
    expect(codeOf({ account: bob.root.accountId })).toBe("other-account");
    expect(codeOf({ head: bob.chain.head })).toBe("head-not-in-chain");
    expect(codeOf({ device: bob.device.deviceId })).toBe("device-not-active");
    expect(codeOf({ written: "bob" })).toBe("handle-not-claimed");
    expect(codeOf({ xid: "44196397" as Xid })).toBe("handle-not-claimed");
    expect(codeOf({ written: "ALICE_1" })).toBeUndefined();
  });
});
