import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { expectValue, mutilations, NOW_MS, repeated, withFlippedBit } from "../account/fixtures.ts";
import { fromHex, toHex } from "../bytes.ts";
import { decodeSigned, encodeSigned } from "../codec/signed.ts";
import { nobleSuite } from "../crypto/noble.ts";
import type { AccountId, BoxId, DeviceId, RelayId } from "../ids.ts";
import { MAX_BUNDLE_BYTES, MAX_CLOCK_SKEW_MS, MAX_RECORD_LIFE_MS } from "../limits.ts";
import { type BundleHead, readBundleHead, signBundleHead, verifyBundleHead } from "./bundle.ts";
import vectors from "./relay.vectors.json" with { type: "json" };

const FORGED = { ok: false, error: { code: "bundle-forged" } };
const MISPLACED = { ok: false, error: { code: "bundle-misplaced" } };
const EXPIRED = { ok: false, error: { code: "bundle-expired" } };
const signingSeed = repeated(1)(32);
const account = "0a".repeat(32) as AccountId;
const box = "0b".repeat(16) as BoxId;
const relay = vectors.relay as RelayId;
const head: BundleHead = {
  suites: [1, 2],
  box,
  relay,
  createdMs: NOW_MS,
  expiresMs: NOW_MS + MAX_RECORD_LIFE_MS,
  signedPrekey: { id: 1, publicKey: repeated(2)(32), signature: repeated(3)(64) },
  kemPrekey: { id: 2, publicKey: repeated(4)(1568), signature: repeated(5)(64) },
  boxKey: { id: 3, publicKey: repeated(6)(1216) },
};

let device: DeviceId;
let encoded: Uint8Array;
const sign = (value: BundleHead) => signBundleHead(nobleSuite, { account, device, signingSeed }, value);
const verify = (bytes: Uint8Array, changed: object = {}) =>
  verifyBundleHead(nobleSuite, bytes, { account, device, box, relay, nowMs: NOW_MS, ...changed });

beforeAll(async () => {
  device = toHex(await nobleSuite.ed25519PublicKey(signingSeed)) as DeviceId;
  encoded = await sign(head);
});

describe("a bundle head", () => {
  test("is fixed, fits its limit, and verifies for its device and place", async () => {
    expect(encoded.length).toBeLessThanOrEqual(MAX_BUNDLE_BYTES);
    expect(toHex(nobleSuite.sha256(encoded))).toBe(vectors.bundleHeadHash);
    expect(await verify(encoded)).toEqual({ ok: true, value: head });
    expect(readBundleHead(encoded)).toEqual({ ok: true, value: head });
  });

  test("names neither account nor device nor identity", () => {
    expect(toHex(encoded)).not.toContain(account);
    expect(toHex(encoded)).not.toContain(device);
  });

  test("of another account or device is forged, and so is one with a bit changed in body or signature", async () => {
    const other = toHex(await nobleSuite.ed25519PublicKey(repeated(2)(32)));
    expect(await verify(encoded, { account: "0c".repeat(32) })).toEqual(FORGED);
    expect(await verify(encoded, { device: other })).toEqual(FORGED);
    expect(await verify(encoded, { device: "ff".repeat(32) })).toEqual(FORGED);
    const { body, signature } = expectValue(decodeSigned(encoded, MAX_BUNDLE_BYTES));
    expect(await verify(encodeSigned({ body: withFlippedBit(body, body.length - 1), signature }))).toEqual(FORGED);
    expect(await verify(encodeSigned({ body, signature: withFlippedBit(signature, 40) }))).toEqual(FORGED);
  });

  test("from another box or relay is misplaced", async () => {
    expect(await verify(encoded, { box: "0c".repeat(16) })).toEqual(MISPLACED);
    expect(await verify(encoded, { relay: vectors.otherRelay })).toEqual(MISPLACED);
  });

  test("is current from its creation, less the clock skew, until it expires", async () => {
    const at = (nowMs: number) => verify(encoded, { nowMs });
    expect((await at(NOW_MS - MAX_CLOCK_SKEW_MS)).ok).toBe(true);
    expect(await at(NOW_MS - MAX_CLOCK_SKEW_MS - 1)).toEqual(EXPIRED);
    expect((await at(head.expiresMs - 1)).ok).toBe(true);
    expect(await at(head.expiresMs)).toEqual(EXPIRED);
  });

  test("that says it lives longer than 30 days is refused as expired", async () => {
    expect(await verify(await sign({ ...head, expiresMs: head.expiresMs + 1 }))).toEqual(EXPIRED);
  });

  test("cut, made longer, oversize or random is refused and never throws", async () => {
    for (const other of mutilations(encoded).filter((_, index) => index % 97 === 0 || index >= encoded.length)) {
      expect(readBundleHead(other).ok).toBe(false);
      expect((await verify(other)).ok).toBe(false);
    }
    expect(readBundleHead(new Uint8Array(MAX_BUNDLE_BYTES + 1))).toMatchObject({ error: { code: "too-large" } });
    const random = fc.uint8Array({ minLength: 1, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(random, async (bytes) => {
        expect((await verify(bytes)).ok).toBe(false);
        expect((await verify(encodeSigned({ body: bytes, signature: repeated(0)(64) }))).ok).toBe(false);
      }),
    );
  });

  test("with keys of another length or without a suite is a mistake of the signer", async () => {
    const short = { ...head, boxKey: { id: 3, publicKey: repeated(6)(1215) } };
    await expect(sign(short)).rejects.toThrow(RangeError);
    await expect(sign({ ...head, suites: [] })).rejects.toThrow(RangeError);
    expect(readBundleHead(fromHex("a0")).ok).toBe(false);
  });
});
