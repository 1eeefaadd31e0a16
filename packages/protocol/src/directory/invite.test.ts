import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { ALICE_WORDS, expectValue, NOW_MS, type Person, personOf } from "../account/fixtures.ts";
import { fromBase64Url, fromHex, toBase64Url, toHex } from "../bytes.ts";
import { nobleSuite } from "../crypto/noble.ts";
import type { AccountId, BoxId, RelayId } from "../ids.ts";
import { MAX_INVITE_CHARACTERS } from "../limits.ts";
import { publicKeyToRelay, relayPublicKey } from "../relay/relay-record.ts";
import vectors from "./directory.vectors.json" with { type: "json" };
import { DAY_MS, fixedBox, fixedInvite } from "./fixtures.ts";
import {
  admitHash,
  admitToken,
  fitInvite,
  type Invite,
  invitedHandle,
  inviteToLink,
  inviteToText,
  parseInvite,
  personToken,
} from "./invite.ts";

let alice: Person;
let invite: Invite;
const PAYLOAD = vectors.invite.slice("kith:i/".length);

beforeAll(async () => {
  alice = await personOf(ALICE_WORDS, 1, "Alice_1");
  invite = await fixedInvite(alice);
});

const errorOf = (text: string, nowMs = NOW_MS) => {
  const result = parseInvite(text, nowMs);
  return result.ok ? undefined : result.error;
};
const malformed = (rule: string) => ({ code: "INVITE_MALFORMED", rule });

describe("the text of an invite", () => {
  test("is the vector's, with three relays of two addresses each in 600 characters", () => {
    expect(inviteToText(invite)).toBe(vectors.invite);
    expect(vectors.invite.length).toBeLessThanOrEqual(MAX_INVITE_CHARACTERS);
    expect(parseInvite(vectors.invite, NOW_MS)).toEqual({ ok: true, value: invite });
    expect(invitedHandle(invite)).toBe("alice_1");
  });

  test("reads as link, with white space around and inside", () => {
    const link = inviteToLink(invite, "https://kith.example/join");
    const broken = vectors.invite.replace(/(.{76})/g, "$1\r\n");
    for (const text of [
      link,
      ` ${vectors.invite}\n`,
      broken,
      `KITH:I/${PAYLOAD}`,
      `http://localhost:8080/#i=${PAYLOAD}`,
    ]) {
      expect(parseInvite(text, NOW_MS)).toEqual({ ok: true, value: invite });
    }
  });

  test("may leave out the handle and all addresses", async () => {
    const { written, ...rest } = invite;
    const box = await fixedBox(40);
    const bare: Invite = { ...rest, boxes: [{ ...box, relay: { ...box.relay, addresses: [] } }] };
    expect(written).toBe("Alice_1");
    expect(parseInvite(inviteToText(bare), NOW_MS)).toEqual({ ok: true, value: bare });
    expect(invitedHandle(bare)).toBeNull();
  });

  test("carries PeerIds that hold no Ed25519 key whole", async () => {
    const box = await fixedBox(40);
    const relay = { ...box.relay, relay: "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N" as RelayId };
    const other = { ...invite, boxes: [{ ...box, relay }] };
    expect(parseInvite(inviteToText(other), NOW_MS)).toEqual({ ok: true, value: other });
  });

  test("survives for every content that fits", () => {
    const key = fc.uint8Array({ minLength: 32, maxLength: 32 });
    const box = fc.record({ id: fc.uint8Array({ minLength: 16, maxLength: 16 }), key, port: fc.nat(65535) });
    fc.assert(
      fc.property(key, fc.array(box, { minLength: 1, maxLength: 3 }), (account, boxes) => {
        const each: Invite = {
          account: toHex(account) as AccountId,
          secret: account.slice(0, 16),
          boxes: boxes.map(({ id, key: publicKey, port }) => ({
            boxId: toHex(id) as BoxId,
            relay: { relay: publicKeyToRelay(publicKey), addresses: [`/ip4/10.0.0.1/tcp/${port}`] },
          })),
          expiresMs: NOW_MS + 1000,
        };
        expect(parseInvite(inviteToText(each), NOW_MS)).toEqual({ ok: true, value: each });
      }),
    );
  });

  test("needs a box and whole seconds", () => {
    expect(() => inviteToText({ ...invite, boxes: [] })).toThrow(RangeError);
    expect(() => inviteToText({ ...invite, expiresMs: NOW_MS + 1 })).toThrow(RangeError);
  });
});

