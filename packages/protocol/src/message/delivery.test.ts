import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  advanceDelivery,
  type DeliveryEvent,
  type DeliveryRecord,
  leastAdvanced,
  type OwnState,
  QUEUED,
  RECEIPTS_WANTED,
  summarizeDelivery,
} from "./delivery.ts";

const reasons = fc.constantFrom("not-answered", "refused", "no-device", "expired", "deleted");
const events: fc.Arbitrary<DeliveryEvent> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom("a", "b", "c").map((relay) => ({ type: "stored", relay }) as const) },
  fc.constantFrom("taken", "boxed", "delivered", "read").map((type) => ({ type })),
  reasons.map((reason) => ({ type: "failed", reason }) as const),
);
const histories = fc.array(events, { maxLength: 12 });
const relayCounts = fc.nat(3);

function run(history: readonly DeliveryEvent[], relayCount = 3, from: DeliveryRecord = QUEUED): DeliveryRecord {
  return history.reduce((record, event) => advanceDelivery(record, event, relayCount), from);
}
const stored = (relay: string): DeliveryEvent => ({ type: "stored", relay });
const failed: DeliveryEvent = { type: "failed", reason: "expired" };

describe("one message to one device", () => {
  test("never goes back, whatever happens in whatever order; failed moves on only to delivered or read", () => {
    const order: readonly OwnState[] = ["queued", "waiting", "sent", "delivered", "read"];
    const property = fc.property(histories, events, relayCounts, (history, event, relayCount) => {
      const before = run(history, relayCount);
      const after = advanceDelivery(before, event, relayCount);
      if (before.state === "failed") expect(["failed", "delivered", "read"]).toContain(after.state);
      else if (after.state === "failed") expect(["queued", "waiting", "sent"]).toContain(before.state);
      else expect(order.indexOf(after.state)).toBeGreaterThanOrEqual(order.indexOf(before.state));
      expect(after.relays.slice(0, before.relays.length)).toEqual(before.relays);
      expect(Number(after.isDirect)).toBeGreaterThanOrEqual(Number(before.isDirect));
    });
    fc.assert(property, { numRuns: 500 });
  });

  test("an event that came before changes nothing when it comes again", () => {
    const property = fc.property(histories, events, relayCounts, (history, event, relayCount) => {
      const once = run([...history, event], relayCount);
      expect(advanceDelivery(once, event, relayCount)).toEqual(once);
    });
    fc.assert(property, { numRuns: 300 });
  });

  test("events are pure: the record before them stays as it was", () => {
    const property = fc.property(histories, events, relayCounts, (history, event, relayCount) => {
      const before = run(history, relayCount);
      const copy = structuredClone(before);
      advanceDelivery(before, event, relayCount);
      expect(before).toEqual(copy);
    });
    fc.assert(property);
  });

  test("is sent by receipts exactly when two different relays gave one, or all where there are fewer", () => {
    const property = fc.property(fc.array(fc.constantFrom("a", "b", "c")), relayCounts, (relays, relayCount) => {
      const needed = Math.min(RECEIPTS_WANTED, Math.max(relayCount, 1));
      const record = run(relays.map(stored), relayCount);
      expect(record.state).toBe(new Set(relays).size >= needed ? "sent" : "queued");
      expect(record.relays).toEqual([...new Set(relays)]);
    });
    fc.assert(property);
  });

  test("is not sent by one relay that gives its receipt twice", () => {
    expect(run([stored("a"), stored("a")]).state).toBe("queued");
    expect(run([stored("a"), stored("b")]).state).toBe("sent");
    expect(run([stored("a")], 1).state).toBe("sent");
  });

  test("is sent when the device took it over directly, and waits in a box", () => {
    expect(run([{ type: "taken" }])).toEqual({ state: "sent", relays: [], isDirect: true });
    expect(run([{ type: "boxed" }]).state).toBe("waiting");
    expect(run([{ type: "boxed" }, stored("a"), stored("b")]).state).toBe("sent");
    expect(run([{ type: "taken" }, { type: "boxed" }]).state).toBe("sent");
  });

  test("that failed says so with its first reason, and loses it when it was delivered after all", () => {
    const lost = run([stored("a"), failed, { type: "failed", reason: "refused" }]);
    expect(lost).toEqual({ state: "failed", relays: ["a"], isDirect: false, reason: "expired" });
    expect(run([stored("b"), { type: "taken" }], 3, lost)).toMatchObject({ state: "failed", reason: "expired" });
    const late = run([{ type: "delivered" }], 3, lost);
    expect(late).toEqual({ state: "delivered", relays: ["a"], isDirect: false });
    expect(run([{ type: "read" }], 3, lost).state).toBe("read");
    expect(run([failed], 3, late)).toEqual(late);
  });

  test("has a reason exactly while it is failed", () => {
    const property = fc.property(histories, relayCounts, (history, relayCount) => {
      const record = run(history, relayCount);
      expect("reason" in record).toBe(record.state === "failed");
    });
    fc.assert(property);
  });
});

describe("a message to several devices", () => {
  const record = (state: OwnState): DeliveryRecord => ({ state, relays: [], isDirect: false });

  const summary = (...states: readonly OwnState[]) => summarizeDelivery(states.map(record)).state;

  test("is delivered once one device of the person has it, and read once it was read on one", () => {
    expect(summary("sent", "delivered")).toBe("delivered");
    expect(summary("read", "sent", "delivered")).toBe("read");
    expect(summary("failed", "delivered")).toBe("delivered");
  });

  test("shows the least advanced device before that, and failed only when all have", () => {
    expect(summary("queued", "sent")).toBe("queued");
    expect(summary("waiting", "failed", "sent")).toBe("waiting");
    expect(summary("failed", "failed")).toBe("failed");
    expect(summary()).toBe("queued");
  });

  test("is changed only as far as the least advanced device", () => {
    const least = (...states: readonly OwnState[]) => leastAdvanced(states.map(record)).state;
    expect(least("read", "sent", "delivered")).toBe("sent");
    expect(least("failed", "delivered")).toBe("delivered");
    expect(least("failed", "failed")).toBe("failed");
  });

  test("shows the same in any order of the devices", () => {
    const states = fc.constantFrom<OwnState>("queued", "waiting", "sent", "delivered", "read", "failed");
    const property = fc.property(fc.array(states), (all) => {
      const records = all.map(record);
      expect(summarizeDelivery(records.toReversed()).state).toBe(summarizeDelivery(records).state);
    });
    fc.assert(property);
  });
});
