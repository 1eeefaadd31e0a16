import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromHex, toHex } from "../bytes.ts";
import { decodeAs, encodeAs } from "../codec/schema.ts";
import { nobleSuite } from "../crypto/noble.ts";
import type { RelayId } from "../ids.ts";
import {
  deriveBox,
  deriveOwnerSide,
  deriveSenderSide,
  type QueueDescriptor,
  type QueuePlace,
  queueDescriptor,
} from "./queue.ts";
import vectors from "./queue.vectors.json" with { type: "json" };

const key = fc.uint8Array({ minLength: 32, maxLength: 32 });
const relayIds = fc.constantFrom(...vectors.relays).map((relay) => relay as RelayId);

/** Every value that a side says or holds, in hex. */
function valuesOf(side: object): readonly string[] {
  return Object.values(side).map((value) => (typeof value === "string" ? value : toHex(value as Uint8Array)));
}

function hexOf(side: object): Record<string, string> {
  return Object.fromEntries(Object.keys(side).map((name, index) => [name, valuesOf(side)[index] as string]));
}

describe("derivation", () => {
  test.each(vectors.senderSides)("of the sending side at $place is fixed", ({ secret, place, side }) => {
    expect(hexOf(deriveSenderSide(nobleSuite, fromHex(secret), place as QueuePlace))).toEqual(side);
  });

  test.each(vectors.ownerSides)("of receiving side $number is fixed", ({ seed, number, relay, side }) => {
    expect(hexOf(deriveOwnerSide(nobleSuite, fromHex(seed), number, relay as RelayId))).toEqual(side);
  });

  test.each(vectors.boxes)("of the request box is fixed", ({ seed, relay, side }) => {
    expect(hexOf(deriveBox(nobleSuite, fromHex(seed), relay as RelayId))).toEqual(side);
  });
});

describe("the queue secret opens no owner key", () => {
  test("whatever is tried with it: as secret, as owner seed, at any place and number", () => {
    const property = fc.property(key, key, fc.nat(), relayIds, (secret, ownerSeed, number, relay) => {
      const owner = deriveOwnerSide(nobleSuite, ownerSeed, number, relay);
      const box = deriveBox(nobleSuite, ownerSeed, relay);
      const sender = deriveSenderSide(nobleSuite, secret, relay);
      const owned = new Set([...valuesOf(owner), ...valuesOf(box)]);
      const tried = [secret, sender.macKey, sender.envelopeKey, sender.nonceKey, fromHex(sender.sendId)].flatMap(
        (known) => [
          ...valuesOf(deriveOwnerSide(nobleSuite, known, number, relay)),
          ...valuesOf(deriveBox(nobleSuite, known, relay)),
          ...valuesOf(deriveSenderSide(nobleSuite, known, relay)),
          ...valuesOf(deriveSenderSide(nobleSuite, known, "direct")),
        ],
      );
      for (const value of [...valuesOf(sender), ...tried]) expect(owned.has(value)).toBe(false);
    });
    fc.assert(property, { numRuns: 20 });
  });

  test("even for an owner that used one secret for both: labels keep the sides apart", () => {
    const property = fc.property(key, relayIds, (secret, relay) => {
      const values = [
        ...valuesOf(deriveSenderSide(nobleSuite, secret, relay)),
        ...valuesOf(deriveSenderSide(nobleSuite, secret, "direct")),
        ...valuesOf(deriveOwnerSide(nobleSuite, secret, 0, relay)),
        ...valuesOf(deriveOwnerSide(nobleSuite, secret, 1, relay)),
        ...valuesOf(deriveBox(nobleSuite, secret, relay)),
      ];
      expect(new Set(values).size).toBe(values.length);
    });
    fc.assert(property, { numRuns: 20 });
  });
});

test("nothing that two relays see of one queue or box is the same", () => {
  const [first, second] = vectors.relays as unknown as [RelayId, RelayId];
  const seed = new Uint8Array(32).fill(5);
  const seen = (relay: RelayId) => [
    ...valuesOf(deriveSenderSide(nobleSuite, seed, relay)),
    ...valuesOf(deriveOwnerSide(nobleSuite, seed, 0, relay)),
    ...valuesOf(deriveBox(nobleSuite, seed, relay)),
  ];
  const both = [...seen(first), ...seen(second)];
  expect(new Set(both).size).toBe(both.length);
});

describe("a descriptor", () => {
  const relay = { relay: vectors.relays[0] as RelayId, addresses: ["/ip4/203.0.113.1/tcp/4001"] };
  const descriptor: QueueDescriptor = { secret: new Uint8Array(32).fill(1), number: 2, relays: [relay] };

  test("has one form and reads back", () => {
    const encoded = encodeAs(queueDescriptor, descriptor);
    expect(toHex(encoded)).toBe(vectors.descriptor);
    expect(decodeAs(queueDescriptor, encoded, 1000)).toEqual({ ok: true, value: descriptor });
  });

  test("names at most three relays, and has a secret of 32 bytes", () => {
    const four = { ...descriptor, relays: new Array(4).fill(relay) };
    expect(() => encodeAs(queueDescriptor, four)).toThrow(RangeError);
    expect(() => encodeAs(queueDescriptor, { ...descriptor, secret: new Uint8Array(31) })).toThrow(RangeError);
    expect(() => encodeAs(queueDescriptor, { ...descriptor, number: 2 ** 32 })).toThrow(RangeError);
  });
});
