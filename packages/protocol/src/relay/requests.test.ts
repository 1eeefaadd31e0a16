import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mutilations, repeated } from "../account/fixtures.ts";
import { toHex } from "../bytes.ts";
import { type CborValue, encodeCbor } from "../codec/cbor.ts";
import { decodeAs, encodeAs } from "../codec/schema.ts";
import type { BoxId, EnvelopeId, QueueId, RelayId } from "../ids.ts";
import { MAX_FRAME_BYTES, REQUEST_BYTES } from "../limits.ts";
import vectors from "./relay.vectors.json" with { type: "json" };
import { MAX_ENVELOPE_BYTES, type RelayRequest, relayRequest } from "./requests.ts";

const queue = "01".repeat(16) as QueueId;
const box = "0b".repeat(16) as BoxId;
const id = "0e".repeat(32) as EnvelopeId;
const access = { type: "work", nonce: repeated(9)(8) } as const;
const newQueue = {
  receiveId: queue,
  sendId: "02".repeat(16) as QueueId,
  ownerMacKey: repeated(3)(32),
  senderMacKey: repeated(4)(32),
};
const oneTime = [{ id: 1, publicKey: repeated(5)(32) }];
const admits = [{ hash: repeated(6)(32), expiresMs: 1_800_000_000_000 }];

/** One of each request, by its name in the vectors. */
const requests: Record<keyof typeof vectors.requests, RelayRequest> = {
  info: { type: "info" },
  dialback: { type: "dialback", addresses: ["/ip4/203.0.113.1/tcp/4001"] },
  relayGet: { type: "relayGet", relay: vectors.relay as RelayId },
  create: { type: "create", queues: [newQueue], access },
  open: {
    type: "open",
    openings: [
      { side: "send", queue, mac: repeated(7)(32) },
      { side: "receive", queue, mac: repeated(8)(32) },
    ],
  },
  put: { type: "put", items: [{ queue, envelope: repeated(1)(3) }] },
  list: { type: "list", queue, afterSeq: 5, max: 1000 },
  get: { type: "get", queue, seqs: [6, 7] },
  ack: { type: "ack", queue, items: [{ seq: 6, id }] },
  subscribe: { type: "subscribe", queues: [queue] },
  drop: { type: "drop", queue },
  boxGet: { type: "boxGet", box, access: { type: "none" } },
  bundlePut: {
    type: "bundlePut",
    box,
    ownerMacKey: repeated(3)(32),
    head: repeated(1)(2),
    chain: [repeated(2)(2)],
    card: repeated(3)(2),
    oneTime,
    admits,
    access,
  },
  bundlePutLeast: { type: "bundlePut", box, ownerMacKey: repeated(3)(32), access },
  bundleGet: { type: "bundleGet", box, access: { type: "admit", token: repeated(2)(32) } },
  boxPut: { type: "boxPut", box, request: repeated(0xdd)(REQUEST_BYTES), access },
};

const decode = (frame: Uint8Array) => decodeAs(relayRequest, frame, MAX_FRAME_BYTES);
const encode = (request: RelayRequest) => encodeAs(relayRequest, request);

describe("requests", () => {
  test.each(Object.entries(requests))("%s is one fixed frame and reads back", (name, request) => {
    const frame = encode(request);
    const shown =
      name === "boxPut" ? toHex(frame).replace("dd".repeat(REQUEST_BYTES), "(dd, 16384 times)") : toHex(frame);
    expect(shown).toBe(vectors.requests[name as keyof typeof vectors.requests]);
    expect(decode(frame)).toEqual({ ok: true, value: request });
    const others = frame.length < 1000 ? mutilations(frame) : [frame.subarray(1), frame.subarray(0, -1)];
    for (const other of others) expect(decode(other).ok).toBe(false);
  });

  test("of an operation that is none, with a body too much or with an unknown key are refused", () => {
    const forms: readonly CborValue[] = [
      [0, new Map()],
      [16, new Map()],
      [1, new Map(), 0],
      [1, new Map([[1, 1]])],
      [1],
      1,
    ];
    for (const form of forms)
      expect(decode(encodeCbor(form))).toMatchObject({ ok: false, error: { code: "bad-shape" } });
    expect(decode(encodeCbor([1, new Map([[64, 1]])]))).toEqual({ ok: true, value: { type: "info" } });
  });

  test.each<[string, RelayRequest]>([
    ["no envelope", { type: "put", items: [] }],
    ["65 envelopes", { type: "put", items: new Array(65).fill({ queue, envelope: repeated(1)(1) }) }],
    ["an empty envelope", { type: "put", items: [{ queue, envelope: new Uint8Array(0) }] }],
    ["an envelope over 64 KiB", { type: "put", items: [{ queue, envelope: new Uint8Array(MAX_ENVELOPE_BYTES + 1) }] }],
    ["65 new queues", { type: "create", queues: new Array(65).fill(newQueue), access }],
    ["257 openings", { type: "subscribe", queues: new Array(257).fill(queue) }],
    ["1001 ids to list", { type: "list", queue, afterSeq: 0, max: 1001 }],
    ["1001 ids to acknowledge", { type: "ack", queue, items: new Array(1001).fill({ seq: 1, id }) }],
    ["65 positions to get", { type: "get", queue, seqs: new Array(65).fill(1) }],
    ["four addresses", { type: "dialback", addresses: new Array(4).fill("/a") }],
    [
      "101 one-time prekeys",
      { type: "bundlePut", box, ownerMacKey: repeated(3)(32), oneTime: new Array(101).fill(oneTime[0]), access },
    ],
    ["a sealed request of another size", { type: "boxPut", box, request: new Uint8Array(REQUEST_BYTES - 1), access }],
  ])("with %s are a mistake of the caller", (_, request) => {
    expect(() => encode(request)).toThrow(RangeError);
  });

  test("at their bounds fit a frame", () => {
    const largest: readonly RelayRequest[] = [
      { type: "put", items: [{ queue, envelope: new Uint8Array(MAX_ENVELOPE_BYTES) }] },
      { type: "put", items: new Array(64).fill({ queue, envelope: new Uint8Array(768) }) },
      { type: "create", queues: new Array(64).fill(newQueue), access },
      { type: "open", openings: new Array(256).fill({ side: "receive", queue, mac: repeated(1)(32) }) },
      { type: "ack", queue, items: new Array(1000).fill({ seq: Number.MAX_SAFE_INTEGER, id }) },
      { type: "subscribe", queues: new Array(256).fill(queue) },
    ];
    for (const request of largest) expect(decode(encode(request)).ok).toBe(true);
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
    const small = Object.values(requests).filter(({ type }) => type !== "boxPut");
    const change = fc.tuple(fc.constantFrom(...small), fc.nat(), fc.integer({ min: 1, max: 255 }));
    fc.assert(
      fc.property(change, ([request, at, flip]) => {
        const frame = encode(request);
        frame[at % frame.length] = (frame[at % frame.length] as number) ^ flip;
        const decoded = decode(frame);
        if (decoded.ok) expect(toHex(encode(decoded.value))).toBe(toHex(frame));
      }),
      { numRuns: 500 },
    );
  });
});
