import { describe, expect, test } from "vitest";
import { mutilations, repeated } from "../account/fixtures.ts";
import { toHex } from "../bytes.ts";
import { encodeCbor } from "../codec/cbor.ts";
import { decodeAs, encodeAs } from "../codec/schema.ts";
import type { BoxId, QueueId, RelayId } from "../ids.ts";
import { type Access, accessShape, WORK_OPERATIONS, type WorkSubject, workTarget } from "./access.ts";
import vectors from "./relay.vectors.json" with { type: "json" };

const accesses: Record<keyof typeof vectors.accesses, Access> = {
  none: { type: "none" },
  work: { type: "work", nonce: repeated(1)(8) },
  admit: { type: "admit", token: repeated(2)(32) },
};

const relay = vectors.relay as RelayId;
const box = "0b".repeat(16) as BoxId;
const queue = (receive: string, send: string) => ({
  receiveId: receive.repeat(16) as QueueId,
  sendId: send.repeat(16) as QueueId,
});
const subjects: Record<keyof typeof vectors.workTargets, WorkSubject> = {
  create: { operation: "create", queues: [queue("01", "02"), queue("03", "04")] },
  boxGet: { operation: "boxGet", box },
  bundlePut: { operation: "bundlePut", box },
  bundleGet: { operation: "bundleGet", box },
  boxPut: { operation: "boxPut", box, requestHash: repeated(5)(32) },
};

describe("an access", () => {
  test.each(Object.entries(accesses))("%s has one form and reads back", (name, access) => {
    const encoded = encodeAs(accessShape, access);
    expect(toHex(encoded)).toBe(vectors.accesses[name as keyof typeof vectors.accesses]);
    expect(decodeAs(accessShape, encoded, 100)).toEqual({ ok: true, value: access });
    for (const other of mutilations(encoded)) expect(decodeAs(accessShape, other, 100).ok).toBe(false);
  });

  test("of an unknown kind, or with a nonce or token of another length, is refused", () => {
    const forms = [
      [3, new Map()],
      [1, new Map([[1, repeated(1)(7)]])],
      [2, new Map([[1, repeated(2)(33)]])],
    ] as const;
    for (const form of forms) {
      expect(decodeAs(accessShape, encodeCbor(form), 100)).toMatchObject({ ok: false, error: { code: "bad-shape" } });
    }
  });
});

describe("what work is done over", () => {
  const target = (name: keyof typeof subjects, dayValue = repeated(6)(16)) =>
    toHex(workTarget(relay, dayValue, subjects[name]));

  test.each(Object.keys(subjects) as (keyof typeof subjects)[])("is fixed for %s", (name) => {
    expect(target(name)).toBe(vectors.workTargets[name]);
  });

  test("differs by operation, day, relay, box, order of queues and request", () => {
    const { create, boxPut } = subjects as {
      create: Extract<WorkSubject, { operation: "create" }>;
      boxPut: WorkSubject;
    };
    const others = [
      workTarget(relay, repeated(7)(16), boxPut),
      workTarget(vectors.otherRelay as RelayId, repeated(6)(16), boxPut),
      workTarget(relay, repeated(6)(16), {
        operation: "boxPut",
        box: "0c".repeat(16) as BoxId,
        requestHash: repeated(5)(32),
      }),
      workTarget(relay, repeated(6)(16), { operation: "boxPut", box, requestHash: repeated(4)(32) }),
      workTarget(relay, repeated(6)(16), { operation: "create", queues: create.queues.toReversed() }),
      workTarget(relay, repeated(6)(16), { operation: "create", queues: create.queues.slice(1) }),
    ].map(toHex);
    const all = [...Object.keys(subjects).map((name) => target(name as keyof typeof subjects)), ...others];
    expect(new Set(all).size).toBe(all.length);
  });

  test("names operations by their numbers in requests", () => {
    const { blobCreate, ...operations } = WORK_OPERATIONS;
    expect(blobCreate).toBe(48); // its frames are fixed in blobs.test.ts
    const numbers = Object.entries(operations).map(([name, number]) => [name, number]);
    const tags = numbers.map(([name]) => {
      const frame = vectors.requests[name as keyof typeof vectors.requests];
      return [name, Number.parseInt(frame.slice(2, 4), 16)];
    });
    expect(numbers).toEqual(tags);
  });
});
