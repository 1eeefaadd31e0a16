import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { concat, fromHex } from "../bytes.ts";
import { MAX_SESSION_MESSAGE_BYTES } from "../limits.ts";
import { LOW_ORDER_POINTS } from "../testing/suite-vectors.ts";
import {
  decodeReceivedMessage,
  encodePrekeyMessage,
  encodeSignalMessage,
  inspectMessage,
  type PrekeyMessage,
  type SignalMessage,
} from "./wire.ts";

const MALFORMED = { ok: false, error: { code: "malformed" } };
const mac = new Uint8Array(8).fill(0xaa);
const signal: SignalMessage = {
  ratchetKey: new Uint8Array(32).fill(1),
  counter: 300,
  previousCounter: 0,
  ciphertext: new Uint8Array(32).fill(2),
};
const message = concat(encodeSignalMessage(signal), mac);
const prekey: PrekeyMessage = {
  oneTimeId: 7,
  baseKey: new Uint8Array(32).fill(3),
  identityKey: new Uint8Array(32).fill(4),
  message,
  registrationId: 0xffff_ffff,
  signedId: 0,
  kemId: 128,
  kemCiphertext: new Uint8Array(1568).fill(5),
};
const prekeyMessage = encodePrekeyMessage(prekey);
const { oneTimeId: _, ...withoutOneTime } = prekey;

/** Replaces the bytes at `at` by `bytes`, dropping `dropped` of the old ones. */
function splice(source: Uint8Array, at: number, dropped: number, ...bytes: number[]): Uint8Array {
  return concat(source.subarray(0, at), Uint8Array.from(bytes), source.subarray(at + dropped));
}

