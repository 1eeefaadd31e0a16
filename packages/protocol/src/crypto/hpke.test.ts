import { beforeAll, describe, expect, test } from "vitest";
import { expectValue, repeated, withFlippedBit } from "../account/fixtures.ts";
import { concat, fromHex, toHex, utf8 } from "../bytes.ts";
import { createSeededRandom } from "../testing/seeded-random.ts";
import { type HpkeContext, keySchedule, openFrom, sealTo, X_WING_CIPHERTEXT_BYTES } from "./hpke.ts";
import vectors from "./hpke.vectors.json" with { type: "json" };
import { nobleSuite } from "./noble.ts";

const NOT_AUTHENTIC = { ok: false, error: { code: "hpke-not-authentic" } };
const BAD_KEY = { ok: false, error: { code: "hpke-bad-key" } };
const seed = repeated(3)(32);
const plaintext = utf8("a request");
const context: HpkeContext = { suite: nobleSuite, info: utf8("info"), ad: utf8("ad") };

let publicKey: Uint8Array;
let sealed: Uint8Array;
beforeAll(async () => {
  publicKey = await nobleSuite.xWing.publicKey(seed);
  sealed = expectValue(await sealTo(context, publicKey, plaintext, createSeededRandom("hpke")));
});

describe("the key schedule", () => {
  test("matches RFC 9180 for its X25519 suite, and its key and nonce give the published ciphertext", () => {
    const [secret, info, id] = [vectors.sharedSecret, vectors.info, vectors.suiteId].map(fromHex) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ];
    const { key, nonce } = keySchedule(nobleSuite, secret, info, id);
    expect([toHex(key), toHex(nonce)]).toEqual([vectors.key, vectors.baseNonce]);
    const ciphertext = nobleSuite.chachaSeal(key, nonce, fromHex(vectors.plaintext), fromHex(vectors.ad));
    expect(toHex(ciphertext)).toBe(vectors.ciphertext);
  });

  test("gives other keys for the X-Wing suite, which is the default", () => {
    const secret = fromHex(vectors.sharedSecret);
    const own = keySchedule(nobleSuite, secret, fromHex(vectors.info));
    const written = concat(utf8("HPKE"), fromHex("647a00010003"));
    expect(keySchedule(nobleSuite, secret, fromHex(vectors.info), written)).toEqual(own);
    expect(toHex(own.key)).not.toBe(vectors.key);
  });
});

describe("sealing to an X-Wing key", () => {
  test("opens with the seed of that key, and adds the encapsulated key and a tag", async () => {
    expect(sealed.length).toBe(X_WING_CIPHERTEXT_BYTES + plaintext.length + 16);
    expect(await openFrom(context, seed, sealed)).toEqual({ ok: true, value: plaintext });
  });

  test("gives other bytes each time, and the same for the same randomness", async () => {
    const again = await sealTo(context, publicKey, plaintext, createSeededRandom("hpke"));
    expect(expectValue(again)).toEqual(sealed);
    const other = expectValue(await sealTo(context, publicKey, plaintext, createSeededRandom("other")));
    expect(toHex(other.subarray(0, 32))).not.toBe(toHex(sealed.subarray(0, 32)));
  });

  test("does not open with another seed, info or associated data", async () => {
    expect(await openFrom(context, repeated(4)(32), sealed)).toEqual(NOT_AUTHENTIC);
    expect(await openFrom({ ...context, info: utf8("Info") }, seed, sealed)).toEqual(NOT_AUTHENTIC);
    expect(await openFrom({ ...context, ad: utf8("") }, seed, sealed)).toEqual(NOT_AUTHENTIC);
  });

  test("does not open with one bit changed in the ML-KEM part, the X25519 part, the text or the tag", async () => {
    for (const at of [0, 1087, 1088, 1119, 1120, 1128, sealed.length - 1]) {
      expect(await openFrom(context, seed, withFlippedBit(sealed, at))).toEqual(NOT_AUTHENTIC);
    }
  });

  test("does not open cut or made longer", async () => {
    const cut = [0, 1, X_WING_CIPHERTEXT_BYTES - 1, X_WING_CIPHERTEXT_BYTES, X_WING_CIPHERTEXT_BYTES + 15];
    for (const length of [...cut, sealed.length - 1]) {
      expect(await openFrom(context, seed, sealed.subarray(0, length))).toEqual(NOT_AUTHENTIC);
    }
    expect(await openFrom(context, seed, concat(sealed, Uint8Array.of(0)))).toEqual(NOT_AUTHENTIC);
  });

  test("refuses public keys of a wrong length or with a coefficient above the modulus", async () => {
    const bad = [publicKey.subarray(1), new Uint8Array(0), concat(publicKey, Uint8Array.of(0)), repeated(255)(1216)];
    for (const key of bad) expect(await sealTo(context, key, plaintext, createSeededRandom("bad"))).toEqual(BAD_KEY);
  });
});
