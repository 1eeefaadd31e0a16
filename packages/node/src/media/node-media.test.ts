import { X509Certificate } from "node:crypto";
import type { CallWays } from "@kith/client";
import { MediaError, type PeerListener } from "@kith/client/media";
import { parseSdp } from "@kith/protocol";
import { describe, expect, onTestFinished, test } from "vitest";
import { makeCallCertificate } from "./call-certificate.ts";
import { createEcho, joinPrograms, type MediaPacket, type MediaProgram, type MediaWire } from "./media-program.ts";
import { openNodeMedia } from "./node-media.ts";

const WAYS = { isAddressHidden: false, servers: [] };
const LIMIT = { timeout: 30_000 };

/** A program that notes what comes, and whose wire is in the hands of the test. */
class Notes implements MediaProgram {
  readonly taken: string[] = [];
  keyFrames = 0;
  wire: MediaWire | null = null;
  isStopped = false;

  start(wire: MediaWire): void {
    this.wire = wire;
  }

  take(kind: string, { sequence, payload }: MediaPacket): void {
    this.taken.push(`${kind} ${sequence} ${Buffer.from(payload).toString("utf8")}`);
  }

  giveKeyFrame(): void {
    this.keyFrames += 1;
  }

  stop(): void {
    this.isStopped = true;
  }
}

function makeEnd(program: MediaProgram, ways: CallWays = WAYS) {
  const candidates: string[] = [];
  const links: string[] = [];
  const listener: PeerListener = {
    onCandidates: (found) => candidates.push(...found),
    onLink: (state) => links.push(state),
    onDeviceEnd: () => undefined,
    onStreams: () => undefined,
  };
  const media = openNodeMedia(() => program)(listener);
  // biome-ignore lint/correctness/useHookAtTopLevel: ways of a call, and nothing of React
  media.useWays(ways);
  onTestFinished(() => media.close());
  return { media, candidates, links };
}

/** Two ends that are connected over this machine's sockets. */
async function connect(one: MediaProgram, two: MediaProgram) {
  const caller = makeEnd(one);
  const callee = makeEnd(two);
  for (const { media } of [caller, callee]) {
    await media.setMicrophone(true);
    await media.setPicture("camera");
  }
  const offer = await caller.media.offer();
  const answer = await callee.media.answer(offer);
  await caller.media.begin(answer.sdp);
  await caller.media.addCandidates(answer.candidates);
  await callee.media.addCandidates(caller.candidates);
  await expect.poll(() => [...caller.links, ...callee.links], LIMIT).toEqual(["up", "up"]);
  return { caller, callee, offer, answer };
}

const packet = (sequence: number, text: string): MediaPacket => ({
  isMarked: true,
  sequence,
  timestamp: sequence * 960,
  payload: Buffer.from(text),
});

function send({ wire }: Notes, kind: "audio" | "video", ...packets: readonly MediaPacket[]): void {
  if (wire === null) throw new TypeError("there is a way");
  for (const each of packets) wire.send(kind, each);
}

function fingerprintOf(sdp: string): string {
  return /a=fingerprint:sha-256 (\S+)/.exec(sdp)?.[1] ?? "";
}

describe("a call between two programs", () => {
  test("carries packets both ways under the certificates that were told, and back from an echo", async () => {
    const notes = new Notes();
    const heard = new Notes();
    const { caller, callee, offer, answer } = await connect(notes, joinPrograms(createEcho(), heard));
    send(notes, "audio", packet(1, "hello"), packet(2, "there"));
    send(notes, "video", packet(65_535, "picture"));
    const all = ["audio 1 hello", "audio 2 there", "video 65535 picture"];
    await expect.poll(() => notes.taken.toSorted(), LIMIT).toEqual(all);
    expect(heard.taken.toSorted()).toEqual(all);
    expect(await caller.media.facts()).toMatchObject({ path: "direct", fingerprint: fingerprintOf(answer.sdp) });
    const facts = await callee.media.facts();
    expect(facts).toMatchObject({
      path: "direct",
      fingerprint: fingerprintOf(offer),
      framesDecoded: 1,
      packetsLost: 0,
    });
    callee.media.close();
    expect(heard.isStopped).toBe(true);
  });

  test("sends nothing of what is switched off, and nothing that no packet holds", async () => {
    const notes = new Notes();
    const heard = new Notes();
    const { caller } = await connect(notes, heard);
    await caller.media.setMicrophone(false);
    await caller.media.setPicture("none");
    send(notes, "audio", packet(1, "secret"));
    send(notes, "video", packet(1, "secret"));
    send(heard, "audio", packet(1, "x".repeat(1481)));
    await caller.media.setMicrophone(true);
    send(notes, "audio", packet(2, "heard"));
    await expect.poll(() => heard.taken, LIMIT).toEqual(["audio 2 heard"]);
    await expect(caller.media.setPicture("screen")).rejects.toThrow(MediaError);
  });

  test("asks for a whole picture, not more often than helps", async () => {
    const notes = new Notes();
    const heard = new Notes();
    await connect(notes, heard);
    const wishes = notes.keyFrames;
    send(notes, "video", packet(10, "a"));
    await expect.poll(() => heard.taken, LIMIT).toHaveLength(1);
    heard.wire?.askKeyFrame();
    heard.wire?.askKeyFrame();
    send(heard, "audio", packet(1, "after both"));
    await expect.poll(() => notes.taken, LIMIT).toHaveLength(1);
    expect(notes.keyFrames).toBe(wishes + 1);
  });
});

describe("an end of a call", () => {
  test("has a description of its own before it looks for anything, and cannot look for a second way", async () => {
    const { media, candidates } = makeEnd(new Notes());
    const offer = await media.offer();
    expect(parseSdp(offer)).toMatchObject({ ok: true, value: { role: "actpass", opus: 111, vp8: 96 } });
    expect(await media.facts()).toMatchObject({ path: null, fingerprint: null });
    expect(candidates).toEqual([]);
    await expect(media.restart()).rejects.toThrow(MediaError);
    await expect(media.renew()).rejects.toThrow(MediaError);
    await expect(media.answer("v=0")).rejects.toThrow(TypeError);
  });

  test("that hides its address tells no place but a relay's, and goes to no other", async () => {
    const caller = makeEnd(new Notes());
    const callee = makeEnd(new Notes(), { isAddressHidden: true, servers: [] });
    const answer = await callee.media.answer(await caller.media.offer());
    expect(answer.candidates).toEqual([]);
    await caller.media.begin(answer.sdp);
    await expect.poll(() => caller.candidates.length, LIMIT).toBeGreaterThan(0);
    await callee.media.addCandidates(caller.candidates);
    expect(callee.candidates).toEqual([]);
    expect(await callee.media.facts()).toMatchObject({ path: null });
  });

  test("has a certificate that anybody can read, signed by its own key", () => {
    const { certificate, fingerprint } = makeCallCertificate();
    const read = new X509Certificate(certificate);
    expect(read.verify(read.publicKey)).toBe(true);
    expect(read.fingerprint256.replaceAll(":", "").toLowerCase()).toBe(Buffer.from(fingerprint).toString("hex"));
    expect(makeCallCertificate().certificate).not.toBe(certificate);
  });
});
