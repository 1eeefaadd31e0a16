import { base58 } from "@scure/base";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { expectValue, mutilations, NOW_MS, repeated, withFlippedBit } from "../account/fixtures.ts";
import { concat, fromHex, toHex } from "../bytes.ts";
import { encodeCbor } from "../codec/cbor.ts";
import { decodeSigned, encodeSigned, signedBytes } from "../codec/signed.ts";
import { DOMAINS } from "../crypto/labels.ts";
import { nobleSuite } from "../crypto/noble.ts";
import type { RelayId } from "../ids.ts";
import vectors from "./relay.vectors.json" with { type: "json" };
import {
  publicKeyToRelay,
  type RelayRecord,
  relayPublicKey,
  signRelayRecord,
  verifyRelayRecord,
} from "./relay-record.ts";

const FORGED = { ok: false, error: { code: "relay-record-forged" } };
const seed = repeated(1)(32);

let record: RelayRecord;
let encoded: Uint8Array;
beforeAll(async () => {
  const relay = publicKeyToRelay(await nobleSuite.ed25519PublicKey(seed));
  record = { relay, addresses: ["/ip4/203.0.113.1/tcp/4001"], seq: 7, expiresMs: NOW_MS + 1 };
  encoded = await signRelayRecord(nobleSuite, seed, record);
});

const verify = (bytes: Uint8Array, nowMs = NOW_MS) => verifyRelayRecord(nobleSuite, bytes, nowMs);

/** A record over any relay name, with a signature by our seed. */
async function signAs(relay: string): Promise<Uint8Array> {
  const body = encodeCbor(
    new Map<number, string | number | readonly string[]>([
      [1, relay],
      [2, []],
      [3, 1],
      [4, NOW_MS + 1],
    ]),
  );
  return encodeSigned({ body, signature: await nobleSuite.ed25519Sign(seed, signedBytes(DOMAINS.relayRecord, body)) });
}

describe("PeerIds", () => {
  test("hold the Ed25519 key they were made of", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (key) => {
        const relay = publicKeyToRelay(key);
        expect(relay).toMatch(/^12D3Koo/);
        expect(relayPublicKey(relay)).toEqual(key);
      }),
    );
  });

  test.each([
    ["an RSA key", "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N"],
    ["a secp256k1 key", "16Uiu2HAmBHcnzsMWzX2m2jzH5xNvz1wRgvK1pcFmcqPqF2ZgBcTf"],
    ["one byte too few", base58.encode(concat(fromHex("002408011220"), new Uint8Array(31)))],
    ["one byte too many", base58.encode(concat(fromHex("002408011220"), new Uint8Array(33)))],
    ["nothing", ""],
    ["letters that base58 has not", "12D3Koo0OIl"],
    ["other characters", "12D3Koo🙂\u0000/ü"],
  ])("of %s hold none", (_, text) => {
    expect(relayPublicKey(text as RelayId)).toBeNull();
  });

  test("that are any text never throw", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(relayPublicKey(text as RelayId)).toBeNull();
      }),
    );
  });
});

describe("a relay record", () => {
  test("is fixed, and verifies under the key in the PeerId it names", async () => {
    expect(toHex(encoded)).toBe(vectors.relayRecord);
    expect(await verify(encoded)).toEqual({ ok: true, value: record });
  });

  test("is refused from the moment it expires", async () => {
    expect(await verify(encoded, record.expiresMs)).toEqual({ ok: false, error: { code: "relay-record-expired" } });
  });

  test("is forged when another key signed it or a bit of it changed, expired or not", async () => {
    const other = await signRelayRecord(nobleSuite, repeated(2)(32), record);
    const { body, signature } = expectValue(decodeSigned(encoded, 2048));
    const changed = encodeSigned({ body: withFlippedBit(body, body.length - 1), signature });
    const unsigned = encodeSigned({ body, signature: withFlippedBit(signature, 0) });
    for (const each of [other, changed, unsigned]) {
      expect(await verify(each)).toEqual(FORGED);
      expect(await verify(each, record.expiresMs + 1000)).toEqual(FORGED);
    }
  });

  test("is forged when its PeerId holds no Ed25519 key or one that is no point", async () => {
    const names = ["QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N", "z".repeat(60), "1".repeat(40)];
    const noPoint = [repeated(255)(32), new Uint8Array(32), repeated(2)(32)].map(publicKeyToRelay);
    for (const name of [...names, ...noPoint]) expect(await verify(await signAs(name))).toEqual(FORGED);
  });

  test("with a name that is no PeerId is refused before its signature", async () => {
    for (const name of ["", "1".repeat(39), "1".repeat(61), `${record.relay}0`, `${record.relay} `, "ü".repeat(20)]) {
      expect(await verify(await signAs(name))).toEqual({ ok: false, error: { code: "bad-shape", path: ".relay" } });
    }
  });

  test("cut, made longer, oversize or random is refused and never throws", async () => {
    for (const other of mutilations(encoded)) expect((await verify(other)).ok).toBe(false);
    expect(await verify(new Uint8Array(2049))).toMatchObject({ error: { code: "too-large" } });
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 60 }), async (bytes) => {
        expect((await verify(bytes)).ok).toBe(false);
        expect((await verify(encodeSigned({ body: bytes, signature: repeated(0)(64) }))).ok).toBe(false);
      }),
    );
  });

  test("with four addresses or one too long is a mistake of the signer", async () => {
    const bad = [{ addresses: new Array(4).fill("/a") }, { addresses: ["/".repeat(257)] }];
    for (const each of bad) {
      await expect(signRelayRecord(nobleSuite, seed, { ...record, ...each })).rejects.toThrow(RangeError);
    }
  });
});
