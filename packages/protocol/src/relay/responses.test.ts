import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mutilations, repeated } from "../account/fixtures.ts";
import { fromHex, toHex } from "../bytes.ts";
import { type CborValue, encodeCbor } from "../codec/cbor.ts";
import { decodeAs, encodeAs } from "../codec/schema.ts";
import type { EnvelopeId, QueueId } from "../ids.ts";
import { MAX_FRAME_BYTES } from "../limits.ts";
import vectors from "./relay.vectors.json" with { type: "json" };
import { MAX_ENVELOPE_BYTES } from "./requests.ts";
import { type RelayErrorCode, type RelayResponse, relayResponse } from "./responses.ts";

const queue = "01".repeat(16) as QueueId;
const id = "0e".repeat(32) as EnvelopeId;
const delivery = { seq: 5, ageMs: 70_000, envelope: repeated(1)(3) };
const oneTime = { id: 1, publicKey: repeated(5)(32) };
const info = {
  type: "info",
  channelNonce: repeated(1)(32),
  dayValue: repeated(2)(16),
  work: { create: 20, bundleGet: 16, boxPut: 18 },
  nowMs: 1_800_000_000_000,
} as const;

/** One of each answer and push, by its name in the vectors. */
const responses: Record<keyof typeof vectors.responses, RelayResponse> = {
  info: { ...info, relayRecord: repeated(3)(4) },
  infoLeast: info,
  dialback: { type: "dialback", reached: [true, false] },
  relayRecord: { type: "relayRecord", record: repeated(1)(4) },
  done: { type: "done" },
  put: { type: "put", outcomes: [{ mac: repeated(2)(32) }, { error: "queue-full" }] },
  list: { type: "list", items: [{ seq: 5, id, sizeBytes: 768 }], isMore: false },
  get: { type: "get", items: [delivery] },
  queues: {
    type: "queues",
    outcomes: [
      { queue, waiting: 3, missing: 1 },
      { queue, error: "unknown-queue" },
    ],
  },
  box: { type: "box", chain: [repeated(1)(2)], card: repeated(2)(2), head: repeated(3)(2), oneTime },
  boxLeast: { type: "box", chain: [repeated(1)(2)], head: repeated(3)(2) },
  bundleKept: { type: "bundleKept", oneTimeLeft: 99 },
  bundle: { type: "bundle", head: repeated(3)(2), oneTime },
  error: { type: "error", code: "work-needed", bits: 20, retryAfterMs: 1000 },
  stored: { type: "stored", queue, ...delivery },
  more: { type: "more", queue },
};

const decode = (frame: Uint8Array) => decodeAs(relayResponse, frame, MAX_FRAME_BYTES);
const encode = (response: RelayResponse) => encodeAs(relayResponse, response);

describe("responses", () => {
  test.each(Object.entries(responses))("%s is one fixed frame and reads back", (name, response) => {
    const frame = encode(response);
    expect(toHex(frame)).toBe(vectors.responses[name as keyof typeof vectors.responses]);
    expect(decode(frame)).toEqual({ ok: true, value: response });
    for (const other of mutilations(frame)) expect(decode(other).ok).toBe(false);
  });

  test.each(Object.entries(vectors.errors))("the error %s has its number", (name, frame) => {
    const error: RelayResponse = { type: "error", code: name as RelayErrorCode };
    expect(toHex(encode(error))).toBe(frame);
    expect(decode(fromHex(frame))).toEqual({ ok: true, value: error });
  });

  test("with an unknown tag, error or key are refused", () => {
    const forms: readonly CborValue[] = [
      [5, new Map()],
      [34, new Map()],
      [0, new Map([[1, 13]])],
      [0, new Map([[1, 0]])],
      [4, new Map([[1, 1]])],
    ];
    for (const form of forms)
      expect(decode(encodeCbor(form))).toMatchObject({ ok: false, error: { code: "bad-shape" } });
  });

  test("at their bounds fit a frame, and one item more is a mistake of the relay", () => {
    const largest: readonly RelayResponse[] = [
      { type: "put", outcomes: new Array(64).fill({ mac: repeated(2)(32) }) },
      {
        type: "list",
        items: new Array(1000).fill({ seq: Number.MAX_SAFE_INTEGER, id, sizeBytes: 65_536 }),
        isMore: true,
      },
      { type: "get", items: [{ ...delivery, envelope: new Uint8Array(MAX_ENVELOPE_BYTES) }] },
      { type: "queues", outcomes: new Array(256).fill({ queue, waiting: 20_000, missing: 20_000 }) },
      { type: "stored", queue, ...delivery, envelope: new Uint8Array(MAX_ENVELOPE_BYTES) },
    ];
    for (const response of largest) expect(decode(encode(response)).ok).toBe(true);
    const over: readonly RelayResponse[] = [
      { type: "put", outcomes: new Array(65).fill({}) },
      { type: "list", items: new Array(1001).fill({ seq: 0, id, sizeBytes: 1 }), isMore: true },
      { type: "get", items: new Array(65).fill(delivery) },
      { type: "queues", outcomes: new Array(257).fill({ queue }) },
      { type: "get", items: [{ ...delivery, envelope: new Uint8Array(MAX_ENVELOPE_BYTES + 1) }] },
      { ...info, work: { ...info.work, create: 65 } },
    ];
    for (const response of over) expect(() => encode(response)).toThrow(RangeError);
  });

  test("over a frame or random are refused and never throw", () => {
    expect(decode(new Uint8Array(MAX_FRAME_BYTES + 1))).toMatchObject({ ok: false, error: { code: "too-large" } });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (frame) => {
        const decoded = decode(frame);
        if (decoded.ok) expect(toHex(encode(decoded.value))).toBe(toHex(frame));
      }),
      { numRuns: 500 },
    );
  });

  test("with one byte changed are refused or are what they now say", () => {
    const change = fc.tuple(fc.constantFrom(...Object.values(responses)), fc.nat(), fc.integer({ min: 1, max: 255 }));
    fc.assert(
      fc.property(change, ([response, at, flip]) => {
        const frame = encode(response);
        frame[at % frame.length] = (frame[at % frame.length] as number) ^ flip;
        const decoded = decode(frame);
        if (decoded.ok) expect(toHex(encode(decoded.value))).toBe(toHex(frame));
      }),
      { numRuns: 500 },
    );
  });
});
