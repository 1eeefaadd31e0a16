import { beforeEach, describe, expect, it } from "vitest";
import { concat, equalBytes, utf8 } from "../bytes.ts";
import { nobleSuite } from "../crypto/noble.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import { MAX_ARCHIVED_SESSIONS, MAX_SKIPPED_KEY_AGE_MS, MAX_UNANSWERED_SESSION_MS } from "../limits.ts";
import { createSeededRandom } from "../testing/seeded-random.ts";
import { createSessionDevice, type SessionDevice } from "../testing/session-device.ts";
import { createSessionParty, type PartyContext, type SessionParty } from "../testing/session-party.ts";
import { decryptMessage, encryptMessage, startSession } from "./session.ts";
import { archiveCurrentSession, EMPTY_SESSION_RECORD, encodeSessionRecord } from "./session-record.ts";
import { decodeReceivedMessage, encodePrekeyMessage, encodeSignalMessage, inspectMessage } from "./wire.ts";

const DEVICES: readonly Promise<SessionDevice>[] = ["alice", "bob", "eve"].map((name) =>
  createSessionDevice(nobleSuite, createSeededRandom(name)),
);

let calls: { x25519: number };
let context: PartyContext;
let alice: SessionParty;
let bob: SessionParty;
let eve: SessionDevice;

beforeEach(async () => {
  calls = { x25519: 0 };
  const suite: CryptoSuite = {
    ...nobleSuite,
    x25519(privateKey, publicKey) {
      calls.x25519++;
      return nobleSuite.x25519(privateKey, publicKey);
    },
  };
  context = { suite, random: createSeededRandom("session test"), nowMs: 1_000_000 };
  const [a, b, e] = await Promise.all(DEVICES);
  alice = createSessionParty(context, a as SessionDevice);
  // The store of used prekeys is Bob's own, so each test gets a fresh Bob.
  bob = createSessionParty(context, await createSessionDevice(nobleSuite, createSeededRandom("bob")));
  expect(bob.device.local).toEqual((b as SessionDevice).local);
  eve = e as SessionDevice;
});

/** Sends and delivers; the text that arrived. */
async function pass(from: SessionParty, to: SessionParty, text: string): Promise<void> {
  expect(await to.receive(await from.send(utf8(text)), from.device)).toEqual({ ok: true, value: utf8(text) });
}

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

/** A session that both sides have used. */
async function establish(): Promise<void> {
  await alice.start(bob.device, 0);
  await pass(alice, bob, "first");
  await pass(bob, alice, "answer");
}

function flipped(message: Uint8Array, at: number): Uint8Array {
  const copy = message.slice();
  copy[at] = (copy[at] as number) ^ 1;
  return copy;
}

describe("starting", () => {
  it("sends prekey messages until the first answer and plain ones from then on", async () => {
    await alice.start(bob.device, 0);
    const [one, two] = [await alice.send(utf8("1")), await alice.send(utf8("2"))];
    for (const message of [one, two]) {
      const { publicKey } = alice.device.local.identityKey;
      expect(inspectMessage(message)).toMatchObject({ ok: true, value: { kind: "prekey", identityKey: publicKey } });
    }
    expect(await bob.receive(two, alice.device)).toEqual({ ok: true, value: utf8("2") });
    expect(await bob.receive(one, alice.device)).toEqual({ ok: true, value: utf8("1") });
    const answer = await bob.send(utf8("3"));
    expect(inspectMessage(answer)).toEqual({ ok: true, value: { kind: "message" } });
    await alice.receive(answer, bob.device);
    expect(inspectMessage(await alice.send(utf8("4")))).toEqual({ ok: true, value: { kind: "message" } });
  });

  it("names the prekeys that were used, once", async () => {
    await alice.start(bob.device, 1);
    const { identityKey } = alice.device.local;
    const options = { maxJump: 10, expectedIdentityKey: identityKey.publicKey, prekeys: bob.device.prekeys };
    const one = await alice.send(utf8("1"));
    const first = await decryptMessage(context, null, bob.device.local, one, options);
    if (!first.ok) throw new Error(first.error.code);
    const kemCiphertext = alice.record.current?.pending?.kemCiphertext ?? new Uint8Array(0);
    expect(first.value.usedPrekeys).toEqual({
      signedId: 1,
      kemId: 2,
      oneTimeId: 4,
      baseKey: alice.record.current?.baseKey,
      replayId: nobleSuite.sha256(kemCiphertext),
    });
    const two = await alice.send(utf8("2"));
    const second = await decryptMessage(context, first.value.record, bob.device.local, two, options);
    expect(second.ok && "usedPrekeys" in second.value).toBe(false);
  });

  it("refuses a bundle that is not signed and keeps the record", async () => {
    const bundle = { ...bob.device.createBundle(0), identityKey: eve.local.identityKey.publicKey };
    const started = await startSession(context, alice.device.local, bundle, EMPTY_SESSION_RECORD);
    expect(started).toEqual({ ok: false, error: { code: "bad-prekey-signature", prekey: "signed" } });
    expect(calls.x25519).toBe(0);
  });

  it("refuses a one-time key of small order", async () => {
    const bundle = { ...bob.device.createBundle(0), oneTimePrekey: { id: 3, publicKey: new Uint8Array(32) } };
    const started = await startSession(context, alice.device.local, bundle, null);
    expect(started).toEqual({ ok: false, error: { code: "low-order-key" } });
  });

  it("at the same time on both sides ends in one working session", async () => {
    await alice.start(bob.device, 0);
    await bob.start(alice.device);
    const fromAlice = await alice.send(utf8("from alice"));
    const fromBob = await bob.send(utf8("from bob"));
    expect(await bob.receive(fromAlice, alice.device)).toEqual({ ok: true, value: utf8("from alice") });
    expect(await alice.receive(fromBob, bob.device)).toEqual({ ok: true, value: utf8("from bob") });
    expect([alice.record.archived.length, bob.record.archived.length]).toEqual([1, 1]);
    for (let i = 0; i < 3; i++) {
      await pass(alice, bob, `a${i}`);
      await pass(bob, alice, `b${i}`);
    }
    expect(alice.record.current?.baseKey).toEqual(bob.record.current?.baseKey);
    expect([alice.record.archived.length, bob.record.archived.length]).toEqual([1, 1]);
  });
});

