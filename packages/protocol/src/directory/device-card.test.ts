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
import { MAX_CARD_BYTES, MAX_CLOCK_SKEW_MS } from "../limits.ts";
import { type CardStatement, checkCard, checkCardAgainstChain, compareCards, signCard } from "./device-card.ts";
import vectors from "./directory.vectors.json" with { type: "json" };
import { DAY_MS, fixedBox, fixedCard } from "./fixtures.ts";

let alice: Person;
let statement: CardStatement;
const CARD = fromHex(vectors.card);

beforeAll(async () => {
  alice = await personOf(ALICE_WORDS, 1, "Alice_1");
  statement = await fixedCard(alice);
});

const cardWith = (change: Partial<CardStatement>) =>
  signCard(nobleSuite, alice.device.signingSeed, { ...statement, ...change });

async function errorOf(encoded: Uint8Array) {
  const result = await checkCard(nobleSuite, encoded, NOW_MS);
  return result.ok ? undefined : result.error;
}

test("the fixed card is made of the vector's bytes and reads back", async () => {
  expect(toHex(await cardWith({}))).toBe(vectors.card);
  expect(expectValue(await checkCard(nobleSuite, CARD, NOW_MS))).toMatchObject(statement);
});

test("times and signature are checked", async () => {
  const issuedMs = NOW_MS + MAX_CLOCK_SKEW_MS + 1;
  expect(await errorOf(await cardWith({ issuedMs }))).toEqual({ code: "in-future" });
  expect(await errorOf(await cardWith({ expiresMs: NOW_MS }))).toEqual({ code: "expired" });
  const expiresMs = NOW_MS + 30 * DAY_MS + 1;
  expect(await errorOf(await cardWith({ expiresMs }))).toEqual({ code: "life-too-long" });
  expect(await errorOf(withFlippedBit(CARD, CARD.length - 1))).toEqual({ code: "bad-signature" });
});

test("four boxes are a mistake of the caller, and so is a card over 2 KiB", async () => {
  const boxes = await Promise.all([40, 42, 44, 46].map(fixedBox));
  await expect(cardWith({ boxes })).rejects.toThrow(RangeError);
  const long = boxes.slice(0, 3).map((box) => {
    const addresses = new Array(3).fill(`/dns/${"a".repeat(240)}/tcp/1`);
    return { ...box, relay: { ...box.relay, addresses } };
  });
  await expect(cardWith({ boxes: long })).rejects.toThrow("card of");
});

test("a card cut, lengthened or oversize is malformed", async () => {
  for (const encoded of mutilations(CARD)) expect((await errorOf(encoded))?.code).toBe("malformed-card");
  const large = new Uint8Array(MAX_CARD_BYTES + 1);
  expect(await errorOf(large)).toEqual({ code: "malformed-card", cause: "too-large" });
});

test("random bytes are refused and never throw", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (encoded) => {
      expect((await errorOf(encoded))?.code).toBe("malformed-card");
    }),
  );
});

test("a card stands on the chain of its account, head and device only", async () => {
  const bob = await personOf(BOB_WORDS, 3, "bob");
  const codeOf = (change: Partial<CardStatement>) => {
    const result = checkCardAgainstChain({ ...statement, ...change }, alice.chain);
    return result.ok ? undefined : result.error.code;
  };
  expect(codeOf({})).toBeUndefined();
  expect(codeOf({ account: bob.root.accountId })).toBe("other-account");
  expect(codeOf({ head: bob.chain.head })).toBe("head-not-in-chain");
  expect(codeOf({ device: bob.device.deviceId })).toBe("device-not-active");
});

test("cards are ordered by head, then number, then hash", async () => {
  const card = expectValue(await checkCard(nobleSuite, CARD, NOW_MS));
  const older = { ...card, head: { ...card.head, seq: card.head.seq - 1 }, cardSeq: 9 };
  const other = { ...card, hash: withFlippedBit(card.hash, 31) };
  expect(compareCards(older, card)).toBeLessThan(0);
  expect(compareCards({ ...card, cardSeq: 2 }, card)).toBeGreaterThan(0);
  expect(Math.sign(compareCards(other, card))).toBe(-Math.sign(compareCards(card, other)));
  expect(compareCards(other, card)).not.toBe(0);
  expect(compareCards(card, card)).toBe(0);
});
