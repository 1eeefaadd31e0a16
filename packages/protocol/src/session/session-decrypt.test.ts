import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { concat, equalBytes, utf8 } from "../bytes.ts";
import { nobleSuite } from "../crypto/noble.ts";
import { MAX_SKIPPED_KEY_AGE_MS } from "../limits.ts";
import { createSeededRandom } from "../testing/seeded-random.ts";
import { createSessionDevice, type SessionDevice } from "../testing/session-device.ts";
import { createSessionPair, establishSession, passMessage, type SessionPair } from "../testing/session-pair.ts";
import type { SessionParty } from "../testing/session-party.ts";
import { EMPTY_SESSION_RECORD, encodeSessionRecord } from "./session-record.ts";
import { decodeReceivedMessage, encodePrekeyMessage, encodeSignalMessage } from "./wire.ts";

let pair: SessionPair;
let alice: SessionParty;
let bob: SessionParty;
let eve: SessionDevice;

beforeAll(async () => {
  eve = await createSessionDevice(nobleSuite, createSeededRandom("eve"));
});

beforeEach(async () => {
  pair = await createSessionPair();
  ({ alice, bob } = pair);
});

/** Asserts a rejection and that the record did not change. */
async function expectRefusal(
  to: SessionParty,
  from: SessionDevice,
  message: Uint8Array,
  error: object,
  maxJump = 1000,
) {
  const before = encodeSessionRecord(to.record);
  expect(await to.receive(message, from, maxJump)).toEqual({ ok: false, error });
  expect(equalBytes(encodeSessionRecord(to.record), before)).toBe(true);
}

function flipped(message: Uint8Array, at: number): Uint8Array {
  const copy = message.slice();
  copy[at] = (copy[at] as number) ^ 1;
  return copy;
}

