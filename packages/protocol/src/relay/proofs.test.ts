import { describe, expect, test } from "vitest";
import { repeated } from "../account/fixtures.ts";
import { toHex } from "../bytes.ts";
import { nobleSuite } from "../crypto/noble.ts";
import type { EnvelopeId, QueueId, RelayId } from "../ids.ts";
import { openingMac, receiptMac } from "./proofs.ts";
import vectors from "./relay.vectors.json" with { type: "json" };

const channel = { relay: vectors.relay as RelayId, channelNonce: repeated(1)(32) };
const key = repeated(2)(32);
const queue = "03".repeat(16) as QueueId;
const envelope = "04".repeat(32) as EnvelopeId;
const others = [
  { ...channel, channelNonce: repeated(9)(32) },
  { ...channel, relay: vectors.otherRelay as RelayId },
];

describe("the MAC that opens a side of a queue", () => {
  test("is fixed", () => {
    expect(toHex(openingMac(nobleSuite, key, channel, "send", queue))).toBe(vectors.openingMacs.send);
    expect(toHex(openingMac(nobleSuite, key, channel, "receive", queue))).toBe(vectors.openingMacs.receive);
  });

  test("cannot be shown on another channel, to another relay, for the other side, another queue, or with another key", () => {
    const macs = [
      openingMac(nobleSuite, key, channel, "send", queue),
      openingMac(nobleSuite, key, channel, "receive", queue),
      openingMac(nobleSuite, key, channel, "send", "05".repeat(16) as QueueId),
      openingMac(nobleSuite, repeated(3)(32), channel, "send", queue),
      ...others.map((each) => openingMac(nobleSuite, key, each, "send", queue)),
    ].map(toHex);
    expect(new Set(macs).size).toBe(macs.length);
  });
});

describe("the receipt for an envelope", () => {
  test("is fixed", () => {
    expect(toHex(receiptMac(nobleSuite, key, channel, envelope))).toBe(vectors.receiptMac);
  });

  test("says nothing for another envelope, channel, relay or queue", () => {
    const macs = [
      receiptMac(nobleSuite, key, channel, envelope),
      receiptMac(nobleSuite, key, channel, "05".repeat(32) as EnvelopeId),
      receiptMac(nobleSuite, repeated(3)(32), channel, envelope),
      ...others.map((each) => receiptMac(nobleSuite, key, each, envelope)),
    ].map(toHex);
    expect(new Set(macs).size).toBe(macs.length);
  });
});
