import fc from "fast-check";
import { expect, describe as group, test } from "vitest";
import { nobleSuite } from "../crypto/noble.ts";
import vectors from "./call.vectors.json" with { type: "json" };
import { parseCandidate, writeCandidate } from "./candidate.ts";
import { checkWords } from "./check-words.ts";
import chromium from "./chromium.vectors.json" with { type: "json" };
import { describe, HOST, OTHERS } from "./fixtures.ts";
import { MAX_SDP_CHARACTERS, parseSdp, writeSdp } from "./sdp.ts";

const OFFER = chromium.offer.join("\r\n");

function parsed(sdp: string) {
  const description = parseSdp(sdp);
  if (!description.ok) throw new Error(description.error.code);
  return description.value;
}

group("a session description", () => {
  test("that is written reads back as what it was written from", () => {
    const noRetransmission = describe(3, { role: "active", audioExtensions: [] });
    const { rtx: _, ...without } = noRetransmission;
    for (const each of [describe(1), without]) expect(parseSdp(writeSdp(each))).toEqual({ ok: true, value: each });
  });

  test("of Chromium is read, and of everything else in it nothing is left", () => {
    const description = parsed(OFFER);
    expect(description).toMatchObject({ role: "actpass", opus: 111, vp8: 96, rtx: 97 });
    const written = writeSdp(description);
    for (const word of ["red", "telephone-event", "H264", "VP9", "ssrc:", "msid", "extmap-allow-mixed", "candidate"]) {
      expect(OFFER.includes(word) || word === "candidate").toBe(true);
      expect(written).not.toContain(word);
    }
    expect(parsed(written)).toEqual(description);
  });

  test.each([
    ["a data channel", (sdp: string) => `${sdp}m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:2\r\n`],
    ["a second picture", (sdp: string) => sdp + sdp.slice(sdp.indexOf("m=video"))],
    ["no picture", (sdp: string) => sdp.slice(0, sdp.indexOf("m=video"))],
    [
      "the picture first",
      (sdp: string) => sdp.replace("m=audio", "m=x").replace("m=video", "m=audio").replace("m=x", "m=video"),
    ],
  ])("with %s is refused", (_, change) => {
    expect(parseSdp(change(OFFER))).toEqual({ ok: false, error: { code: "unexpected-media" } });
  });

  test.each([
    ["mid", (sdp: string) => sdp.replace("a=mid:1", "a=mid:7")],
    ["direction", (sdp: string) => sdp.replace("a=sendrecv", "a=recvonly")],
    ["ice", (sdp: string) => sdp.replaceAll(/a=ice-pwd:.*/g, "a=ice-pwd:short")],
    ["fingerprint", (sdp: string) => sdp.replaceAll("fingerprint:sha-256", "fingerprint:sha-1")],
    ["setup", (sdp: string) => sdp.replaceAll("a=setup:actpass", "a=setup:holdconn")],
    ["codec", (sdp: string) => sdp.replace("opus/48000/2", "PCMU/8000")],
  ])("without a fitting %s is refused with its name", (what, change) => {
    expect(change(OFFER)).not.toBe(OFFER);
    expect(parseSdp(change(OFFER))).toEqual({ ok: false, error: { code: "bad-sdp", what } });
  });

  test("that is too long is not read", () => {
    const sdp = OFFER + "a=x\r\n".repeat(MAX_SDP_CHARACTERS);
    expect(parseSdp(sdp)).toMatchObject({ ok: false, error: { code: "too-large" } });
  });

  test("of any text is read or refused, and what is read is written with nothing new in it", () => {
    const lines = fc.constantFrom(
      ...OFFER.split("\r\n"),
      "m=audio 9 X 0",
      "a=mid:0",
      "a=setup:active",
      "\0",
      "a=fmtp:97 apt=96",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(lines, fc.string()), { maxLength: 200 }), (some) => {
        const read = parseSdp(some.join("\r\n"));
        if (read.ok) expect(parseSdp(writeSdp(read.value))).toEqual(read);
      }),
    );
  });
});

group("a candidate", () => {
  test.each([HOST, ...OTHERS].map((each) => [`${each.type} ${each.address}`, each] as const))(
    "%s is written as it is read",
    (_, candidate) => {
      const line = writeCandidate(candidate, "a+b/");
      expect(parseCandidate(line)).toEqual({ ok: true, value: candidate });
      expect(line).toContain("ufrag a+b/");
    },
  );

  test("does not tell the address it was derived from", () => {
    const line =
      "candidate:1 1 udp 5 203.0.113.9 6000 typ srflx raddr 192.168.1.20 rport 5000 generation 0 network-id 3";
    const candidate = parseCandidate(line);
    expect(candidate).toEqual({
      ok: true,
      value: { foundation: "1", transport: "udp", priority: 5, address: "203.0.113.9", port: 6000, type: "srflx" },
    });
    if (candidate.ok) expect(writeCandidate(candidate.value, "name")).not.toContain("192.168");
  });

  test.each([
    "",
    "candidate:",
    "candidate:1 2 udp 5 192.0.2.7 6000 typ host",
    "candidate:1 1 sctp 5 192.0.2.7 6000 typ host",
    "candidate:1 1 udp 5 example.org 6000 typ host",
    "candidate:1 1 udp 5 192.0.2.7 66000 typ host",
    "candidate:1 1 udp -5 192.0.2.7 6000 typ host",
    "candidate:1 1 udp 5 192.0.2.7 6000 typ other",
    "candidate:1 1 tcp 5 192.0.2.7 6000 typ host",
    `candidate:1 1 udp 5 192.0.2.7 6000 typ host ${"x".repeat(600)}`,
  ])("%j is none", (line) => {
    expect(parseCandidate(line)).toEqual({ ok: false, error: { code: "bad-candidate" } });
  });
});

test("check words are the same from both ends, four, and others for any other certificate", () => {
  const [one, two, three] = [1, 2, 3].map((byte) => new Uint8Array(32).fill(byte)) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  const words = checkWords(nobleSuite, one, two);
  expect(words).toHaveLength(4);
  expect(words).toEqual(vectors.checkWords);
  expect(checkWords(nobleSuite, one, three)).not.toEqual(words);
  expect(checkWords(nobleSuite, two, one)).not.toEqual(words);
});