describe("fitting", () => {
  test("leaves an invite that fits as it is", () => {
    expect(fitInvite(invite)).toBe(invite);
  });

  test("drops the last addresses of the fullest boxes until 600 characters hold it", () => {
    const addresses = [1, 2, 3].map((n) => `/dns4/a-rather-long-relay-name-${n}.example.org/tcp/443/tls/sni/x/ws`);
    const long = { ...invite, boxes: invite.boxes.map((box) => ({ ...box, relay: { ...box.relay, addresses } })) };
    expect(() => inviteToText(long)).toThrow("invite of");
    const fitted = fitInvite(long);
    expect(parseInvite(inviteToText(fitted), NOW_MS)).toEqual({ ok: true, value: fitted });
    expect(fitted.boxes.map((box) => box.relay.addresses)).toEqual(
      fitted.boxes.map((box) => addresses.slice(0, box.relay.addresses.length)),
    );
    const counts = fitted.boxes.map((box) => box.relay.addresses.length);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    expect(Math.max(...counts)).toBeGreaterThan(0);
  });
});

describe("refusals", () => {
  test.each([
    "",
    "kith:i/",
    "kith:j/abc",
    "kith1qqqq",
    "https://kith.example/join",
    "https://kith.example/?i=abc",
    "hello",
  ])("%j is not an invite", (text) => {
    expect(errorOf(text)).toEqual(malformed("not-an-invite"));
  });

  test("texts over 600 characters are not read, whatever surrounds them", () => {
    expect(errorOf(`kith:i/${"A".repeat(MAX_INVITE_CHARACTERS)}`)).toEqual(malformed("too-long"));
    expect(errorOf(" ".repeat(5000))).toEqual(malformed("too-long"));
  });

  test("an invite cut or lengthened anywhere is malformed", () => {
    for (let length = 1; length < PAYLOAD.length; length++) {
      expect(errorOf(`kith:i/${PAYLOAD.slice(0, length)}`)).toEqual(malformed("content"));
    }
    const longer = Uint8Array.from([...(fromBase64Url(PAYLOAD) ?? []), 0]);
    expect(errorOf(`kith:i/${toBase64Url(longer)}`)).toEqual(malformed("content"));
  });

  test("one invite has one text: an Ed25519 PeerId is not carried whole", async () => {
    const key = relayPublicKey((await fixedBox(40)).relay.relay) ?? new Uint8Array(0);
    const hex = toHex(fromBase64Url(PAYLOAD) ?? key);
    const whole = hex.replace(`5820${toHex(key)}`, `5826002408011220${toHex(key)}`);
    expect(whole).not.toBe(hex);
    expect(errorOf(`kith:i/${toBase64Url(fromHex(whole))}`)).toEqual(malformed("content"));
  });

  test("an invite counts until its second of expiry", () => {
    const expiresMs = NOW_MS + 7 * DAY_MS;
    expect(errorOf(vectors.invite, expiresMs - 1)).toBeUndefined();
    expect(errorOf(vectors.invite, expiresMs)).toEqual({ code: "INVITE_EXPIRED", expiresMs });
  });

  test("random payloads and texts never throw", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.string(), (bytes, text) => {
        expect(parseInvite(`kith:i/${toBase64Url(bytes)}`, NOW_MS).ok).toBe(false);
        expect(parseInvite(text, NOW_MS).ok).toBe(false);
      }),
    );
  });
});

test("the tokens of the secret are the vector's, and differ", () => {
  const secret = fromHex(vectors.inviteSecret);
  const admit = admitToken(nobleSuite, secret);
  expect(toHex(admit)).toBe(vectors.admitToken);
  expect(toHex(admitHash(nobleSuite, admit))).toBe(vectors.admitHash);
  expect(toHex(personToken(nobleSuite, secret))).toBe(vectors.personToken);
  expect(vectors.admitToken).not.toBe(vectors.personToken);
  expect(expectValue(parseInvite(vectors.invite, NOW_MS)).secret).toEqual(secret);
});
