import type { AccountId, DeviceId, RelayId, RelayRef } from "@kith/protocol";
import { describe, expect, test } from "vitest";
import { MAX_OLD_QUEUES, type PeerRow } from "./contact-row.ts";
import {
  forgetEmpty,
  isMisplaced,
  isWorn,
  noteCreated,
  noteGone,
  noteUse,
  planNext,
  readQueues,
} from "./own-queues.ts";

const LIFE = { queueLifeMs: 1000, queueMessages: 3 };
const DAY_MS = 24 * 3600 * 1000;
const secret = new Uint8Array(32);
const relay = (name: string): RelayRef => ({ relay: name as RelayId, addresses: [] });
const [a, b, c, d] = ["a", "b", "c", "d"].map(relay) as [RelayRef, RelayRef, RelayRef, RelayRef];

const fresh: PeerRow = {
  account: "account" as AccountId,
  device: "device" as DeviceId,
  boxes: [],
  ownQueue: { number: 1, secret, relays: [a, b, c] },
  outNumber: 0,
  inNumber: 0,
  missing: [],
};

const talk = (row: PeerRow, number: number, nowMs: number): PeerRow => noteUse(row, { number, nowMs, isTalk: true });
const never = (): boolean => false;
const numbersOf = (row: PeerRow): readonly number[] => readQueues(row).map(({ number }) => number);

function rotated(row: PeerRow, number: number, relays: readonly RelayRef[]): PeerRow {
  return noteCreated(planNext(row, number, new Uint8Array(32)), relays, relays);
}

describe("a queue is worn", () => {
  test("after its life or its messages, and never while nothing came through it", () => {
    expect(isWorn(fresh, LIFE, 10 ** 9)).toBe(false);
    const used = talk(fresh, 1, 500);
    expect(used.ownQueue).toMatchObject({ usedAtMs: 500, taken: 1 });
    expect(isWorn(used, LIFE, 1499)).toBe(false);
    expect(isWorn(used, LIFE, 1500)).toBe(true);
    const often = [1, 2].reduce((row) => talk(row, 1, 501), used);
    expect(often.ownQueue).toMatchObject({ usedAtMs: 500, taken: 3 });
    expect(isWorn(often, LIFE, 502)).toBe(true);
  });

  test("not by a message that only tells where its sender is, though that leaves the queue before", () => {
    const next = rotated(talk(fresh, 1, 0), 2, [a, b]);
    const told = noteUse(next, { number: 2, nowMs: 9, isTalk: false });
    expect(told.ownQueue).toEqual(next.ownQueue);
    expect(told.oldQueues).toMatchObject([{ number: 1, leftAtMs: 9 }]);
  });

  test("not again before its sender has left the one before it", () => {
    const next = talk(rotated(talk(fresh, 1, 0), 2, [a, b]), 1, 1);
    expect(next.ownQueue.taken).toBeUndefined();
    expect(isWorn(next, LIFE, 10 ** 9)).toBe(false);
    const left = talk(next, 2, 2);
    expect(left.oldQueues).toMatchObject([{ number: 1, leftAtMs: 2 }]);
    expect(isWorn(left, LIFE, 1002)).toBe(true);
  });
});

describe("a queue is misplaced", () => {
  test("when it lies at a relay that was left and another is wanted", () => {
    const isLeft = (each: RelayId): boolean => each === a.relay;
    expect(isMisplaced(fresh, [b, c, d], isLeft)).toBe(true);
    expect(isMisplaced(fresh, [b, c], isLeft)).toBe(true);
    expect(isMisplaced(fresh, [b, c, a], isLeft)).toBe(false);
    expect(isMisplaced(fresh, [], isLeft)).toBe(false);
  });

  test("when there is no room for a relay that is wanted; one more simply joins", () => {
    expect(isMisplaced(fresh, [b, c, d], never)).toBe(true);
    const two = { ...fresh, ownQueue: { ...fresh.ownQueue, relays: [a, b] } };
    expect(isMisplaced(two, [b, c], never)).toBe(false);
    expect(isMisplaced(fresh, [a, b, c], never)).toBe(false);
  });

  test("never beyond the queues that are read", () => {
    const oldQueues = Array.from({ length: MAX_OLD_QUEUES }, (_, number) => ({ number, secret, relays: [a] }));
    expect(isMisplaced({ ...fresh, oldQueues }, [d], () => true)).toBe(false);
    expect(isWorn({ ...talk(fresh, 1, 0), oldQueues }, LIFE, 10 ** 9)).toBe(false);
  });
});

describe("the next queue", () => {
  test("takes over once as many relays have it as a message that is shown as sent needs", () => {
    const wanted = [b, c, d];
    const planned = planNext(fresh, 7, new Uint8Array(32));
    const one = noteCreated(planned, [d], wanted);
    expect(one.ownQueue).toEqual(fresh.ownQueue);
    expect(one.nextQueue).toMatchObject({ number: 7, relays: [d] });
    const two = noteCreated(one, [b], wanted);
    expect(two.nextQueue).toBeUndefined();
    expect(two.ownQueue).toMatchObject({ number: 7, relays: [b, d] });
    expect(two.oldQueues).toEqual([{ number: 1, secret, relays: [a, b, c] }]);
    expect(numbersOf(two)).toEqual([7, 1]);
  });

  test("takes over at one relay where no more are wanted, and at none never", () => {
    const planned = planNext(fresh, 7, secret);
    expect(noteCreated(planned, [d], [d]).ownQueue.number).toBe(7);
    expect(noteCreated(planned, [], [])).toBe(planned);
    expect(noteCreated(planned, [a], [b, c]).nextQueue).toMatchObject({ relays: [] });
  });
});

describe("an old queue", () => {
  const old = rotated(fresh, 2, [c, d]);
  const left = talk(old, 2, 100);

  test("is read on every relay until its sender has left it", () => {
    expect(noteGone(old, 1, a.relay)).toEqual(old);
    expect(forgetEmpty(old, 10 ** 15)).toBe(old);
  });

  test("is left by a message through a later queue only", () => {
    const twice = rotated(old, 3, [c, d]);
    expect(talk(twice, 1, 5).oldQueues).toEqual(twice.oldQueues);
    expect(talk(twice, 2, 5).oldQueues).toMatchObject([{ number: 2 }, { number: 1, leftAtMs: 5 }]);
    expect(talk(twice, 2, 5).oldQueues?.[0]?.leftAtMs).toBeUndefined();
  });

  test("goes with the last of its relays", () => {
    const some = [a, b].reduce((row, each) => noteGone(row, 1, each.relay), left);
    expect(some.oldQueues).toMatchObject([{ number: 1, relays: [c] }]);
    const none = noteGone(some, 1, c.relay);
    expect("oldQueues" in none).toBe(false);
    expect(numbersOf(none)).toEqual([2]);
  });

  test("goes when all that a relay could hold of it has expired", () => {
    expect(forgetEmpty(left, 100 + 30 * DAY_MS - 1)).toBe(left);
    expect(numbersOf(forgetEmpty(left, 100 + 30 * DAY_MS))).toEqual([2]);
  });
});
