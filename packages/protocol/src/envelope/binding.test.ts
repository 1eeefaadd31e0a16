import { describe, expect, test } from "vitest";
import { fromHex, toHex } from "../bytes.ts";
import { nobleSuite } from "../crypto/noble.ts";
import type { AccountId, DeviceId } from "../ids.ts";
import { bindingOf, bindPayload, type SessionEnd, unbindPayload } from "./binding.ts";
import vectors from "./envelope.vectors.json" with { type: "json" };

const end = (account: string, device: string): SessionEnd => ({
  account: account.repeat(32) as AccountId,
  device: device.repeat(32) as DeviceId,
});
const [from, to] = [end("01", "02"), end("03", "04")];
const binding = bindingOf(nobleSuite, from, to, 1);
const payload = fromHex("a0");

describe("the binding of a session message", () => {
  test("is fixed", () => {
    expect(toHex(binding)).toBe(vectors.binding);
  });

  test("differs for each account, device, direction and session suite", () => {
    const others = [
      bindingOf(nobleSuite, to, from, 1),
      bindingOf(nobleSuite, from, to, 2),
      bindingOf(nobleSuite, end("05", "02"), to, 1),
      bindingOf(nobleSuite, end("01", "05"), to, 1),
      bindingOf(nobleSuite, from, end("05", "04"), 1),
      bindingOf(nobleSuite, from, end("03", "05"), 1),
    ];
    expect(new Set([binding, ...others].map(toHex)).size).toBe(7);
    for (const other of others) expect(unbindPayload(other, bindPayload(binding, payload))).toBeNull();
  });

  test("comes off again, and leaves an empty payload empty", () => {
    expect(unbindPayload(binding, bindPayload(binding, payload))).toEqual(payload);
    expect(unbindPayload(binding, binding)).toEqual(new Uint8Array(0));
  });

  test("is missed in plaintexts that are too short for it", () => {
    for (const length of [0, 1, 31]) expect(unbindPayload(binding, binding.subarray(0, length))).toBeNull();
  });
});