describe("encrypting", () => {
  it("needs a session", async () => {
    const { local } = alice.device;
    const none = { ok: false, error: { code: "no-session" } };
    expect(await encryptMessage(context, EMPTY_SESSION_RECORD, local, utf8("x"))).toEqual(none);
    await establish();
    expect(await encryptMessage(context, archiveCurrentSession(alice.record), local, utf8("x"))).toEqual(none);
  });

  it("stops in a session that was not answered for 30 days", async () => {
    await alice.start(bob.device, 0);
    context.nowMs += MAX_UNANSWERED_SESSION_MS;
    await alice.send(utf8("just in time"));
    context.nowMs += 1;
    const before = encodeSessionRecord(alice.record);
    expect(await encryptMessage(context, alice.record, alice.device.local, utf8("late"))).toEqual({
      ok: false,
      error: { code: "session-unanswered", ageMs: MAX_UNANSWERED_SESSION_MS + 1, limitMs: MAX_UNANSWERED_SESSION_MS },
    });
    expect(encodeSessionRecord(alice.record)).toEqual(before);
  });

  it("does not change its arguments", async () => {
    await establish();
    const { record } = alice;
    const before = encodeSessionRecord(record);
    const [one, two] = [await alice.send(utf8("same")), await alice.send(utf8("same"))];
    expect(encodeSessionRecord(record)).toEqual(before);
    expect(equalBytes(one, two)).toBe(false);
  });

  it("needs no key agreement within a chain, in either direction", async () => {
    await establish();
    await pass(alice, bob, "turns both");
    calls.x25519 = 0;
    for (let i = 0; i < 5; i++) await pass(alice, bob, "same chain");
    expect(calls.x25519).toBe(0);
    await pass(bob, alice, "one turn each");
    expect(calls.x25519).toBe(2);
  });
});

