import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { concat, utf8 } from "../bytes.ts";
import { nobleSuite } from "../crypto/noble.ts";
import { MAX_ARCHIVED_BYTES, MAX_SKIPPED_KEYS } from "../limits.ts";
import { createSeededRandom } from "../testing/seeded-random.ts";
import { createSessionDevice } from "../testing/session-device.ts";
import { createSessionParty } from "../testing/session-party.ts";
import { decodeSession, encodeSession } from "./session-codec.ts";
import {
  archiveCurrentSession,
  decodeSessionRecord,
  EMPTY_SESSION_RECORD,
  encodeSessionRecord,
  type SessionRecord,
} from "./session-record.ts";
import type { SessionState } from "./session-state.ts";
import { createSkippedKeys, SEED_BYTES } from "./skipped-keys.ts";

const MALFORMED = { ok: false, error: { code: "malformed" } };
/** A pending one, one with skipped keys and archived sessions, and an empty one. */
let records: readonly SessionRecord[];

beforeAll(async () => {
  const random = createSeededRandom("record");
  const context = { suite: nobleSuite, random, nowMs: 1_700_000_000_000 };
  const alice = createSessionParty(context, await createSessionDevice(nobleSuite, random));
  const bob = createSessionParty(context, await createSessionDevice(nobleSuite, random));
  await alice.start(bob.device, 0);
  await alice.send(utf8("lost"));
  const pending = alice.record;
  await bob.receive(await alice.send(utf8("x")), alice.device);
  await alice.receive(await bob.send(utf8("y")), bob.device);
  await bob.start(alice.device);
  await bob.receive(await alice.send(utf8("z")), alice.device);
  records = [pending, bob.record, alice.record, EMPTY_SESSION_RECORD];
});

function currentOf(record: SessionRecord | undefined): SessionState {
  if (record === undefined || record.current === null) throw new Error("expected a current session");
  return record.current;
}

describe("an encoded record", () => {
  it("reads back as it was", () => {
    for (const record of records) {
      expect(decodeSessionRecord(encodeSessionRecord(record))).toEqual({ ok: true, value: record });
    }
    expect(records[1]?.archived.length).toBe(1);
    expect(currentOf(records[1]).receivingChains.some(({ skipped }) => skipped.count === 1)).toBe(true);
  });

  it("is refused when cut anywhere or extended", () => {
    for (const record of records) {
      const bytes = encodeSessionRecord(record);
      for (let length = 0; length < bytes.length; length++) {
        expect(decodeSessionRecord(bytes.subarray(0, length)), `${length} bytes`).toEqual(MALFORMED);
      }
      expect(decodeSessionRecord(concat(bytes, Uint8Array.of(0)))).toEqual(MALFORMED);
    }
  });

  it("of another version or suite is refused", () => {
    const bytes = encodeSessionRecord(records[1] as SessionRecord);
    for (const at of [0, 6, 7]) {
      const other = bytes.slice();
      other[at] = 9;
      expect(decodeSessionRecord(other), `byte ${at}`).toEqual(MALFORMED);
    }
  });

  it("never makes the decoder throw", () => {
    const bytes = encodeSessionRecord(records[1] as SessionRecord);
    const at = fc.integer({ min: 0, max: bytes.length - 1 });
    fc.assert(
      fc.property(at, fc.integer({ min: 0, max: 255 }), (index, byte) => {
        const changed = bytes.slice();
        changed[index] = byte;
        const decoded = decodeSessionRecord(changed);
        if (decoded.ok) expect(encodeSessionRecord(decoded.value).length).toBe(bytes.length);
        else expect(decoded).toEqual(MALFORMED);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (tail) => {
        expect(decodeSession(concat(Uint8Array.of(1, 1), tail))).toEqual(MALFORMED);
        expect(decodeSessionRecord(concat(Uint8Array.of(1, 3), tail))).toEqual(MALFORMED);
      }),
    );
  });

  it("shares no memory with the bytes it came from", () => {
    const bytes = encodeSessionRecord(records[1] as SessionRecord);
    const decoded = decodeSessionRecord(bytes);
    bytes.fill(0);
    expect(decoded).toEqual({ ok: true, value: records[1] });
  });

  it("with more than five receiving chains or unknown flags is refused", () => {
    const state = currentOf(records[1]);
    const [chain] = state.receivingChains;
    if (chain === undefined) throw new Error("expected a chain");
    const encode = (count: number) => encodeSession({ ...state, receivingChains: new Array(count).fill(chain) });
    expect(decodeSession(encode(5)).ok).toBe(true);
    expect(decodeSession(encode(6))).toEqual(MALFORMED);
    const flagged = encode(1);
    // After version, suite, base key, two times, remote identity, registration id, root key and previous counter.
    const flagsAt = 2 + 32 + 8 + 8 + 32 + 4 + 32 + 4;
    flagged[flagsAt] = (flagged[flagsAt] as number) | 8;
    expect(decodeSession(flagged)).toEqual(MALFORMED);
  });

  it("with more skipped keys than a chain may keep is refused", () => {
    const state = currentOf(records[1]);
    const encode = (count: number) => {
      const run = { firstCounter: 0, storedAtMs: 1, seeds: new Uint8Array(count * SEED_BYTES) };
      const chains = state.receivingChains.map((chain) => ({ ...chain, skipped: createSkippedKeys([run]) }));
      return encodeSession({ ...state, receivingChains: chains });
    };
    expect(decodeSession(encode(MAX_SKIPPED_KEYS)).ok).toBe(true);
    expect(decodeSession(encode(MAX_SKIPPED_KEYS + 1))).toEqual(MALFORMED);
  });
});

describe("archived sessions", () => {
  it("together stay within their bytes", () => {
    const state = currentOf(records[1]);
    const run = { firstCounter: 0, storedAtMs: 1, seeds: new Uint8Array(MAX_SKIPPED_KEYS * SEED_BYTES) };
    const receivingChains = state.receivingChains.map((chain) => ({ ...chain, skipped: createSkippedKeys([run]) }));
    let record = EMPTY_SESSION_RECORD;
    for (let i = 0; i < 12; i++) record = archiveCurrentSession({ ...record, current: { ...state, receivingChains } });
    const sizeBytes = record.archived.reduce((sum, { encoded }) => sum + encoded.length, 0);
    expect(sizeBytes).toBeLessThanOrEqual(MAX_ARCHIVED_BYTES);
    expect(record.archived.length).toBeGreaterThan(1);
  });
});
