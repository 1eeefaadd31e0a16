import { expect, describe as group, test } from "vitest";
import { mutilations } from "../account/fixtures.ts";
import { fromHex, toHex } from "../bytes.ts";
import { decodeAs, encodeAs } from "../codec/schema.ts";
import { MAX_SIGNAL_BYTES } from "../limits.ts";
import { callContent } from "../message/call.ts";
import { contentShape } from "../message/content.ts";
import { viewContent } from "../message/content-view.ts";
import vectors from "./call.vectors.json" with { type: "json" };
import { callId, describe, HOST, signalsOf } from "./fixtures.ts";
import { type CallSignal, decodeSignal, encodeSignal, MAX_CANDIDATES_PER_SIGNAL } from "./signal.ts";

const SIGNALS = signalsOf(callId(7));

group("a signal", () => {
  test.each(SIGNALS.map((signal) => [signal.type, signal] as const))(
    "%s has one form and reads back",
    (type, signal) => {
      const encoded = encodeSignal(signal);
      expect(toHex(encoded)).toBe(vectors.signals[type]);
      expect(decodeSignal(encoded)).toEqual({ ok: true, value: signal });
      for (const other of mutilations(encoded)) expect(decodeSignal(other).ok).toBe(false);
    },
  );

  test("with as many candidates as fit is far below the bound; one more is a mistake of the caller", () => {
    const candidate = { ...HOST, address: "b7c1d5a4-0c1e-4a53-9a4e-2f6f6d2f1a00.local", foundation: "a".repeat(32) };
    const answer = (count: number): CallSignal => ({
      type: "answer",
      call: callId(1),
      description: describe(1, { role: "passive", iceName: "n".repeat(64), icePassword: "p".repeat(128) }),
      candidates: Array.from({ length: count }, () => candidate),
      media: { hasMicrophone: true, picture: "none" },
    });
    expect(encodeSignal(answer(MAX_CANDIDATES_PER_SIGNAL)).length).toBeLessThan(MAX_SIGNAL_BYTES);
    expect(() => encodeSignal(answer(MAX_CANDIDATES_PER_SIGNAL + 1))).toThrow(RangeError);
  });

  test("of 10,000 candidates is not even looked at", () => {
    const encoded = new Uint8Array(400_000);
    expect(decodeSignal(encoded)).toEqual({
      ok: false,
      error: { code: "too-large", limit: MAX_SIGNAL_BYTES, sizeBytes: 400_000 },
    });
  });

  test.each([
    ["an address to look up", { address: "tracker.example" }],
    ["an address with a line break", { address: "192.0.2.7\r\na=x" }],
    ["a foundation with a blank", { foundation: "1 1" }],
    ["an octet over 255", { address: "192.0.2.256" }],
  ])("with %s is refused", (_, change) => {
    const good = encodeSignal({ type: "candidates", call: callId(1), round: 0, candidates: [HOST] });
    expect(decodeSignal(good).ok).toBe(true);
    const bad = { ...HOST, ...change };
    // The shape writes only what it reads, so the bytes are made by hand: text for text of another length.
    const swap = Object.keys(change)[0] as "address" | "foundation";
    const before = toHex(textItem(HOST[swap]));
    const encoded = fromHex(toHex(good).replace(before, toHex(textItem(bad[swap]))));
    expect(toHex(encoded)).not.toBe(toHex(good));
    expect(decodeSignal(encoded)).toMatchObject({ ok: false, error: { code: "bad-shape" } });
  });

  test.each([
    ["an ICE name with a line break", { iceName: "a+b/\r\n" }],
    ["a short password", { icePassword: "short" }],
    ["one payload type for two codecs", { vp8: 111 }],
    ["a static payload type", { opus: 0 }],
    ["one number for two extensions", { videoExtensions: [{ id: 1, name: "mid" as const }] }],
    ["an extension number of two bytes", { audioExtensions: [{ id: 15, name: "mid" as const }] }],
    ["a short fingerprint", { fingerprint: new Uint8Array(31) }],
  ])("whose description has %s cannot be made", (_, change) => {
    const signal: CallSignal = { type: "restart", call: callId(1), round: 1, description: describe(1, change) };
    expect(() => encodeSignal(signal)).toThrow(RangeError);
  });
});

/** A CBOR text of at most 255 bytes. */
function textItem(text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  const head = bytes.length < 24 ? [0x60 + bytes.length] : [0x78, bytes.length];
  return Uint8Array.of(...head, ...bytes);
}

group("an entry of a call", () => {
  const head = { id: callId(3), sentAtMs: 1_800_000_000_000 };

  test.each([
    ["answered", { isVideo: true, outcome: "answered", durationMs: 61_000 }],
    ["missed", { isVideo: false, outcome: "missed" }],
  ] as const)("%s has one form and reads back", (name, entry) => {
    const content = callContent(head, entry);
    expect(toHex(encodeAs(contentShape, content))).toBe(vectors.entries[name]);
    expect(viewContent(content)).toEqual({ ok: true, value: { type: "call", ...entry } });
    expect(decodeAs(contentShape, encodeAs(contentShape, content), 1000)).toEqual({ ok: true, value: content });
  });

  test.each(["a10100", "a201010305", "a10105", "a2010102f4"])("of the body %s is none", (body) => {
    const content = callContent(head, { isVideo: false, outcome: "missed" });
    expect(viewContent({ ...content, body: fromHex(body) }).ok).toBe(false);
  });
});
