import { afterEach, describe, expect, test, vi } from "vitest";
import { MessengerError } from "../messenger-error.ts";
import { CallSession } from "./call-session.ts";
import { CandidateBatch } from "./candidate-batch.ts";
import { callInfo, FakeEngine, FakePeer, THEIR_SDP } from "./fixtures.ts";

const remote = (change: object = {}) => ({ sdp: THEIR_SDP, round: 0, candidates: [], ...change });
const sessions: CallSession<FakePeer>[] = [];

afterEach(() => {
  for (const session of sessions.splice(0)) session.close();
});

function parts(engine: FakeEngine, prepare: (peer: FakePeer) => void = () => undefined) {
  const errors: unknown[] = [];
  return {
    errors,
    client: engine,
    openMedia: (listener: ConstructorParameters<typeof FakePeer>[0]) => {
      const peer = new FakePeer(listener);
      prepare(peer);
      return peer;
    },
    onChange: () => undefined,
    onError: (error: unknown) => errors.push(error),
  };
}

async function calling(prepare?: (peer: FakePeer) => void) {
  const engine = new FakeEngine(callInfo());
  const given = parts(engine, prepare);
  const session = await CallSession.call(given, { who: "kith1them", isVideo: true });
  sessions.push(session);
  return { engine, session, ...given };
}

async function talking(prepare?: (peer: FakePeer) => void) {
  const made = await calling(prepare);
  made.session.sync(callInfo({ phase: "connecting", remote: remote() }));
  await expect.poll(() => made.session.peer.asked.at(-1)).toMatch(/^begin/);
  return made;
}

