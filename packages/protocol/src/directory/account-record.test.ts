import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import {
  ALICE_WORDS,
  BOB_WORDS,
  expectValue,
  mutilations,
  NOW_MS,
  type Person,
  personOf,
  withFlippedBit,
} from "../account/fixtures.ts";
import { fromHex, toHex } from "../bytes.ts";
import { nobleSuite } from "../crypto/noble.ts";
import { MAX_ACCOUNT_RECORD_BYTES } from "../limits.ts";
import { type AccountRecord, decodeAccountRecord, encodeAccountRecord, verifyAccountRecord } from "./account-record.ts";
import { signCard } from "./device-card.ts";
import vectors from "./directory.vectors.json" with { type: "json" };
import { BITS, fixedCard, NET_ID } from "./fixtures.ts";

let alice: Person;
let bob: Person;
const ENCODED = fromHex(vectors.record);
const RECORD: AccountRecord = expectValue(decodeAccountRecord(ENCODED));

beforeAll(async () => {
  alice = await personOf(ALICE_WORDS, 1, "Alice_1");
  bob = await personOf(BOB_WORDS, 3, "bob");
});

const verify = (change: Partial<AccountRecord>, nowMs = NOW_MS) =>
  verifyAccountRecord(nobleSuite, { ...RECORD, ...change }, { netId: NET_ID, bits: BITS, nowMs });

async function errorOf(change: Partial<AccountRecord>, nowMs = NOW_MS) {
  const result = await verify(change, nowMs);
  return result.ok ? undefined : result.error;
}

test("the fixed record holds the vector's claim, card and chain, and verifies", async () => {
  expect(toHex(encodeAccountRecord(RECORD))).toBe(vectors.record);
  const account = expectValue(await verify({}));
  expect(toHex(account.claim?.hash ?? new Uint8Array(0))).toBe(vectors.claimHash);
  expect(account.cards.map((card) => toHex(card.encoded))).toEqual([vectors.card]);
  expect(account.chain.account).toBe(alice.root.accountId);
});

test("an account without a handle has a record without a claim", async () => {
  const { chain, cards } = RECORD;
  const account = await verifyAccountRecord(nobleSuite, { chain, cards }, { netId: NET_ID, bits: BITS, nowMs: NOW_MS });
  expect(expectValue(account).claim).toBeUndefined();
});

test("one bad part refuses the whole, with the part and its reason", async () => {
  const claim = fromHex(vectors.claim);
  const forged = withFlippedBit(claim, claim.length - 1);
  expect(await errorOf({ claim: forged })).toEqual({ code: "bad-claim", cause: { code: "bad-signature" } });
  const chain = bob.chain.entries;
  expect(await errorOf({ chain })).toEqual({ code: "bad-claim", cause: { code: "other-account" } });
  const broken = RECORD.chain.slice(1);
  expect(await errorOf({ chain: broken })).toEqual({ code: "bad-chain", cause: { code: "bad-create", index: 0 } });
  const foreign = await signCard(nobleSuite, bob.device.signingSeed, await fixedCard(bob));
  const cards = [...RECORD.cards, foreign];
  expect(await errorOf({ cards })).toEqual({ code: "bad-card", index: 1, cause: { code: "other-account" } });
  const cut = [RECORD.cards[0]?.slice(1) ?? foreign];
  expect(await errorOf({ cards: cut })).toMatchObject({ code: "bad-card", index: 0 });
  const twice = [...RECORD.cards, ...RECORD.cards];
  expect(await errorOf({ cards: twice })).toEqual({ code: "duplicate-card", index: 1 });
  expect(await errorOf({}, NOW_MS + 31 * 86_400_000)).toEqual({ code: "bad-claim", cause: { code: "expired" } });
});

test("a record cut or lengthened anywhere, or oversize, is refused", () => {
  for (const encoded of mutilations(ENCODED)) expect(decodeAccountRecord(encoded).ok).toBe(false);
  const large = decodeAccountRecord(new Uint8Array(MAX_ACCOUNT_RECORD_BYTES + 1));
  expect(large).toMatchObject({ ok: false, error: { code: "too-large" } });
});

test("random bytes are refused and never throw", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (encoded) => {
      expect(decodeAccountRecord(encoded).ok).toBe(false);
    }),
  );
});