describe("decrypting", () => {
  it("tells duplicates from forgeries, for plain and prekey messages", async () => {
    await alice.start(bob.device, 0);
    const first = await alice.send(utf8("first"));
    await bob.receive(first, alice.device);
    await expectRefusal(bob, alice.device, first, { code: "duplicate" });
    await passMessage(bob, alice, "answer");
    const later = await alice.send(utf8("later"));
    await expectRefusal(bob, alice.device, flipped(later, later.length - 1), { code: "not-authentic" });
    await bob.receive(later, alice.device);
    await expectRefusal(bob, alice.device, later, { code: "duplicate" });
  });

  it("refuses a plain message with any byte changed", async () => {
    await establishSession(pair);
    await passMessage(alice, bob, "so that the chain is known");
    const message = await alice.send(utf8("do not touch"));
    for (let at = 0; at < message.length; at++) {
      const before = encodeSessionRecord(bob.record);
      const received = await bob.receive(flipped(message, at), alice.device, 1000);
      expect(received.ok, `byte ${at}`).toBe(false);
      expect(equalBytes(encodeSessionRecord(bob.record), before), `byte ${at}`).toBe(true);
    }
    expect(await bob.receive(message, alice.device)).toEqual({ ok: true, value: utf8("do not touch") });
  });

  it("refuses a first message with a byte of any authenticated field changed", async () => {
    await alice.start(bob.device, 0);
    const message = await alice.send(utf8("x"));
    // One-time id, base key, identity, inner message with MAC, prekey ids, KEM ciphertext. The registration id before
    // the prekey ids is the one field that v4 does not authenticate.
    const signedAt = message.length - 1568 - 4 - 4 + 1;
    const positions = [0, 1, 2, 4, 5, 6, 36, 39, 70, 74, 76, 80, 110, 120, 150, 155, signedAt, signedAt + 2];
    for (const at of [...positions, message.length - 1568, message.length - 1]) {
      const before = encodeSessionRecord(bob.record);
      const received = await bob.receive(flipped(message, at), alice.device, 1000);
      expect(received.ok, `byte ${at}`).toBe(false);
      expect(equalBytes(encodeSessionRecord(bob.record), before), `byte ${at}`).toBe(true);
    }
    expect(await bob.receive(message, alice.device)).toEqual({ ok: true, value: utf8("x") });
  });

  it("skips at most the allowed number of messages", async () => {
    await establishSession(pair);
    const messages: Uint8Array[] = [];
    for (let i = 0; i < 12; i++) messages.push(await alice.send(utf8(`${i}`)));
    const last = messages[11] as Uint8Array;
    await expectRefusal(bob, alice.device, last, { code: "too-far-ahead", gap: 11, limit: 10 }, 10);
    expect(await bob.receive(last, alice.device, 11)).toEqual({ ok: true, value: utf8("11") });
    for (const i of [3, 0, 10]) {
      expect(await bob.receive(messages[i] as Uint8Array, alice.device)).toEqual({ ok: true, value: utf8(`${i}`) });
    }
  });

  it("forgets skipped keys after 30 days", async () => {
    await establishSession(pair);
    const [late, lost] = [await alice.send(utf8("late")), await alice.send(utf8("lost"))];
    await passMessage(alice, bob, "now");
    pair.context.nowMs += MAX_SKIPPED_KEY_AGE_MS;
    expect(await bob.receive(late, alice.device)).toEqual({ ok: true, value: utf8("late") });
    pair.context.nowMs += 1;
    await expectRefusal(bob, alice.device, lost, { code: "duplicate" });
    await passMessage(alice, bob, "later");
    expect(bob.record.current?.receivingChains.map(({ skipped }) => skipped.count)).toEqual([0]);
  });

  it("forgets the skipped keys of archived sessions too", async () => {
    await establishSession(pair);
    const late = await alice.send(utf8("late"));
    await passMessage(alice, bob, "now");
    await bob.start(alice.device);
    await passMessage(bob, alice, "new session");
    await passMessage(alice, bob, "answer");
    expect(bob.record.archived[0]?.oldestMs).toBeLessThan(Infinity);
    pair.context.nowMs += MAX_SKIPPED_KEY_AGE_MS + 1;
    await bob.send(utf8("anything"));
    expect(bob.record.archived[0]?.oldestMs).toBe(Infinity);
    await expectRefusal(bob, alice.device, late, { code: "duplicate" });
  });

  it("reads late messages of the last five chains", async () => {
    await establishSession(pair);
    const late: Uint8Array[] = [];
    for (let i = 0; i < 6; i++) {
      late.push(await alice.send(utf8(`late ${i}`)));
      await passMessage(alice, bob, "turn");
      await passMessage(bob, alice, "turn");
    }
    expect(bob.record.current?.receivingChains.length).toBe(5);
    expect(await bob.receive(late[1] as Uint8Array, alice.device)).toEqual({ ok: true, value: utf8("late 1") });
    await expectRefusal(bob, alice.device, late[0] as Uint8Array, { code: "not-authentic" });
  });

  it("refuses a ratchet key of small order without changing anything", async () => {
    await establishSession(pair);
    const ciphertext = new Uint8Array(16);
    // Version 1, epoch 1, second message, nothing else: a part that fits the session.
    const pqRatchet = Uint8Array.of(1, 1, 2, 0);
    const header = { ratchetKey: new Uint8Array(32), counter: 0, previousCounter: 0 };
    const forged = encodeSignalMessage({ ...header, ciphertext, pqRatchet });
    // Alice has sent under her present key only after Bob's last turn, so a new key of Bob's would be accepted.
    await alice.send(utf8("turns"));
    await expectRefusal(alice, bob.device, concat(forged, new Uint8Array(8)), { code: "low-order-key" });
  });

  it("refuses a prekey message of another identity", async () => {
    await alice.start(bob.device, 0);
    const message = await alice.send(utf8("x"));
    pair.calls.x25519 = 0;
    await expectRefusal(bob, eve, message, { code: "identity-mismatch" });
    expect(pair.calls.x25519).toBe(0);
  });

  it("refuses a message of a session with another identity", async () => {
    await establishSession(pair);
    await expectRefusal(bob, eve, await alice.send(utf8("x")), { code: "identity-mismatch" });
  });

  it("refuses prekeys that it does not have", async () => {
    await alice.start(bob.device, 0);
    const decoded = decodeReceivedMessage(await alice.send(utf8("x")));
    if (!decoded.ok || decoded.value.kind !== "prekey") throw new Error("expected a prekey message");
    const { prekey } = decoded.value;
    for (const [change, name] of [
      [{ signedId: 9 }, "signed"],
      [{ kemId: 9 }, "kem"],
      [{ oneTimeId: 9 }, "one-time"],
    ] as const) {
      const message = encodePrekeyMessage({ ...prekey, ...change });
      await expectRefusal(bob, alice.device, message, { code: "unknown-prekey", prekey: name });
    }
  });

  it("refuses a replayed start, after a one-time key and after a last-resort key", async () => {
    for (const [index, error] of [
      [0, { code: "unknown-prekey", prekey: "one-time" }],
      [undefined, { code: "replayed-prekey-message" }],
    ] as const) {
      await alice.start(bob.device, index);
      const message = await alice.send(utf8("once"));
      expect(await bob.receive(message, alice.device)).toEqual({ ok: true, value: utf8("once") });
      await expectRefusal(bob, alice.device, message, { code: "duplicate" });
      bob.record = EMPTY_SESSION_RECORD;
      await expectRefusal(bob, alice.device, message, error);
    }
  });

  it("needs a session for a plain message", async () => {
    await establishSession(pair);
    const message = await alice.send(utf8("x"));
    bob.record = EMPTY_SESSION_RECORD;
    await expectRefusal(bob, alice.device, message, { code: "no-session" });
  });

  it("refuses damaged messages and other versions", async () => {
    await establishSession(pair);
    await expectRefusal(bob, alice.device, new Uint8Array(0), { code: "malformed" });
    await expectRefusal(bob, alice.device, Uint8Array.of(0x33, 0x0a, 1), { code: "unknown-version" });
  });

  it("reads the message as it was when called", async () => {
    await establishSession(pair);
    const message = await alice.send(utf8("x"));
    const received = bob.receive(message, alice.device);
    message.fill(0);
    expect(await received).toEqual({ ok: true, value: utf8("x") });
  });
});