describe("the media of a call", () => {
  test("of the caller begin only with the answer, and take each place once", async () => {
    const { engine, session } = await calling();
    expect(engine.of("call.start")).toEqual([
      { who: "kith1them", isVideo: true, sdp: "offer", media: { hasMicrophone: true, picture: "camera" } },
    ]);
    expect(engine.told.map(({ method }) => method)).toEqual(["call.start", "call.ways"]);
    session.sync(callInfo({ phase: "ringing", isHeard: true }));
    session.sync(callInfo({ phase: "connecting", remote: remote({ candidates: ["a"] }) }));
    session.sync(callInfo({ phase: "connecting", remote: remote({ candidates: ["a", "b"] }) }));
    await expect.poll(() => session.peer.asked.at(-1)).toBe("add b");
    const begin = `begin ${THEIR_SDP.length}`;
    expect(session.peer.asked).toEqual(["microphone", "camera", "offer", "ways 1", begin, "add a", "add b"]);
  });

  test("of the callee tell what is found meanwhile after the answer, not before", async () => {
    const engine = new FakeEngine(callInfo({ isOutgoing: false, phase: "connecting", remote: remote() }));
    const session = await CallSession.accept(parts(engine), callInfo({ isOutgoing: false, remote: remote() }), false);
    sessions.push(session);
    await expect.poll(() => engine.told.map(({ method }) => method)).toEqual(["call.ways", "call.accept", "call.tell"]);
    expect(session.peer.asked).toEqual(["microphone", "ways 1", "answer"]);
    expect(engine.of("call.accept")).toMatchObject([{ sdp: "answer", candidates: ["candidate:first"] }]);
    expect(engine.of("call.tell")).toEqual([{ id: callInfo().id, candidates: ["candidate:late"] }]);
  });

  test("count as connected with the certificate that was told", async () => {
    const { engine, session } = await talking();
    session.peer.listener.onLink("up");
    await expect.poll(() => engine.of("call.report")).toEqual([{ id: callInfo().id, isUp: true }]);
  });

  test("end the call when the other side shows another certificate than it told", async () => {
    const { engine, session } = await talking((peer) => {
      peer.shown = "00:11";
    });
    session.peer.listener.onLink("up");
    await expect.poll(() => engine.of("call.end")).toEqual([{ id: callInfo().id, reason: "mismatch" }]);
    expect(engine.of("call.report")).toEqual([]);
    await expect.poll(() => session.peer.isClosed).toBe(true);
    expect(session.info?.end).toEqual({ reason: "mismatch", isOwn: true });
  });

  test("look for another way from the caller's side, at once when the way is gone for good", async () => {
    const { engine, session } = await talking();
    session.peer.listener.onLink("failed");
    await expect.poll(() => engine.of("call.restart")).toEqual([{ id: callInfo().id, sdp: "restart" }]);
    session.sync(callInfo({ phase: "reconnecting", remote: remote({ round: 1, candidates: ["c"] }) }));
    await expect.poll(() => session.peer.asked.slice(-2)).toEqual([`begin ${THEIR_SDP.length}`, "add c"]);
    session.sync(callInfo({ phase: "reconnecting", remote: remote({ round: 0, candidates: ["old"] }) }));
    await session.setMicrophone(false);
    expect(session.peer.asked).not.toContain("add old");
  });

  test("look for one other way at a time, for the next one once that was answered", async () => {
    const { engine, session } = await talking();
    for (let at = 0; at < 2; at++) session.peer.listener.onLink("failed");
    await expect.poll(() => engine.of("call.restart")).toHaveLength(1);
    session.peer.listener.onLink("failed");
    await expect.poll(() => engine.of("call.report")).toHaveLength(3);
    expect(engine.of("call.restart")).toHaveLength(1);
    session.sync(callInfo({ phase: "reconnecting", remote: remote({ round: 1 }) }));
    await expect.poll(() => engine.of("call.restart")).toHaveLength(2);
    session.sync(callInfo({ phase: "reconnecting", remote: remote({ round: 2 }) }));
    await session.setMicrophone(false);
    expect(engine.of("call.restart")).toHaveLength(2);
  });

  test("begin to look once the other side can be told, and not where the way came back meanwhile", async () => {
    const { engine, session } = await talking();
    engine.holdReached();
    session.peer.listener.onLink("failed");
    await expect.poll(() => engine.of("call.ways")).toContainEqual({ who: session.info?.account, isOnceReached: true });
    await session.setMicrophone(false);
    expect(session.peer.asked).not.toContain("restart");
    session.peer.listener.onLink("up");
    engine.reached();
    await session.setMicrophone(true);
    expect(session.peer.asked).not.toContain("restart");
    session.peer.listener.onLink("failed");
    await expect.poll(() => engine.of("call.restart")).toHaveLength(1);
  });

  test("look for no other way before the call is answered, and let it ring on", async () => {
    const { engine, session } = await calling();
    session.restart();
    await session.setMicrophone(false);
    expect(session.peer.asked).not.toContain("restart");
    expect(engine.of("call.restart")).toEqual([]);
    expect(session.info?.phase).toBe("ringing");
  });

  test("ask for servers once more where none was known when a new round begins", async () => {
    const servers = [{ urls: ["stun:192.0.2.1:3478"] }];
    const engine = new FakeEngine(callInfo());
    engine.servers = [];
    const session = await CallSession.call(parts(engine), { who: "kith1them", isVideo: false });
    sessions.push(session);
    session.sync(callInfo({ phase: "connecting", remote: remote() }));
    await expect.poll(() => session.peer.asked.at(-1)).toMatch(/^begin/);
    engine.servers = servers;
    for (let round = 1; round < 3; round++) {
      session.peer.listener.onLink("failed");
      await expect.poll(() => engine.of("call.restart")).toHaveLength(round);
      session.sync(callInfo({ phase: "connecting", remote: remote({ round }) }));
    }
    expect(session.peer.asked.filter((each) => /^ways|restart/.test(each))).toEqual([
      "ways 0",
      "ways 1",
      "restart",
      "restart",
    ]);
  });

  test("of the callee answer a new round, and begin none", async () => {
    const info = callInfo({ isOutgoing: false, phase: "connecting", remote: remote() });
    const engine = new FakeEngine(info);
    const session = await CallSession.accept(parts(engine), info, false);
    sessions.push(session);
    session.peer.listener.onLink("failed");
    session.restart();
    session.sync({ ...info, phase: "reconnecting", remote: remote({ round: 1 }) });
    await expect.poll(() => engine.of("call.restart")).toEqual([{ id: info.id, sdp: "renew" }]);
    expect(session.peer.asked).not.toContain("restart");
  });

  test("go on as a voice call without a camera, and say why", async () => {
    const { engine, session } = await calling((peer) => {
      peer.hasCamera = false;
    });
    expect(engine.of("call.start")).toMatchObject([{ media: { hasMicrophone: true, picture: "none" } }]);
    expect(session.trouble).toBe("no-camera");
    await session.setPicture("screen");
    expect(session.trouble).toBeNull();
    expect(engine.of("call.tell").at(-1)).toEqual({
      id: callInfo().id,
      media: { hasMicrophone: true, picture: "screen" },
    });
  });

  test("tell the other side when a device is pulled out", async () => {
    const { engine, session } = await talking();
    session.peer.listener.onDeviceEnd("microphone", "microphone-lost");
    expect(session.trouble).toBe("microphone-lost");
    await expect
      .poll(() => engine.of("call.tell").at(-1))
      .toEqual({ id: callInfo().id, media: { hasMicrophone: false, picture: "camera" } });
  });

  test("end as lost when the engine was started anew and knows the call no more", async () => {
    const { engine, session, errors } = await talking();
    engine.isAnew = true;
    session.peer.listener.onLink("down");
    await expect.poll(() => session.info?.end).toEqual({ reason: "lost", isOwn: true });
    expect(session.peer.isClosed).toBe(true);
    expect(errors).toEqual([]);
  });

  test("go on when the engine refused a step of a call that it knows", async () => {
    const { engine, session, errors } = await talking();
    const call = engine.call.bind(engine);
    engine.call = (method, params) =>
      method === "call.report" ? Promise.reject(new MessengerError("CALL_OVER", "not now")) : call(method, params);
    session.peer.listener.onLink("up");
    await expect.poll(() => engine.of("call.get")).toHaveLength(1);
    await session.setMicrophone(false);
    expect(session.peer.isClosed).toBe(false);
    expect(errors).toEqual([]);
  });

  test("end as the engine says when it was faster", async () => {
    const { engine, session } = await talking();
    const end = { reason: "hang-up", isOwn: false } as const;
    engine.info = callInfo({ phase: "ended", end });
    engine.isAnew = true;
    const call = engine.call.bind(engine);
    engine.call = (method, params) =>
      method === "call.get" ? (Promise.resolve({ call: engine.info }) as never) : call(method, params);
    session.peer.listener.onLink("down");
    await expect.poll(() => session.info?.end).toEqual(end);
  });

  test("let everything go when the call is over, whoever ended it", async () => {
    const { session } = await talking();
    session.sync(callInfo({ phase: "ended", end: { reason: "hang-up", isOwn: false } }));
    expect(session.peer.isClosed).toBe(true);
  });
});

