import { beforeAll, describe, expect, test } from "vitest";
import { expectValue, repeated, withFlippedBit } from "../account/fixtures.ts";
import { concat, toHex, uint32ToBytes, utf8 } from "../bytes.ts";
import { encodeCbor } from "../codec/cbor.ts";
import { sealTo } from "../crypto/hpke.ts";
import { LABELS } from "../crypto/labels.ts";
import { nobleSuite } from "../crypto/noble.ts";
import type { AccountId, BoxId, DeviceId, RelayId } from "../ids.ts";
import { MAX_REQUEST_TEXT_BYTES, REQUEST_BYTES } from "../limits.ts";
import { createSeededRandom } from "../testing/seeded-random.ts";
import { padMessage } from "./envelope.ts";
import vectors from "./envelope.vectors.json" with { type: "json" };
import { type BoxAddress, type ContactRequest, openRequest, requestKeyId, sealRequest } from "./request.ts";

const NOT_AUTHENTIC = { ok: false, error: { code: "hpke-not-authentic" } };
const BAD_KEY = { ok: false, error: { code: "hpke-bad-key" } };
const WRONG_SIZE = { ok: false, error: { code: "request-size" } };
const PADDED_BYTES = REQUEST_BYTES - 4 - 1120 - 16;

/** What the encoding of `request` takes beside its message. */
const BYTES_BESIDE_MESSAGE = 623;

const seed = repeated(3)(32);
const at: BoxAddress = { relay: vectors.place as RelayId, box: "0b".repeat(16) as BoxId, keyId: 0x0102_0304 };
const request: ContactRequest = {
  account: "01".repeat(32) as AccountId,
  device: "02".repeat(32) as DeviceId,
  entries: [repeated(4)(200), repeated(5)(300)],
  queue: { secret: repeated(6)(32), number: 1, relays: [] },
  message: repeated(7)(1800 + MAX_REQUEST_TEXT_BYTES),
};
const whole: ContactRequest = {
  ...request,
  claim: repeated(8)(300),
  card: repeated(9)(1000),
  personToken: repeated(10)(32),
};

let publicKey: Uint8Array;
let sealed: Uint8Array;
const seal = (value: ContactRequest, to = at) =>
  sealRequest(nobleSuite, { ...to, publicKey }, value, createSeededRandom("request"));
const open = (bytes: Uint8Array, where = at, with_ = seed) => openRequest(nobleSuite, where, with_, bytes);

/** Seals anything at all as the inside of a request: what a hostile stranger can do. */
async function sealInside(padded: Uint8Array): Promise<Uint8Array> {
  const info = concat(utf8(LABELS.request), utf8(at.relay), repeated(11)(16), uint32ToBytes(at.keyId));
  const context = { suite: nobleSuite, info, ad: new Uint8Array(0) };
  const box = expectValue(await sealTo(context, publicKey, padded, createSeededRandom("inside")));
  return concat(uint32ToBytes(at.keyId), box);
}

beforeAll(async () => {
  publicKey = await nobleSuite.xWing.publicKey(seed);
  sealed = expectValue(await seal(request));
});

describe("a sealed request", () => {
  test("opens at its box, with and without the parts that may be left out", async () => {
    expect(await open(sealed)).toEqual({ ok: true, value: request });
    expect(await open(expectValue(await seal(whole)))).toEqual({ ok: true, value: whole });
  });

  test("has one size whatever it says, and is fixed for fixed randomness", async () => {
    expect(expectValue(await seal(whole)).length).toBe(REQUEST_BYTES);
    expect(expectValue(await seal({ ...request, message: repeated(1)(1) })).length).toBe(REQUEST_BYTES);
    expect(toHex(nobleSuite.sha256(sealed))).toBe(vectors.requestHash);
  });

  test("names its key, and other lengths name none", () => {
    expect(requestKeyId(sealed)).toBe(at.keyId);
    for (const length of [0, 3, 4, REQUEST_BYTES - 1]) expect(requestKeyId(sealed.subarray(0, length))).toBeNull();
    expect(requestKeyId(concat(sealed, Uint8Array.of(0)))).toBeNull();
  });

  test("is refused when it is too large, before anything is sealed", async () => {
    const most = PADDED_BYTES - 4 - BYTES_BESIDE_MESSAGE;
    expect((await seal({ ...request, message: repeated(1)(most) })).ok).toBe(true);
    expect(await seal({ ...request, message: repeated(1)(most + 1) })).toEqual(WRONG_SIZE);
    expect(await seal({ ...request, message: repeated(1)(PADDED_BYTES + 1) })).toEqual(WRONG_SIZE);
    await expect(seal({ ...request, entries: [] })).rejects.toThrow(RangeError);
  });

  test("is not made for a box key that is none", async () => {
    const to = { ...at, publicKey: repeated(255)(1216) };
    expect(await sealRequest(nobleSuite, to, request, createSeededRandom("bad"))).toEqual(BAD_KEY);
  });
});

describe("opening refuses", () => {
  test("another box, relay or seed", async () => {
    expect(await open(sealed, { ...at, box: "0c".repeat(16) as BoxId })).toEqual(NOT_AUTHENTIC);
    expect(await open(sealed, { ...at, relay: vectors.otherPlace as RelayId })).toEqual(NOT_AUTHENTIC);
    expect(await open(sealed, at, repeated(4)(32))).toEqual(NOT_AUTHENTIC);
  });

  test("another key id, in the request or where it is opened, or both", async () => {
    expect(await open(sealed, { ...at, keyId: at.keyId + 1 })).toEqual(BAD_KEY);
    expect(await open(withFlippedBit(sealed, 3))).toEqual(BAD_KEY);
    expect(await open(withFlippedBit(sealed, 3), { ...at, keyId: at.keyId ^ 1 })).toEqual(NOT_AUTHENTIC);
  });

  test("one bit changed in the encapsulated key, the text, the padding or the tag", async () => {
    for (const index of [4, 1091, 1092, 1123, 1124, 5000, REQUEST_BYTES - 20, REQUEST_BYTES - 1]) {
      expect(await open(withFlippedBit(sealed, index))).toEqual(NOT_AUTHENTIC);
    }
  });

  test("other lengths", async () => {
    for (const length of [0, 4, 1124, REQUEST_BYTES - 1]) {
      expect(await open(sealed.subarray(0, length))).toEqual(WRONG_SIZE);
    }
    expect(await open(concat(sealed, Uint8Array.of(0)))).toEqual(WRONG_SIZE);
  });

  test("an inside that is no padded request, without throwing", async () => {
    const spoilt = padMessage(repeated(1)(10), PADDED_BYTES);
    spoilt[PADDED_BYTES - 1] = 1;
    expect(await open(await sealInside(spoilt))).toEqual(WRONG_SIZE);
    expect(await open(await sealInside(repeated(255)(PADDED_BYTES)))).toEqual(WRONG_SIZE);
    const inside = (bytes: Uint8Array) => sealInside(padMessage(bytes, PADDED_BYTES));
    const error = (code: string) => ({ ok: false, error: { code } });
    expect(await open(await inside(new Uint8Array(0)))).toEqual(error("not-canonical"));
    expect(await open(await inside(encodeCbor(new Map())))).toMatchObject(error("bad-shape"));
  });
});
