import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mutilations } from "../account/fixtures.ts";
import type { Handle } from "../account/handle.ts";
import { fromHex, toHex } from "../bytes.ts";
import type { AccountId } from "../ids.ts";
import { MAX_ACCOUNT_RECORD_BYTES, MAX_CLAIMS_PER_KEY, MAX_FRAME_BYTES } from "../limits.ts";
import {
  type DirectoryErrorCode,
  type DirectoryRequest,
  type DirectoryResponse,
  decodeDirectoryRequest,
  decodeDirectoryResponse,
  encodeDirectoryRequest,
  encodeDirectoryResponse,
  fitRecords,
  type HeldRecord,
} from "./messages.ts";
import frames from "./messages.vectors.json" with { type: "json" };

const key = new Uint8Array(32).fill(1);
const record = fromHex("a0");
const held = { record, firstSeenMs: 5 };

/** One of each variant, by its name in the vectors. */
const requests: Record<keyof typeof frames.requests, DirectoryRequest> = {
  put: { type: "put", key, record },
  get: { type: "get", key, skip: 3 },
  publish: { type: "publish", record },
  resolve: { type: "resolve", handle: "alice_1" as Handle, skip: 0 },
  "resolve-account": { type: "resolve-account", account: toHex(key) as AccountId },
  witness: { type: "witness", record },
};
const responses: Record<keyof typeof frames.responses, DirectoryResponse> = {
  receipt: { type: "receipt", receipt: record },
  records: { type: "records", records: [held], more: true },
  resolved: { type: "resolved", records: [held, held], more: false, asked: 3, agreed: 2 },
  published: { type: "published", receipts: 2, state: "weak" },
  witnessed: { type: "witnessed", statement: record },
  "other-chain": { type: "other-chain", chain: [record] },
  equivocation: { type: "equivocation", proof: record },
  error: { type: "error", code: "quota" },
};

describe("requests", () => {
  test.each(Object.entries(requests))("%s is one fixed frame and reads back", (name, request) => {
    const frame = encodeDirectoryRequest(request);
    expect(toHex(frame)).toBe(frames.requests[name as keyof typeof frames.requests]);
    expect(decodeDirectoryRequest(frame)).toEqual({ ok: true, value: request });
    for (const other of mutilations(frame)) expect(decodeDirectoryRequest(other).ok).toBe(false);
  });

  test("the largest record fits its frame, one byte more is a mistake of the caller", () => {
    const largest = encodeDirectoryRequest({ type: "put", key, record: new Uint8Array(MAX_ACCOUNT_RECORD_BYTES) });
    expect(largest.length).toBeLessThanOrEqual(MAX_FRAME_BYTES);
    expect(decodeDirectoryRequest(largest).ok).toBe(true);
    const over = new Uint8Array(MAX_ACCOUNT_RECORD_BYTES + 1);
    expect(() => encodeDirectoryRequest({ type: "put", key, record: over })).toThrow(RangeError);
  });

  test("a handle with capitals is refused in both directions", () => {
    const capitals = { type: "resolve", handle: "Alice" as Handle, skip: 0 } as const;
    expect(() => encodeDirectoryRequest(capitals)).toThrow(RangeError);
    const frame = fromHex(frames.requests.resolve.replace("616c", "416c"));
    expect(decodeDirectoryRequest(frame)).toMatchObject({ ok: false, error: { code: "bad-shape" } });
  });
});

describe("responses", () => {
  test.each(Object.entries(responses))("%s is one fixed frame and reads back", (name, response) => {
    const frame = encodeDirectoryResponse(response);
    expect(toHex(frame)).toBe(frames.responses[name as keyof typeof frames.responses]);
    expect(decodeDirectoryResponse(frame)).toEqual({ ok: true, value: response });
    for (const other of mutilations(frame)) expect(decodeDirectoryResponse(other).ok).toBe(false);
  });

  test("each error code has the number of the vectors and reads back", () => {
    for (const [name, frame] of Object.entries(frames.errors)) {
      const code = name as DirectoryErrorCode;
      expect(toHex(encodeDirectoryResponse({ type: "error", code }))).toBe(frame);
      expect(decodeDirectoryResponse(fromHex(frame))).toEqual({ ok: true, value: { type: "error", code } });
    }
  });

  test("records over a frame are a mistake of the caller", () => {
    const large = { record: new Uint8Array(40_000), firstSeenMs: 0 };
    const response = { type: "records", records: [large, large], more: false } as const;
    expect(() => encodeDirectoryResponse(response)).toThrow(RangeError);
  });
});

test("oversize and random frames are refused and never throw", () => {
  const large = new Uint8Array(MAX_FRAME_BYTES + 1);
  expect(decodeDirectoryRequest(large)).toMatchObject({ ok: false, error: { code: "too-large" } });
  expect(decodeDirectoryResponse(large)).toMatchObject({ ok: false, error: { code: "too-large" } });
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (frame) => {
      expect(decodeDirectoryRequest(frame).ok).toBe(false);
      expect(decodeDirectoryResponse(frame).ok).toBe(false);
    }),
  );
});

describe("fitting records into a frame", () => {
  const sized = (size: number): HeldRecord => ({ record: new Uint8Array(size), firstSeenMs: Number.MAX_SAFE_INTEGER });

  test("keeps the front, tells when some are left out, and always gives a frame that can be sent", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: MAX_ACCOUNT_RECORD_BYTES }), { maxLength: 80 }), (sizes) => {
        const all = sizes.map(sized);
        const fitted = fitRecords(all);
        expect(fitted.records).toEqual(all.slice(0, fitted.records.length));
        expect(fitted.more).toBe(fitted.records.length < all.length);
        expect(fitted.records.length > 0 || all.length === 0).toBe(true);
        const frame = encodeDirectoryResponse({ type: "resolved", ...fitted, asked: 1000, agreed: 1000 });
        expect(frame.length).toBeLessThanOrEqual(MAX_FRAME_BYTES);
      }),
      { numRuns: 30 },
    );
  });

  test("never overfills a frame by a byte", () => {
    const left = MAX_FRAME_BYTES - MAX_ACCOUNT_RECORD_BYTES;
    const counts = Array.from({ length: 200 }, (_, under) => {
      const fitted = fitRecords([sized(MAX_ACCOUNT_RECORD_BYTES), sized(left - under)]);
      const frame = encodeDirectoryResponse({ type: "resolved", ...fitted, asked: 1000, agreed: 1000 });
      expect(frame.length).toBeLessThanOrEqual(MAX_FRAME_BYTES);
      return fitted.records.length;
    });
    expect(new Set(counts)).toEqual(new Set([1, 2]));
  });

  test("sends at most as many as a key holds", () => {
    const fitted = fitRecords(new Array(MAX_CLAIMS_PER_KEY + 1).fill(sized(1)));
    expect(fitted.records).toHaveLength(MAX_CLAIMS_PER_KEY);
    expect(fitted.more).toBe(true);
  });
});