describe("candidates", () => {
  test("of the first moment go into one message, those after it into others of at most sixteen", async () => {
    vi.useFakeTimers();
    try {
      const told: (readonly string[])[] = [];
      const batch = new CandidateBatch((some) => told.push(some));
      batch.add("a");
      batch.add("b");
      expect(told).toEqual([]);
      await vi.advanceTimersByTimeAsync(50);
      expect(told).toEqual([["a", "b"]]);
      for (let at = 0; at < 20; at++) batch.add(String(at));
      batch.add(null);
      expect(told.slice(1).map(({ length }) => length)).toEqual([16, 4]);
      const first = batch.first();
      batch.add("late");
      batch.stop();
      expect(await Promise.race([first, vi.advanceTimersByTimeAsync(50).then(() => "waited")])).toEqual([]);
    } finally {
      vi.useRealTimers();
    }
  });

  test("at relays are told half a second later than the others, unless they are the only ones to tell", async () => {
    vi.useFakeTimers();
    try {
      const relayed = "candidate:2 1 udp 41885439 192.0.2.9 50100 typ relay raddr 0.0.0.0 rport 0";
      for (const [keeps, after] of [
        [true, [["direct"], [relayed]]],
        [false, [["direct", relayed]]],
      ] as const) {
        const told: (readonly string[])[] = [];
        const batch = new CandidateBatch((some) => told.push(some));
        batch.keepRelayed(keeps);
        batch.add(relayed);
        batch.add("direct");
        batch.add(null);
        expect(told.flat().includes(relayed)).toBe(!keeps);
        await vi.advanceTimersByTimeAsync(499);
        expect(told.flat().includes(relayed)).toBe(!keeps);
        await vi.advanceTimersByTimeAsync(1);
        expect(told.map((each) => [...each].sort())).toEqual(after.map((each) => [...each].sort()));
        // One that is kept back goes nowhere once the call is over.
        batch.add(relayed);
        batch.stop();
        await vi.advanceTimersByTimeAsync(1000);
        expect(told).toHaveLength(after.length);
      }
    } finally {
      vi.useRealTimers();
    }
  });
});
