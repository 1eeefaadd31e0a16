import { test as property } from "@fast-check/vitest";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  decodeHopAnswer,
  decodeStopConnect,
  encodeConnect,
  encodeReserve,
  encodeStopOk,
  MAX_CIRCUIT_MESSAGE_BYTES,
} from "./circuit-messages.ts";

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "hex"));

// The bytes are those that the specification's protocol buffers give for these values.
describe("circuit messages", () => {
  it("are written as the specification says", () => {
    expect(encodeReserve()).toEqual(hex("0800"));
    expect(encodeConnect(hex("00240801"))).toEqual(hex("080112060a0400240801"));
    expect(encodeStopOk()).toEqual(hex("08012064"));
  });

  it("give the status of a relay and the end of a place, and pass over what is not needed", () => {
    const reservation = "08d285d8cc06" + "1202aabb" + "1a0100"; // expire 1771438802, one address, a voucher
    const message = hex(`0802${"1a0d"}${reservation}22020800${"2864"}`);
    expect(decodeHopAnswer(message)).toEqual({ status: 100, expiresAtS: 1_771_438_802 });
    expect(decodeHopAnswer(hex("080228c801"))).toEqual({ status: 200, expiresAtS: undefined });
  });

  it("give the peer who wants to be introduced", () => {
    expect(decodeStopConnect(hex("080012060a0400240801"))).toEqual(hex("00240801"));
  });

  it.each([
    ["nothing", ""],
    ["a request where an answer belongs", "0800"],
    ["no status", "0802"],
    ["a length beyond the end", "08021aff00"],
    ["a number that never ends", "08ffffffffffffffffff01"],
    ["a number too large to be exact", "0802288080808080808010"],
    ["a field of an unknown kind", "08022b"],
    ["field number zero", "0002"],
  ])("are refused: %s", (_name, bytes) => {
    expect(decodeHopAnswer(hex(bytes))).toBeNull();
  });

  it("are refused when they are too long, or no offer", () => {
    expect(decodeHopAnswer(new Uint8Array(MAX_CIRCUIT_MESSAGE_BYTES + 1))).toBeNull();
    expect(decodeStopConnect(hex("0801"))).toBeNull();
    expect(decodeStopConnect(hex("0800"))).toBeNull();
    expect(decodeStopConnect(hex("080012021204"))).toBeNull();
  });

  property.prop([fc.uint8Array({ maxLength: 200 })])("never throw, whatever the bytes are", (bytes) => {
    decodeHopAnswer(bytes);
    decodeStopConnect(bytes);
  });
});
