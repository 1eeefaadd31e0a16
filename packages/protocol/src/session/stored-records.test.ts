/**
 * Records stored by earlier versions go on being read: 1, whose sessions had no post-quantum ratchet, and 2. The files
 * are never edited; a new layout adds one.
 */
import { describe, expect, it } from "vitest";
import { equalBytes, fromHex, toHex, utf8 } from "../bytes.ts";
import { nobleSuite } from "../crypto/noble.ts";
import { MAX_JUMP } from "../limits.ts";
import { createSeededRandom } from "../testing/seeded-random.ts";
import type { PrekeyLookup } from "./prekeys.ts";
import { decryptMessage, encryptMessage } from "./session.ts";
import { decodeSessionRecord, encodeSessionRecord, type SessionRecord, suiteOfRecord } from "./session-record.ts";
import first from "./session-record-1.vectors.json" with { type: "json" };
import second from "./session-record-2.vectors.json" with { type: "json" };
import { isClassicalOnly } from "./session-state.ts";

const NO_PREKEYS: PrekeyLookup = {
  signedPrekey: () => null,
  kemPrekey: () => null,
  oneTimePrekey: () => null,
  isReplayed: () => false,
};

type Stored = typeof first | typeof second;

function party(stored: Stored, name: "alice" | "bob") {
  const identityKey = {
    privateKey: fromHex(stored[`${name}IdentityPrivate`]),
    publicKey: fromHex(stored[`${name}IdentityPublic`]),
  };
  const decoded = decodeSessionRecord(fromHex(stored[`${name}Record`]));
  if (!decoded.ok) throw new Error(decoded.error.code);
  return { local: { identityKey, registrationId: 0x1234 }, record: decoded.value };
}

type Party = ReturnType<typeof party>;

function receive(nowMs: number, to: Party, record: SessionRecord, from: Party, message: Uint8Array) {
  const context = { suite: nobleSuite, random: createSeededRandom("receive"), nowMs };
  const expectedIdentityKey = from.local.identityKey.publicKey;
  const options = { maxJump: MAX_JUMP, expectedIdentityKey, prekeys: NO_PREKEYS };
  return decryptMessage(context, record, to.local, message, options);
}

describe.each([
  { version: 1, suite: 1, stored: first },
  { version: 2, suite: 2, stored: second },
] as const)("a record of version $version", ({ suite, stored }) => {
  const people = () => [party(stored, "alice"), party(stored, "bob")] as const;

  it("is read in its suite and written as it was", () => {
    for (const [index, { record }] of people().entries()) {
      expect(suiteOfRecord(record)).toBe(suite);
      expect(record.current !== null && isClassicalOnly(record.current)).toBe(suite === 1);
      expect(toHex(encodeSessionRecord(record))).toBe(stored[index === 0 ? "aliceRecord" : "bobRecord"]);
    }
  });

  it("opens late messages of its current and archived sessions", async () => {
    const [alice, bob] = people();
    for (const [to, from, late] of [
      [bob, alice, stored.toBob],
      [alice, bob, stored.toAlice],
    ] as const) {
      let { record } = to;
      for (const { message, plaintext } of late) {
        const received = await receive(stored.nowMs, to, record, from, fromHex(message));
        if (!received.ok) throw new Error(received.error.code);
        expect(equalBytes(received.value.plaintext, utf8(plaintext))).toBe(true);
        record = received.value.record;
      }
    }
  });

  it("goes on in its suite, in turns", async () => {
    const [alice, bob] = people();
    const records = [alice.record, bob.record];
    const random = createSeededRandom("go on");
    for (let turn = 0; turn < 60; turn++) {
      const [from, to, own] = turn % 2 === 0 ? [alice, bob, 0] : [bob, alice, 1];
      const context = { suite: nobleSuite, random, nowMs: stored.nowMs };
      const sent = await encryptMessage(context, records[own] as SessionRecord, from.local, utf8(`turn ${turn}`));
      if (!sent.ok) throw new Error(sent.error.code);
      const received = await receive(stored.nowMs, to, records[1 - own] as SessionRecord, from, sent.value.message);
      if (!received.ok) throw new Error(received.error.code);
      expect(received.value.plaintext).toEqual(utf8(`turn ${turn}`));
      records[own] = sent.value.record;
      records[1 - own] = received.value.record;
    }
    expect(records.map((record) => suiteOfRecord(record as SessionRecord))).toEqual([suite, suite]);
  });
});
