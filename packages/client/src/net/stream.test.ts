import type { Stream } from "@libp2p/interface";
import { Uint8ArrayList } from "uint8arraylist";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FramedStream } from "./stream.ts";

/** The parts of a libp2p stream that framing uses, moved by hand. */
class FakeStream extends EventTarget {
  status = "open";
  readStatus = "readable";
  readableEnded = false;
  writeBufferLength = 0;
  maxReadBufferLength = 0;
  canSend = true;
  readonly sent: Uint8Array[] = [];
  pauses = 0;
  resumes = 0;

  send(bytes: Uint8Array): boolean {
    if (this.status !== "open") throw new Error("closed");
    this.sent.push(bytes);
    return this.canSend;
  }
  pause(): void {
    this.pauses += 1;
    this.readStatus = "paused";
  }
  resume(): void {
    this.resumes += 1;
    this.readStatus = "readable";
  }
  async close(): Promise<void> {
    this.status = "closing";
  }
  abort(): void {
    this.status = "aborted";
    this.dispatchEvent(new Event("close"));
  }
  receive(...parts: Uint8Array[]): void {
    this.dispatchEvent(Object.assign(new Event("message"), { data: new Uint8ArrayList(...parts) }));
  }
}

function frameOf(body: Uint8Array): Uint8Array {
  const frame = new Uint8Array(4 + body.length);
  new DataView(frame.buffer).setUint32(0, body.length);
  frame.set(body, 4);
  return frame;
}

function makeFramed(fake = new FakeStream(), idleTimeoutMs = 0) {
  const frames: Uint8Array[] = [];
  const told = { closes: 0, drains: 0 };
  const framed = new FramedStream(
    fake as unknown as Stream,
    {
      onFrame: (frame) => frames.push(frame),
      onDrain: () => {
        told.drains += 1;
      },
      onClose: () => {
        told.closes += 1;
      },
    },
    { maxFrameBytes: 70_000, idleTimeoutMs },
  );
  return { fake, framed, frames, told };
}

describe("framed stream", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const nextTick = () => new Promise<void>((resolve) => setImmediate(resolve));

  it("delivers frames however their bytes are cut", () => {
    const bodies = [Uint8Array.of(), Uint8Array.of(1, 2, 3), new Uint8Array(70_000).fill(4)];
    const bytes = bodies.map(frameOf);
    const whole = makeFramed();
    whole.fake.receive(...bytes);
    expect(whole.frames).toEqual(bodies);
    const cut = makeFramed();
    const all = new Uint8ArrayList(...bytes).slice();
    for (let i = 0; i < all.length; i += 977) cut.fake.receive(all.subarray(i, i + 977));
    expect(cut.frames).toEqual(bodies);
  });

  it("sends the frames of one tick in one write", async () => {
    const { fake, framed } = makeFramed();
    for (let i = 0; i < 50; i++) framed.send(Uint8Array.of(i), Uint8Array.of(i, i));
    expect(fake.sent.length).toBe(0);
    await nextTick();
    expect(fake.sent.length).toBe(1);
    expect(fake.sent[0]?.subarray(0, 14)).toEqual(Uint8Array.of(0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 3, 1, 1, 1));
  });

  it("writes nothing between a full buffer and its drain, time after time", async () => {
    const { fake, framed, told } = makeFramed();
    fake.canSend = false;
    framed.send(Uint8Array.of(1));
    await nextTick();
    for (let round = 2; round <= 4; round++) {
      framed.send(Uint8Array.of(round));
      await nextTick();
      expect([fake.sent.length, framed.unsentBytes, told.drains]).toEqual([round - 1, 5, 0]);
      fake.dispatchEvent(new Event("drain"));
      expect([fake.sent.length, framed.unsentBytes, told.drains]).toEqual([round, 0, 0]);
    }
    fake.canSend = true;
    fake.dispatchEvent(new Event("drain"));
    expect(told.drains).toBe(1);
    fake.dispatchEvent(new Event("drain"));
    expect(told.drains).toBe(1);
  });

  it("holds frames back, pauses the remote at the mark and lets it go on below", async () => {
    const { fake, framed, frames } = makeFramed();
    framed.hold();
    for (let i = 0; i < 3; i++) fake.receive(frameOf(new Uint8Array(70_000)));
    await nextTick();
    expect([frames.length, fake.pauses]).toEqual([0, 0]);
    fake.receive(frameOf(new Uint8Array(70_000)));
    expect(fake.pauses).toBe(0);
    await nextTick();
    expect([frames.length, fake.pauses, fake.resumes]).toEqual([0, 1, 0]);
    framed.release();
    expect([frames.length, fake.resumes]).toEqual([4, 1]);
  });

  it("cuts off a remote that goes on sending while it is held", () => {
    const { fake, framed, frames, told } = makeFramed();
    framed.hold();
    for (let i = 0; i < 20 && fake.status === "open"; i++) fake.receive(frameOf(new Uint8Array(70_000)));
    expect([fake.status, told.closes, frames.length, fake.maxReadBufferLength]).toEqual(["aborted", 1, 0, 1024 * 1024]);
  });

  it("resets the stream for a frame over the limit before its bytes arrive", () => {
    const { fake, frames, told } = makeFramed();
    fake.receive(Uint8Array.of(0, 1, 0x11, 0x71));
    expect([fake.status, told.closes, frames.length]).toEqual(["aborted", 1, 0]);
  });

  it("ends once when the remote ends, and takes no frames after that", async () => {
    const { fake, framed, told } = makeFramed();
    framed.send(Uint8Array.of(1));
    fake.dispatchEvent(new Event("end"));
    fake.dispatchEvent(new Event("close"));
    framed.send(Uint8Array.of(2));
    framed.close();
    framed.abort("late");
    await nextTick();
    expect([fake.status, fake.sent.length, told.closes]).toEqual(["closing", 1, 1]);
  });

  it("ends although the remote had closed before anybody listened", async () => {
    const gone = new FakeStream();
    gone.readableEnded = true;
    const { told } = makeFramed(gone);
    expect(told.closes).toBe(0);
    await nextTick();
    expect(told.closes).toBe(1);
  });

  it("cuts off a remote that takes no bytes, leaves a frame unfinished, or does not close its side", async () => {
    const blocked = makeFramed();
    blocked.fake.canSend = false;
    blocked.framed.send(Uint8Array.of(1));
    const partial = makeFramed();
    partial.fake.receive(Uint8Array.of(0, 0));
    const open = makeFramed();
    open.framed.close();
    const quiet = makeFramed();
    await nextTick();
    await vi.advanceTimersByTimeAsync(40_000);
    const statuses = [blocked, partial, open, quiet].map((each) => each.fake.status);
    expect(statuses).toEqual(["aborted", "aborted", "aborted", "open"]);
    quiet.framed.close();
  });

  it("closes a stream on which nothing moved for its idle time", async () => {
    const idle = makeFramed(new FakeStream(), 60_000);
    const busy = makeFramed(new FakeStream(), 60_000);
    for (let i = 0; i < 3; i++) {
      await vi.advanceTimersByTimeAsync(30_000);
      busy.fake.receive(frameOf(Uint8Array.of(1)));
    }
    expect([idle.told.closes, busy.told.closes]).toEqual([1, 0]);
    busy.framed.close();
  });
});