describe("decrypting", () => {
  it("tells duplicates from forgeries, for plain and prekey messages", async () => {
    await alice.start(bob.device, 0);
    const first = await alice.send(utf8("first"));
    await bob.receive(first, alice.device);
    await expectRefusal(bob, alice.device, first, { code: "duplicate" });
    await pass(bob, alice, "answer");
    const later = await alice.send(utf8("later"));
    await expectRefusal(bob, alice.device, flipped(later, later.length - 1), { code: "not-authentic" });
    await bob.receive(later, alice.device);
    await expectRefusal(bob, alice.device, later, { code: "duplicate" });
  });

  it("refuses a plain message with any byte changed", async () => {
    await establish();
    await pass(alice, bob, "so that the chain is known");
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
    await establish();
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
    await establish();
    const [late, lost] = [await alice.send(utf8("late")), await alice.send(utf8("lost"))];
    await pass(alice, bob, "now");
    context.nowMs += MAX_SKIPPED_KEY_AGE_MS;
    expect(await bob.receive(late, alice.device)).toEqual({ ok: true, value: utf8("late") });
    context.nowMs += 1;
    await expectRefusal(bob, alice.device, lost, { code: "duplicate" });
    await pass(alice, bob, "later");
    expect(bob.record.current?.receivingChains.map(({ skipped }) => skipped.count)).toEqual([0]);
  });

  it("forgets the skipped keys of archived sessions too", async () => {
    await establish();
    const late = await alice.send(utf8("late"));
    await pass(alice, bob, "now");
    await bob.start(alice.device);
    await pass(bob, alice, "new session");
    await pass(alice, bob, "answer");
    expect(bob.record.archived[0]?.oldestMs).toBeLessThan(Infinity);
    context.nowMs += MAX_SKIPPED_KEY_AGE_MS + 1;
    await bob.send(utf8("anything"));
    expect(bob.record.archived[0]?.oldestMs).toBe(Infinity);
    await expectRefusal(bob, alice.device, late, { code: "duplicate" });
  });

  it("reads late messages of the last five chains", async () => {
    await establish();
    const late: Uint8Array[] = [];
    for (let i = 0; i < 6; i++) {
      late.push(await alice.send(utf8(`late ${i}`)));
      await pass(alice, bob, "turn");
      await pass(bob, alice, "turn");
    }
    expect(bob.record.current?.receivingChains.length).toBe(5);
    expect(await bob.receive(late[1] as Uint8Array, alice.device)).toEqual({ ok: true, value: utf8("late 1") });
    await expectRefusal(bob, alice.device, late[0] as Uint8Array, { code: "not-authentic" });
  });

  it("refuses a ratchet key of small order without changing anything", async () => {
    await establish();
    const ciphertext = new Uint8Array(16);
    const forged = encodeSignalMessage({ ratchetKey: new Uint8Array(32), counter: 0, previousCounter: 0, ciphertext });
    // Alice has sent under her present key only after Bob's last turn, so a new key of Bob's would be accepted.
    await alice.send(utf8("turns"));
    await expectRefusal(alice, bob.device, concat(forged, new Uint8Array(8)), { code: "low-order-key" });
  });

  it("refuses a prekey message of another identity", async () => {
    await alice.start(bob.device, 0);
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
    await establish();
    const message = await alice.send(utf8("x"));
    bob.record = EMPTY_SESSION_RECORD;
    await expectRefusal(bob, alice.device, message, { code: "no-session" });
  });

  it("refuses damaged messages and other versions", async () => {
    await establish();
    await expectRefusal(bob, alice.device, new Uint8Array(0), { code: "malformed" });
    await expectRefusal(bob, alice.device, Uint8Array.of(0x33, 0x0a, 1), { code: "unknown-version" });
  });

  it("keeps what it stores apart from the caller's buffer", async () => {
    await establish();
    const message = Uint8Array.from(await alice.send(utf8("x")));
    await bob.receive(message, alice.device);
    const before = encodeSessionRecord(bob.record);
    message.fill(0);
    expect(encodeSessionRecord(bob.record)).toEqual(before);
  });
});

describe("archived sessions", () => {
  it("still receive, and become current again by it", async () => {
    await establish();
    const old = await alice.send(utf8("under the old session"));
    const oldBase = bob.record.current?.baseKey;
    await bob.start(alice.device);
    expect(bob.record.current?.baseKey).not.toEqual(oldBase);
    expect(await bob.receive(old, alice.device)).toEqual({ ok: true, value: utf8("under the old session") });
    expect(bob.record.current?.baseKey).toEqual(oldBase);
    expect(bob.record.archived.length).toBe(1);
  });

  it("tell duplicates too", async () => {
    await establish();
    const message = await alice.send(utf8("x"));
    await bob.receive(message, alice.device);
    await bob.start(alice.device);
    await expectRefusal(bob, alice.device, message, { code: "duplicate" });
  });

  it("number at most 40, the newest", async () => {
    await establish();
    const session = bob.record.current;
    if (session === null) throw new Error("expected a session");
    let record = EMPTY_SESSION_RECORD;
    for (let i = 0; i < MAX_ARCHIVED_SESSIONS + 3; i++) {
      const baseKey = new Uint8Array(32).fill(i);
      record = archiveCurrentSession({ ...record, current: { ...session, baseKey } });
    }
    expect(record.archived.length).toBe(MAX_ARCHIVED_SESSIONS);
    expect(record.archived[0]?.baseKey[0]).toBe(MAX_ARCHIVED_SESSIONS + 2);
  });
});