describe("v4 messages", () => {
  it("have the layout of the published field numbers", () => {
    expect([...message.subarray(0, 4)]).toEqual([0x44, 0x0a, 33, 5]);
    expect([...message.subarray(36, 43)]).toEqual([0x10, 0xac, 0x02, 0x18, 0x00, 0x22, 32]);
    expect([...message.subarray(-8)]).toEqual([...mac]);
    expect([...prekeyMessage.subarray(0, 6)]).toEqual([0x44, 0x08, 7, 0x12, 33, 5]);
  });

  it("read back what was written", () => {
    const decoded = decodeReceivedMessage(message);
    expect(decoded).toMatchObject({ ok: true, value: { kind: "message", message: { ...signal, mac } } });
    expect(decodeReceivedMessage(prekeyMessage)).toMatchObject({ ok: true, value: { kind: "prekey", prekey } });
    const plain = decodeReceivedMessage(encodePrekeyMessage(withoutOneTime));
    expect(plain).toMatchObject({ ok: true, value: { kind: "prekey", prekey: withoutOneTime } });
    expect(plain.ok && plain.value.kind === "prekey" && "oneTimeId" in plain.value.prekey).toBe(false);
  });

  it("carry the post-quantum field as it is", () => {
    const pqRatchet = Uint8Array.of(1, 1, 1, 0);
    const decoded = decodeReceivedMessage(concat(encodeSignalMessage({ ...signal, pqRatchet }), mac));
    expect(decoded).toMatchObject({ ok: true, value: { message: { ...signal, pqRatchet } } });
  });

  it("are refused when cut anywhere", () => {
    for (const whole of [message, prekeyMessage]) {
      for (let length = 0; length < whole.length; length++) {
        expect(decodeReceivedMessage(whole.subarray(0, length)), `${length} bytes`).toEqual(MALFORMED);
      }
    }
  });

  it("are refused when extended", () => {
    for (const whole of [message, prekeyMessage]) {
      for (const tail of [[0], [0x28, 1], new Array(20).fill(0)]) {
        expect(decodeReceivedMessage(concat(whole, Uint8Array.from(tail)))).toEqual(MALFORMED);
      }
    }
  });

  it("of another version are told apart from damaged ones", () => {
    for (const version of [0x33, 0x34, 0x45, 0x54, 0x00]) {
      const other = splice(message, 0, 1, version);
      expect(decodeReceivedMessage(other)).toEqual({ ok: false, error: { code: "unknown-version" } });
    }
    const inner = encodePrekeyMessage({ ...prekey, message: splice(message, 0, 1, 0x33) });
    expect(decodeReceivedMessage(inner)).toEqual({ ok: false, error: { code: "unknown-version" } });
  });

  it("are refused in every second spelling", () => {
    expect(decodeReceivedMessage(splice(message, 37, 2, 0xac, 0x82, 0x00)), "long varint").toEqual(MALFORMED);
    expect(decodeReceivedMessage(splice(message, 37, 2, 0xff, 0xff, 0xff, 0xff, 0x1f)), "33 bits").toEqual(MALFORMED);
    expect(decodeReceivedMessage(splice(message, 37, 2, 0xff, 0xff, 0xff, 0xff, 0x0f)), "counter").toEqual(MALFORMED);
    expect(decodeReceivedMessage(splice(message, 39, 0, 0x10, 1)), "repeated field").toEqual(MALFORMED);
    expect(decodeReceivedMessage(splice(message, 39, 2)), "missing field").toEqual(MALFORMED);
    expect(decodeReceivedMessage(splice(message, 3, 1, 6)), "key type").toEqual(MALFORMED);
    expect(decodeReceivedMessage(splice(message, 35, 1, 0x81)), "key with a top bit").toEqual(MALFORMED);
    expect(decodeReceivedMessage(splice(message, 41, 2, 0x22, 31)), "length").toEqual(MALFORMED);
    const unknown = splice(message, message.length - 8, 0, 0x38, 1);
    expect(decodeReceivedMessage(unknown), "unknown field").toEqual(MALFORMED);
  });

  it("refuse keys that are not below the field's prime", () => {
    for (const hex of LOW_ORDER_POINTS.slice(-2)) {
      const bytes = concat(encodeSignalMessage({ ...signal, ratchetKey: fromHex(hex) }), mac);
      expect(decodeReceivedMessage(bytes)).toEqual(MALFORMED);
    }
    const below = fromHex(LOW_ORDER_POINTS.at(-3) ?? "");
    const bytes = concat(encodeSignalMessage({ ...signal, ratchetKey: below }), mac);
    expect(decodeReceivedMessage(bytes)).toMatchObject({ ok: true });
  });

  it("refuse ciphertext that is not whole blocks and messages above the limit", () => {
    for (const length of [0, 15, 33]) {
      const bytes = concat(encodeSignalMessage({ ...signal, ciphertext: new Uint8Array(length) }), mac);
      expect(decodeReceivedMessage(bytes)).toEqual(MALFORMED);
    }
    const large = encodeSignalMessage({ ...signal, ciphertext: new Uint8Array(MAX_SESSION_MESSAGE_BYTES) });
    expect(decodeReceivedMessage(concat(large, mac))).toEqual(MALFORMED);
  });

  it("never make the decoder throw", () => {
    const start = fc.constantFrom([0x44, 0x0a], [0x44, 0x08], [0x44, 0x12], [0x44], []);
    fc.assert(
      fc.property(start, fc.uint8Array({ maxLength: 200 }), (head, tail) => {
        expect(decodeReceivedMessage(concat(Uint8Array.from(head), tail)).ok).toBe(false);
      }),
    );
    const at = fc.integer({ min: 0, max: prekeyMessage.length - 1 });
    fc.assert(
      fc.property(at, fc.integer({ min: 0, max: 255 }), (index, byte) => {
        const decoded = decodeReceivedMessage(splice(prekeyMessage, index, 1, byte));
        if (!decoded.ok) return;
        // What decodes has one spelling: writing it again gives the same bytes.
        const value = decoded.value;
        const again = value.kind === "prekey" ? encodePrekeyMessage(value.prekey) : null;
        expect(again).toEqual(splice(prekeyMessage, index, 1, byte));
      }),
    );
  });
});

describe("inspectMessage", () => {
  it("names the kind and the keys a prekey message claims", () => {
    expect(inspectMessage(message)).toEqual({ ok: true, value: { kind: "message" } });
    const { baseKey, identityKey } = prekey;
    expect(inspectMessage(prekeyMessage)).toEqual({ ok: true, value: { kind: "prekey", baseKey, identityKey } });
    expect(inspectMessage(Uint8Array.of(0x44))).toEqual(MALFORMED);
  });
});
