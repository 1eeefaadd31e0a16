import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { ALICE_WORDS, mutilations, NOW_MS, personOf, repeated, withFlippedBit } from "../account/fixtures.ts";
import { fromHex, toHex } from "../bytes.ts";
import { nobleSuite } from "../crypto/noble.ts";
import type { RelayId } from "../ids.ts";
import { MAX_WITNESS_BYTES } from "../limits.ts";
import vectors from "./directory.vectors.json" with { type: "json" };
import { DAY_MS, fixedRelay, NET_ID } from "./fixtures.ts";
import type { NetId } from "./net-id.ts";
import { checkWitness, countWitnesses, signWitness, type WitnessStatement } from "./witness.ts";

const STATEMENT = fromHex(vectors.witness);
let statement: WitnessStatement;

beforeAll(async () => {
  const { root, chain } = await personOf(ALICE_WORDS, 1, "Alice_1");
  const subject = { netId: NET_ID, account: root.accountId, head: chain.head, node: await fixedRelay(40) };
  statement = { ...subject, sinceMs: NOW_MS - 3 * DAY_MS, atMs: NOW_MS };
});

const check = (encoded: Uint8Array, change: Partial<WitnessStatement> = {}, nowMs = NOW_MS) =>
  checkWitness(nobleSuite, encoded, { ...statement, ...change, nowMs });

describe("a witness statement", () => {
  test("is made of the vector's bytes and reads back", async () => {
    expect(toHex(await signWitness(nobleSuite, repeated(40)(32), statement))).toBe(vectors.witness);
    expect(await check(STATEMENT)).toEqual({ ok: true, value: statement });
  });

  test("about another network, account, head or relay is not the one that was asked for", async () => {
    const { head } = statement;
    const node = await fixedRelay(42);
    const changes = [{ netId: "x" as NetId }, { account: "00".repeat(32) as typeof statement.account }, { node }];
    const heads = [
      { head: { ...head, seq: head.seq + 1 } },
      { head: { ...head, epoch: 1 } },
      { head: { ...head, hash: new Uint8Array(32) } },
    ];
    for (const change of [...changes, ...heads]) {
      expect(await check(STATEMENT, change)).toEqual({ ok: false, error: { code: "other-subject" } });
    }
  });

  test("of another day, or since later than it was made, says nothing about now", async () => {
    const notNow = { ok: false, error: { code: "not-now" } };
    expect(await check(STATEMENT, {}, NOW_MS + DAY_MS + 1)).toEqual(notNow);
    expect(await check(STATEMENT, {}, NOW_MS - DAY_MS - 1)).toEqual(notNow);
    const late = { ...statement, sinceMs: NOW_MS + DAY_MS };
    expect(await check(await signWitness(nobleSuite, repeated(40)(32), late))).toEqual(notNow);
  });

  test("forged by anybody but the relay it names is refused", async () => {
    const badSignature = { ok: false, error: { code: "bad-signature" } };
    expect(await check(await signWitness(nobleSuite, repeated(42)(32), statement))).toEqual(badSignature);
    expect(await check(withFlippedBit(STATEMENT, STATEMENT.length - 1))).toEqual(badSignature);
    const node = "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N" as RelayId;
    const keyless = await signWitness(nobleSuite, repeated(40)(32), { ...statement, node });
    expect(await check(keyless, { node })).toEqual(badSignature);
  });

  test("cut, lengthened, oversize or random is malformed", async () => {
    const codeOf = async (encoded: Uint8Array) => {
      const result = await check(encoded);
      return result.ok ? undefined : result.error.code;
    };
    for (const encoded of mutilations(STATEMENT)) expect(await codeOf(encoded)).toBe("malformed-witness");
    expect(await codeOf(new Uint8Array(MAX_WITNESS_BYTES + 1))).toBe("malformed-witness");
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: MAX_WITNESS_BYTES }), async (encoded) => {
        expect(await codeOf(encoded)).toBe("malformed-witness");
      }),
    );
  });
});

describe("counting witnesses", () => {
  test("two relays are enough, since the younger of them; one is not, however often it says so", async () => {
    const other = { ...statement, node: await fixedRelay(42), sinceMs: NOW_MS - DAY_MS };
    expect(countWitnesses([statement, other], 3)).toEqual({ agreed: 2, asked: 3, sinceMs: NOW_MS - DAY_MS });
    expect(countWitnesses([statement, statement], 3)).toBeNull();
    expect(countWitnesses([], 3)).toBeNull();
  });
});
