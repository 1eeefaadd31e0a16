import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ReceivedStream } from "./received-stream.ts";
import { readWishes, writeKeyFrameWish, writeLostWish, writeReport } from "./rtcp-packet.ts";
import { isRtcp, type RtpPacket, readRtp, sequenceGap, writeRtp } from "./rtp-packet.ts";
import { SentStream } from "./sent-stream.ts";

const PACKET: RtpPacket = {
  payloadType: 111,
  isMarked: true,
  sequence: 65_535,
  timestamp: 0xffff_fff0,
  source: 0x8000_0001,
  level: null,
  payload: Uint8Array.of(1, 2, 3),
};

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(" ", ""), "hex"));

describe("a packet of RTP", () => {
  test("is read as it was written", () => {
    const written = writeRtp(PACKET, null);
    expect(readRtp(written, 1)).toEqual(PACKET);
    const named = writeRtp(PACKET, { id: 4, digit: "1" });
    expect(readRtp(named, 1)).toEqual(PACKET);
    expect(Buffer.from(named.subarray(12, 20)).toString("hex")).toBe("bede000140310000");
    expect(isRtcp(written)).toBe(false);
    expect(() => writeRtp({ ...PACKET, payload: new Uint8Array(1481) }, null)).toThrow(RangeError);
  });

  test("says how loud it is in a header extension, and ends before its padding", () => {
    const header = "b1 6f 0001 00000002 00000003 00000004";
    const packet = readRtp(
      hex(`${header} bede 0002 00 21 0a0b 10 ff 00 00 aabb 0000 03`.replace("0000 03", "0003")),
      1,
    );
    expect(packet).toMatchObject({ payloadType: 111, isMarked: false, level: 0x7f });
    const padded = readRtp(hex(`${header} bede 0001 10 85 0000 aabb 000003`), 1);
    expect(padded).toMatchObject({ level: 5, payload: hex("aabb") });
    expect(readRtp(hex(`${header} bede 0001 10 85 0000 aabb 000003`), null)).toMatchObject({ level: null });
  });

  test.each([
    ["empty", ""],
    ["without a whole header", "806f0001000000020000"],
    ["of another version", "406f00010000000200000003"],
    ["with sources that are not there", "816f00010000000200000003"],
    ["with an extension that is cut off", "906f00010000000200000003bede0002000000"],
    ["with more padding than bytes", "a06f00010000000200000003ff"],
    ["with padding of nothing", "a06f0001000000020000000300"],
  ])("that is %s is none", (_, text) => {
    expect(readRtp(hex(text), 1)).toBeNull();
  });

  test("of any bytes is taken or refused, and never more than it holds", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1600 }), (bytes) => {
        const read = readRtp(bytes, 3);
        const wishes = readWishes(bytes);
        return (read === null || read.payload.length <= bytes.length - 12) && wishes.lost.length <= 256;
      }),
    );
  });

  test("is so many after another, also over the end of the numbers", () => {
    expect(sequenceGap(65_535, 2)).toBe(3);
    expect(sequenceGap(2, 65_535)).toBe(-3);
  });
});

describe("a packet of RTCP", () => {
  test("wishes for a key frame or for what was lost, alone or among others", () => {
    const report = writeReport(1, [{ source: 2, fractionLost: 300, totalLost: -1, highest: 70_000 }]);
    const wish = writeKeyFrameWish(1, 2);
    const lost = writeLostWish(1, 2, [7, 9]);
    for (const packet of [report, wish, lost]) expect(isRtcp(packet)).toBe(true);
    expect(readWishes(report)).toEqual({ keyFrame: false, lost: [] });
    expect(readWishes(Buffer.concat([report, wish, lost]))).toEqual({ keyFrame: true, lost: [7, 9] });
    expect(report[12]).toBe(255);
  });

  test("names 17 lost packets in one entry", () => {
    expect(readWishes(hex("81cd0003 00000001 00000002 fffe0005"))).toEqual({
      keyFrame: false,
      lost: [65_534, 65_535, 1],
    });
  });

  test.each([
    ["cut off", "81ce0002 00000001 000000"],
    ["of another version", "41ce0002 00000001 00000002"],
    ["longer than it says", "81ce0002 00000001 00000002 00"],
  ])("that is %s wishes for nothing", (_, text) => {
    expect(readWishes(hex(text))).toEqual({ keyFrame: false, lost: [] });
  });
});

describe("what came of a stream", () => {
  const at = (sequence: number, change: Partial<RtpPacket> = {}): RtpPacket => ({ ...PACKET, sequence, ...change });

  test("names what was passed over, and counts it as lost until it comes", () => {
    const stream = new ReceivedStream();
    expect(stream.report()).toBeNull();
    expect(stream.take(at(65_534))).toEqual([]);
    expect(stream.take(at(1))).toEqual([65_535, 0]);
    expect(stream.lost).toBe(2);
    expect(stream.report()).toMatchObject({ fractionLost: 128, totalLost: 2, highest: 65_537 });
    expect(stream.take(at(65_535))).toEqual([]);
    expect(stream.lost).toBe(1);
    expect(stream.frames).toBe(3);
  });

  test("begins anew with another source or after a leap", () => {
    const stream = new ReceivedStream();
    stream.take(at(1));
    expect(stream.take(at(20_000))).toEqual([]);
    expect(stream.take(at(5, { source: 9 }))).toEqual([]);
    expect(stream.source).toBe(9);
    expect(stream.lost).toBe(0);
  });

  test("hears by what the sender says, and nothing in silence", () => {
    const stream = new ReceivedStream();
    stream.take(at(1, { level: 127 }));
    expect(stream.energy).toBe(0);
    stream.take(at(2, { level: 10 }));
    expect(stream.energy).toBeCloseTo(0.002);
  });
});

test("what was sent is there again for whoever lost it, until much was sent after it", () => {
  const stream = new SentStream();
  const first = stream.write({ ...PACKET, sequence: 1 }, 96, null);
  expect(readRtp(first, null)).toMatchObject({ payloadType: 96, source: stream.source, sequence: 1 });
  expect(stream.again(1)).toBe(first);
  expect(stream.again(2)).toBeNull();
  for (let sequence = 2; sequence <= 513; sequence++) stream.write({ ...PACKET, sequence }, 96, null);
  expect(stream.again(1)).toBeNull();
  expect(stream.again(513)).not.toBeNull();
});
