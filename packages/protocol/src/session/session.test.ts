import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { equalBytes, utf8 } from "../bytes.ts";
import { nobleSuite } from "../crypto/noble.ts";
import { MAX_ARCHIVED_SESSIONS, MAX_JUMP, MAX_JUMP_UNAUTHENTICATED, MAX_UNANSWERED_SESSION_MS } from "../limits.ts";
import { createSeededRandom } from "../testing/seeded-random.ts";
import { createSessionDevice, type SessionDevice } from "../testing/session-device.ts";
import { createSessionPair, establishSession, passMessage, type SessionPair } from "../testing/session-pair.ts";
import type { SessionParty } from "../testing/session-party.ts";
import { decryptMessage, encryptMessage, startSession } from "./session.ts";
import { archiveCurrentSession, EMPTY_SESSION_RECORD, encodeSessionRecord } from "./session-record.ts";
import { inspectMessage } from "./wire.ts";

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
    const first = await decryptMessage(pair.context, null, bob.device.local, one, options);
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
    const second = await decryptMessage(pair.context, first.value.record, bob.device.local, two, options);
    expect(second.ok && "usedPrekeys" in second.value).toBe(false);
  });

  it("refuses a bundle that is not signed and keeps the record", async () => {
    const bundle = { ...bob.device.createBundle(0), identityKey: eve.local.identityKey.publicKey };
    const started = await startSession(pair.context, alice.device.local, bundle, EMPTY_SESSION_RECORD);
    expect(started).toEqual({ ok: false, error: { code: "bad-prekey-signature", prekey: "signed" } });
    expect(pair.calls.x25519).toBe(0);
  });

  it("refuses a one-time key of small order", async () => {
    const bundle = { ...bob.device.createBundle(0), oneTimePrekey: { id: 3, publicKey: new Uint8Array(32) } };
    const started = await startSession(pair.context, alice.device.local, bundle, null);
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
      await passMessage(alice, bob, `a${i}`);
      await passMessage(bob, alice, `b${i}`);
    }
    expect(alice.record.current?.baseKey).toEqual(bob.record.current?.baseKey);
    expect([alice.record.archived.length, bob.record.archived.length]).toEqual([1, 1]);
  });
});

describe("encrypting", () => {
  it("needs a session", async () => {
    const { local } = alice.device;
    const none = { ok: false, error: { code: "no-session" } };
    expect(await encryptMessage(pair.context, EMPTY_SESSION_RECORD, local, utf8("x"))).toEqual(none);
    await establishSession(pair);
    expect(await encryptMessage(pair.context, archiveCurrentSession(alice.record), local, utf8("x"))).toEqual(none);
  });

  it("stops in a session that was not answered for 30 days", async () => {
    await alice.start(bob.device, 0);
    pair.context.nowMs += MAX_UNANSWERED_SESSION_MS;
    await alice.send(utf8("just in time"));
    pair.context.nowMs += 1;
    const before = encodeSessionRecord(alice.record);
    expect(await encryptMessage(pair.context, alice.record, alice.device.local, utf8("late"))).toEqual({
      ok: false,
      error: { code: "session-unanswered", ageMs: MAX_UNANSWERED_SESSION_MS + 1, limitMs: MAX_UNANSWERED_SESSION_MS },
    });
    expect(encodeSessionRecord(alice.record)).toEqual(before);
  });

  it("does not change its arguments", async () => {
    await establishSession(pair);
    const { record } = alice;
    const before = encodeSessionRecord(record);
    const [one, two] = [await alice.send(utf8("same")), await alice.send(utf8("same"))];
    expect(encodeSessionRecord(record)).toEqual(before);
    expect(equalBytes(one, two)).toBe(false);
  });

  it("needs no key agreement within a chain, in either direction", async () => {
    await establishSession(pair);
    await passMessage(alice, bob, "turns both");
    pair.calls.x25519 = 0;
    for (let i = 0; i < 5; i++) await passMessage(alice, bob, "same chain");
    expect(pair.calls.x25519).toBe(0);
    await passMessage(bob, alice, "one turn each");
    expect(pair.calls.x25519).toBe(2);
  });
});

describe("a new ratchet key", () => {
  it("is made at the first send after a receive, and not stored before", async () => {
    await establishSession(pair);
    await passMessage(alice, bob, "turns both");
    const { random } = pair.context;
    let drawn = 0;
    const count = (length: number) => {
      drawn++;
      return random(length);
    };
    Object.assign(pair.context, { random: count });
    await passMessage(bob, alice, "read only");
    expect(drawn).toBe(1); // by the sender
    expect(alice.record.current?.sending).toBeNull();
    await passMessage(alice, bob, "and now made");
    expect(drawn).toBe(2);
    expect(alice.record.current?.sending).not.toBeNull();
  });
});

describe("archived sessions", () => {
  it("still receive, and become current again by it", async () => {
    await establishSession(pair);
    const old = await alice.send(utf8("under the old session"));
    const oldBase = bob.record.current?.baseKey;
    await bob.start(alice.device);
    expect(bob.record.current?.baseKey).not.toEqual(oldBase);
    expect(await bob.receive(old, alice.device)).toEqual({ ok: true, value: utf8("under the old session") });
    expect(bob.record.current?.baseKey).toEqual(oldBase);
    expect(bob.record.archived.length).toBe(1);
  });

  it("tell duplicates too", async () => {
    await establishSession(pair);
    const message = await alice.send(utf8("x"));
    await bob.receive(message, alice.device);
    await bob.start(alice.device);
    await expectRefusal(bob, alice.device, message, { code: "duplicate" });
  });

  it("receive prekey messages that belong to them", async () => {
    await alice.start(bob.device, 0);
    const [one, two] = [await alice.send(utf8("1")), await alice.send(utf8("2"))];
    await bob.receive(one, alice.device);
    await bob.start(alice.device);
    await expectRefusal(bob, alice.device, one, { code: "duplicate" });
    expect(await bob.receive(two, alice.device)).toEqual({ ok: true, value: utf8("2") });
    expect(bob.record.archived.length).toBe(1);
  });

  it("skip only 1,000 messages for a ratchet key they do not know", async () => {
    await establishSession(pair);
    const first = await alice.send(utf8("first"));
    for (let i = 0; i < MAX_JUMP_UNAUTHENTICATED; i++) await alice.send(utf8("lost"));
    const far = await alice.send(utf8("far"));
    await bob.start(alice.device);
    await expectRefusal(bob, alice.device, far, { code: "not-authentic" }, MAX_JUMP);
    expect(await bob.receive(first, alice.device)).toEqual({ ok: true, value: utf8("first") });
    await bob.start(alice.device);
    expect(await bob.receive(far, alice.device)).toEqual({ ok: true, value: utf8("far") });
  });

  it("number at most 40, the newest", async () => {
    await establishSession(pair);
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
