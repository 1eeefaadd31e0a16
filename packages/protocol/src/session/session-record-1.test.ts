/** Records stored by the first version, whose sessions had no post-quantum ratchet: they go on being read. */
import { describe, expect, it } from "vitest";
import { equalBytes, fromHex, toHex, utf8 } from "../bytes.ts";
import { nobleSuite } from "../crypto/noble.ts";
import { MAX_JUMP } from "../limits.ts";
import { createSeededRandom } from "../testing/seeded-random.ts";
import type { PrekeyLookup } from "./prekeys.ts";
import { decryptMessage, encryptMessage } from "./session.ts";
import { decodeSessionRecord, encodeSessionRecord, type SessionRecord, suiteOfRecord } from "./session-record.ts";
import stored from "./session-record-1.vectors.json" with { type: "json" };
import { isClassicalOnly } from "./session-state.ts";

const NO_PREKEYS: PrekeyLookup = {
  signedPrekey: () => null,
  kemPrekey: () => null,
  oneTimePrekey: () => null,
  isReplayed: () => false,
};

const context = { suite: nobleSuite, random: createSeededRandom("first version"), nowMs: stored.nowMs };

function party(name: "alice" | "bob") {
  const identityKey = {
    privateKey: fromHex(stored[`${name}IdentityPrivate`]),
    publicKey: fromHex(stored[`${name}IdentityPublic`]),
  };
  const decoded = decodeSessionRecord(fromHex(stored[`${name}Record`]));
  if (!decoded.ok) throw new Error(decoded.error.code);
  return { local: { identityKey, registrationId: 0x1234 }, record: decoded.value };
}

type Party = ReturnType<typeof party>;

function receive(to: Party, record: SessionRecord, from: Party, message: Uint8Array) {
  const expectedIdentityKey = from.local.identityKey.publicKey;
  const options = { maxJump: MAX_JUMP, expectedIdentityKey, prekeys: NO_PREKEYS };
  return decryptMessage(context, record, to.local, message, options);
}

describe("a record of the first version", () => {
  it("is read as suite 1 and written as it was", () => {
    for (const name of ["alice", "bob"] as const) {
      const { record } = party(name);
      expect(suiteOfRecord(record)).toBe(1);
      expect(record.current !== null && isClassicalOnly(record.current)).toBe(true);
      expect(toHex(encodeSessionRecord(record))).toBe(stored[`${name}Record`]);
    }
  });

  it("opens late messages of its current and archived sessions", async () => {
    const [alice, bob] = [party("alice"), party("bob")];
    let record = bob.record;
    for (const { message, plaintext } of stored.toBob) {
      const received = await receive(bob, record, alice, fromHex(message));
      if (!received.ok) throw new Error(received.error.code);
      expect(equalBytes(received.value.plaintext, utf8(plaintext))).toBe(true);
      record = received.value.record;
    }
    const [late] = stored.toAlice;
    const received = await receive(alice, alice.record, bob, fromHex(late?.message ?? ""));
    expect(received).toMatchObject({ ok: true, value: { plaintext: utf8(late?.plaintext ?? "") } });
  });

  it("goes on sending in its suite", async () => {
    const [alice, bob] = [party("alice"), party("bob")];
    const sent = await encryptMessage(context, alice.record, alice.local, utf8("still here"));
    if (!sent.ok) throw new Error(sent.error.code);
    const received = await receive(bob, bob.record, alice, sent.value.message);
    expect(received).toMatchObject({ ok: true, value: { plaintext: utf8("still here") } });
  });
});
