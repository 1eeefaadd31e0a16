import fc from "fast-check";
import { expect, describe as group, test } from "vitest";
import type { ContentId, DeviceId } from "../ids.ts";
import { type Call, CONNECT_MS, RECONNECT_MS, RING_MS } from "./call.ts";
import { actOnCall, type LocalAct, passCallTime } from "./call-machine.ts";
import { type CallRefusal, type CallState, NO_CALLS, type Step } from "./call-state.ts";
import { callId, describe, deviceId, HOST, signalsOf } from "./fixtures.ts";
import { hearOwnDevice, hearSignal } from "./hear-signal.ts";
import { type CallSignal, MAX_CANDIDATES } from "./signal.ts";

const ID = callId(5);
const MEDIA = { hasMicrophone: true, picture: "none" } as const;
const CALLER = deviceId(1);
const CALLEE = deviceId(2);
const TABLET = deviceId(3);
const ANSWER = describe(2, { role: "active" });

const start = (call: ContentId, devices: readonly DeviceId[]): LocalAct => ({
  type: "start",
  call,
  isVideo: false,
  devices,
  description: describe(1),
  media: MEDIA,
  sentAtMs: 1_800_000_000_000,
});
const accept = (call: ContentId): LocalAct => ({
  type: "accept",
  call,
  description: ANSWER,
  candidates: [HOST],
  media: MEDIA,
});
const offer = (call: ContentId): CallSignal => ({
  type: "offer",
  call,
  sentAtMs: 1_800_000_000_000,
  isVideo: false,
  description: describe(1),
});

function act(state: CallState, what: LocalAct, nowMs = 0): Step {
  const step = actOnCall(state, what, nowMs);
  if (!step.ok) throw new Error(step.error);
  return step.value;
}

function hear(state: CallState, device: DeviceId, signal: CallSignal, nowMs = 0, isSamePerson = true): Step {
  return hearSignal(state, { device, isFresh: true, isSamePerson }, signal, nowMs);
}

function refusalOf(state: CallState, what: LocalAct): CallRefusal | null {
  const step = actOnCall(state, what, 0);
  return step.ok ? null : step.error;
}

function current(step: Step): Call {
  if (step.state.current === null) throw new Error("there is no call");
  return step.state.current;
}

const outgoing = (devices: readonly DeviceId[] = [CALLEE]): CallState => act(NO_CALLS, start(ID, devices)).state;
const incoming = (): CallState => hear(NO_CALLS, CALLER, offer(ID)).state;
const connecting = (): CallState => act(incoming(), accept(ID)).state;
const answered = (): CallState =>
  hear(outgoing(), CALLEE, { type: "answer", call: ID, description: ANSWER, candidates: [], media: MEDIA }).state;
const connected = (): CallState => act(answered(), { type: "link", call: ID, isUp: true }, 1000).state;

group("a call", () => {
  test("goes from the offer to the talk and leaves one entry with its length", () => {
    const called = act(NO_CALLS, start(ID, [CALLEE]));
    const [sent] = called.sends;
    expect(sent).toMatchObject({ devices: [CALLEE], signal: { type: "offer", call: ID } });
    const rings = hear(NO_CALLS, CALLER, (sent as Step["sends"][number]).signal);
    expect(rings.sends).toEqual([{ devices: [CALLER], signal: { type: "ringing", call: ID } }]);
    const heard = hear(called.state, CALLEE, { type: "ringing", call: ID });
    expect(current(heard).isHeard).toBe(true);
    const taken = act(rings.state, accept(ID));
    const answer = hear(heard.state, CALLEE, (taken.sends[0] as Step["sends"][number]).signal);
    expect(current(answer)).toMatchObject({ phase: "connecting", their: ANSWER, candidates: [HOST] });
    const talk = act(answer.state, { type: "link", call: ID, isUp: true }, 2000);
    expect(current(talk)).toMatchObject({ phase: "connected", connectedAtMs: 2000 });
    const over = act(talk.state, { type: "end", call: ID, reason: "hang-up" }, 63_500);
    expect(over.entry).toEqual({ isVideo: false, outcome: "answered", durationMs: 61_500 });
    const there = act(taken.state, { type: "link", call: ID, isUp: true }, 2000);
    const end = hear(there.state, CALLER, (over.sends[0] as Step["sends"][number]).signal, 63_500);
    expect(current(end).end).toEqual({ reason: "hang-up", isOwn: false });
    expect(end.entry).toBeUndefined();
  });

  test.each([
    ["ringing", outgoing, RING_MS, "no-answer", "missed"],
    ["connecting", answered, CONNECT_MS, "no-path", "failed"],
    [
      "reconnecting",
      () => act(connected(), { type: "link", call: ID, isUp: false }, 0).state,
      RECONNECT_MS,
      "lost",
      "answered",
    ],
  ] as const)("that stays %s ends when its time is over, and not before", (_, make, limitMs, reason, outcome) => {
    const state = make();
    expect(passCallTime(state, limitMs - 1).state).toBe(state);
    const over = passCallTime(state, limitMs);
    expect(current(over)).toMatchObject({ phase: "ended", end: { reason, isOwn: true } });
    expect(over.sends).toEqual([{ devices: [CALLEE], signal: { type: "end", call: ID, reason } }]);
    expect(over.entry?.outcome).toBe(outcome);
  });

  test("that rings in vain on this device ends in silence, and rings no more", () => {
    const over = passCallTime(incoming(), RING_MS);
    expect(over).toMatchObject({ sends: [], state: { current: { end: { reason: "no-answer" } } } });
    expect(hear(over.state, CALLER, offer(ID)).refused).toBe("over");
  });

  test("can be declined; then the caller knows", () => {
    const no = act(incoming(), { type: "decline", call: ID });
    const heard = hear(outgoing(), CALLEE, (no.sends[0] as Step["sends"][number]).signal);
    expect(current(heard).end).toEqual({ reason: "declined", isOwn: false });
    expect(heard.entry).toEqual({ isVideo: false, outcome: "declined" });
  });

  test("tells the callee what the caller sends when it is not what the ring said", () => {
    const video = { ...start(ID, [CALLEE]), isVideo: true } as LocalAct;
    const answer: CallSignal = { type: "answer", call: ID, description: ANSWER, candidates: [], media: MEDIA };
    const step = hear(act(NO_CALLS, video).state, CALLEE, answer);
    expect(step.sends).toEqual([{ devices: [CALLEE], signal: { type: "media", call: ID, media: MEDIA } }]);
    expect(hear(outgoing(), CALLEE, answer).sends).toEqual([]);
    const muted = { type: "media", call: ID, media: { ...MEDIA, hasMicrophone: false } } as const;
    expect(hear(act(outgoing(), muted).state, CALLEE, answer).sends[0]?.signal).toEqual(muted);
  });

  test("rings on all devices; the first answer ends it on the others, a busy one does not", () => {
    const state = outgoing([CALLEE, TABLET]);
    const busy = hear(state, TABLET, { type: "end", call: ID, reason: "busy" });
    expect(current(busy)).toMatchObject({ phase: "ringing", devices: [CALLEE] });
    const answer: CallSignal = { type: "answer", call: ID, description: ANSWER, candidates: [], media: MEDIA };
    const first = hear(state, TABLET, answer);
    expect(first.sends).toEqual([{ devices: [CALLEE], signal: { type: "end", call: ID, reason: "elsewhere" } }]);
    expect(hear(first.state, CALLEE, answer)).toMatchObject({ state: first.state, refused: "wrong-device" });
    const declined = hear(state, CALLEE, { type: "end", call: ID, reason: "declined" });
    expect(declined.sends).toEqual([{ devices: [TABLET], signal: { type: "end", call: ID, reason: "elsewhere" } }]);
  });

  test("that is answered or declined here stops ringing on the person's other devices, and is nobody's entry there", () => {
    for (const taken of [act(incoming(), accept(ID)), act(incoming(), { type: "decline", call: ID })]) {
      const told = taken.own as CallSignal;
      expect(told).toEqual({ type: "end", call: ID, reason: "elsewhere" });
      const there = hearOwnDevice(incoming(), told, 500);
      expect(there).toEqual({ state: there.state, sends: [] });
      expect(current(there).end).toEqual({ reason: "elsewhere", isOwn: false });
      // Both were pressed at once: the caller decides which of them it is.
      const pressed = connecting();
      expect(hearOwnDevice(pressed, told, 500)).toEqual({ state: pressed, sends: [], refused: "wrong-phase" });
    }
  });

  test("whose offer comes after the word that it was answered elsewhere does not ring", () => {
    const told = hearOwnDevice(NO_CALLS, { type: "end", call: ID, reason: "elsewhere" }, 0);
    expect(told.sends).toEqual([]);
    expect(hear(told.state, CALLER, offer(ID))).toMatchObject({ refused: "over", state: { current: null } });
  });

  test("from another device of the person one talks to does not take the place of that talk", () => {
    const state = connected();
    const other = hear(state, TABLET, offer(callId(9)));
    expect(other.state.current).toBe(state.current);
    expect(other).toMatchObject({ refused: "busy", sends: [{ devices: [TABLET], signal: { reason: "busy" } }] });
  });

  test("from somebody else during a call is told that the person is busy", () => {
    const state = connected();
    const other = hear(state, TABLET, offer(callId(9)), 0, false);
    expect(other.state.current).toBe(state.current);
    expect(other.sends).toEqual([{ devices: [TABLET], signal: { type: "end", call: callId(9), reason: "busy" } }]);
    expect(refusalOf(state, start(callId(8), [TABLET]))).toBe("busy");
  });

  test("made by both at once: the same one goes on at both ends, and must still be answered", () => {
    const low = callId(1);
    const high = callId(2);
    const withLow = act(NO_CALLS, start(low, [CALLEE])).state;
    const withHigh = act(NO_CALLS, start(high, [CALLER])).state;
    const keeps = hear(withLow, CALLEE, offer(high));
    expect(keeps.state.current?.id).toBe(low);
    expect(keeps.sends).toEqual([{ devices: [CALLEE], signal: { type: "end", call: high, reason: "crossed" } }]);
    const yields = hear(withHigh, CALLER, offer(low));
    expect(yields.state.current).toMatchObject({ id: low, isOutgoing: false, phase: "ringing", own: null });
    expect(yields.entry).toBeUndefined();
    // Each hears that the other's higher call has ended, in whatever order.
    expect(hear(yields.state, CALLER, { type: "end", call: high, reason: "crossed" }).state.current?.id).toBe(low);
  });

  test("of the same person during a call takes its place: their end of the old one is gone", () => {
    const again = hear(connected(), CALLEE, offer(callId(9)), 5000);
    expect(again.state.current).toMatchObject({ id: callId(9), phase: "ringing", isOutgoing: false });
    expect(again.entry).toMatchObject({ outcome: "answered" });
    expect(again.sends.map(({ signal }) => signal.type)).toEqual(["end", "ringing"]);
  });

  test("that is broken is looked for anew by the caller, in rounds under the same certificate", () => {
    const down = act(connected(), { type: "link", call: ID, isUp: false }, 5000).state;
    const restart = act(down, { type: "restart", call: ID, description: describe(1, { iceName: "next" }) });
    expect(restart.sends[0]?.signal).toMatchObject({ type: "restart", round: 1 });
    const there = hear(connecting(), CALLER, (restart.sends[0] as Step["sends"][number]).signal);
    expect(current(there)).toMatchObject({ theirRound: 1, candidates: [] });
    const renewed = act(there.state, { type: "restart", call: ID, description: describe(2, { role: "active" }) });
    const back = hear(restart.state, CALLEE, (renewed.sends[0] as Step["sends"][number]).signal);
    expect(current(back)).toMatchObject({ theirRound: 1, ownRound: 1 });
    const late: CallSignal = { type: "candidates", call: ID, round: 0, candidates: [HOST] };
    expect(hear(back.state, CALLEE, late)).toMatchObject({ refused: "wrong-round", state: back.state });
    expect(refusalOf(renewed.state, { type: "restart", call: ID, description: ANSWER })).toBe("wrong-round");
    expect(current(act(back.state, { type: "link", call: ID, isUp: true }, 9000)).connectedAtMs).toBe(1000);
  });
});

group("an attack", () => {
  test("another device of the account can stop a ring, and nothing else", () => {
    const stop: CallSignal = { type: "end", call: ID, reason: "elsewhere" };
    for (const state of [NO_CALLS, incoming(), outgoing(), answered(), connected()]) {
      for (const signal of [...signalsOf(ID), offer(callId(9))]) {
        if (signal.type === "end" && signal.reason === "elsewhere") continue;
        expect(hearOwnDevice(state, signal, 0)).toEqual({ state, sends: [], refused: "wrong-device" });
      }
    }
    for (const state of [outgoing(), answered(), connected()]) {
      expect(hearOwnDevice(state, stop, 0)).toEqual({ state, sends: [], refused: "wrong-phase" });
    }
  });

  test("an answer to a call that rings here accepts nothing", () => {
    const state = incoming();
    const connect: CallSignal = { type: "answer", call: ID, description: ANSWER, candidates: [HOST], media: MEDIA };
    expect(hear(state, CALLER, connect)).toEqual({ state, sends: [], refused: "wrong-phase" });
  });

  test("candidates before the person accepted are not taken, and none of ours are told", () => {
    const early: CallSignal = { type: "candidates", call: ID, round: 0, candidates: [HOST] };
    for (const [state, device] of [
      [incoming(), CALLER],
      [outgoing(), CALLEE],
    ] as const) {
      expect(hear(state, device, early)).toEqual({ state, sends: [], refused: "before-accept" });
      expect(refusalOf(state, { type: "candidates", call: ID, candidates: [HOST] })).toBe("before-accept");
    }
  });

  test("10,000 candidates, in signals of 16, are taken up to the bound", () => {
    let state = connecting();
    const many: CallSignal = { type: "candidates", call: ID, round: 0, candidates: Array(16).fill(HOST) };
    let refused = 0;
    for (let at = 0; at < 625; at++) {
      const step = hear(state, CALLER, many);
      if (step.refused === "too-many-candidates") refused += 1;
      state = step.state;
    }
    expect(state.current?.candidates).toHaveLength(MAX_CANDIDATES);
    expect(refused).toBe(621);
  });

  test("a swapped certificate in a later round ends the call", () => {
    const swapped: CallSignal = { type: "restart", call: ID, round: 1, description: describe(9) };
    const step = hear(connecting(), CALLER, swapped);
    expect(step.refused).toBe("fingerprint-changed");
    expect(current(step)).toMatchObject({ phase: "ended", end: { reason: "mismatch", isOwn: true } });
    const own = act(connected(), { type: "link", call: ID, isUp: false }, 0).state;
    expect(refusalOf(own, { type: "restart", call: ID, description: describe(9) })).toBe("fingerprint-changed");
  });

  test("an offer that was heard before, or came too late, does not ring", () => {
    const over = act(incoming(), { type: "decline", call: ID }).state;
    expect(hear(over, CALLER, offer(ID))).toEqual({ state: over, sends: [], refused: "over" });
    const stale = hearSignal(NO_CALLS, { device: CALLER, isFresh: false, isSamePerson: false }, offer(ID), 0);
    expect(stale).toMatchObject({ sends: [], refused: "over", state: { current: null } });
    expect(hear(stale.state, CALLER, offer(ID)).refused).toBe("over");
    const endFirst = hear(NO_CALLS, CALLER, { type: "end", call: ID, reason: "hang-up" });
    expect(hear(endFirst.state, CALLER, offer(ID)).refused).toBe("over");
  });

  test("every signal about a call of others is answered with nothing but its end", () => {
    const state = connected();
    for (const signal of signalsOf(callId(9))) {
      if (signal.type === "offer") continue;
      const step = hear(state, TABLET, signal);
      expect(step.state.current).toBe(state.current);
      expect(step.refused).toBe("unknown-call");
      const gone = [{ devices: [TABLET], signal: { type: "end", call: callId(9), reason: "gone" } }];
      expect(step.sends).toEqual(signal.type === "end" ? [] : gone);
    }
  });

  test("a device that has no part in the call changes nothing", () => {
    for (const state of [outgoing(), incoming(), answered(), connected()]) {
      for (const signal of signalsOf(ID)) {
        if (signal.type === "offer") continue;
        expect(hear(state, TABLET, signal)).toEqual({ state, sends: [], refused: "wrong-device" });
      }
    }
  });
});

type Move =
  | { readonly kind: "hear"; readonly device: DeviceId; readonly signal: CallSignal; readonly isFresh: boolean }
  | { readonly kind: "act"; readonly act: LocalAct }
  | { readonly kind: "wait"; readonly ms: number };

const ids = [callId(1), callId(2), callId(3)];
const signal = fc.constantFrom(...ids.flatMap(signalsOf));
const localAct = fc.constantFrom<LocalAct>(
  ...ids.flatMap((call): LocalAct[] => [
    start(call, [CALLER, TABLET]),
    accept(call),
    { type: "decline", call },
    { type: "end", call, reason: "hang-up" },
    { type: "candidates", call, candidates: [HOST] },
    { type: "media", call, media: MEDIA },
    { type: "restart", call, description: describe(1) },
    { type: "restart", call, description: ANSWER },
    { type: "link", call, isUp: true },
    { type: "link", call, isUp: false },
  ]),
);
const move = fc.oneof(
  fc.record({
    kind: fc.constant("hear" as const),
    device: fc.constantFrom(CALLER, TABLET),
    signal,
    isFresh: fc.boolean(),
  }),
  fc.record({ kind: fc.constant("act" as const), act: localAct }),
  fc.record({ kind: fc.constant("wait" as const), ms: fc.nat(60_000) }),
) as fc.Arbitrary<Move>;

group("whatever happens", () => {
  test("nothing is accepted but by an act, nothing of where we are leaves before, and a call that is over stays so", () => {
    fc.assert(
      fc.property(fc.array(move, { maxLength: 60 }), (moves) => {
        let state = NO_CALLS;
        let nowMs = 0;
        const consented = new Set<string>();
        const ended = new Set<string>();
        const entered = new Set<string>();
        for (const each of moves) {
          if (each.kind === "wait") nowMs += each.ms;
          const before = state;
          const step = stepOf(state, each, nowMs);
          if (step === null) continue;
          state = step.state;
          const call = state.current;
          if (each.kind === "act" && (each.act.type === "start" || each.act.type === "accept"))
            consented.add(each.act.call);
          if (step.own !== undefined) expect(each.kind).toBe("act");
          for (const { signal: sent } of step.sends) {
            if (sent.type === "answer" || sent.type === "candidates" || sent.type === "restart") {
              expect(consented.has(sent.call)).toBe(true);
            }
            if (sent.type === "candidates") expect(before.current?.phase).not.toBe("ringing");
          }
          if (step.entry !== undefined && before.current !== null) {
            expect(entered.has(before.current.id)).toBe(false);
            entered.add(before.current.id);
          }
          if (call === null) continue;
          if (call.phase === "ended") ended.add(call.id);
          else if (each.kind === "hear" && ended.has(call.id)) throw new Error("a call that was over goes on");
          if (call.phase !== "ringing" && call.phase !== "ended") expect(consented.has(call.id)).toBe(true);
          expect(call.candidates.length).toBeLessThanOrEqual(MAX_CANDIDATES);
          expect(state.over.length).toBeLessThanOrEqual(64);
          if (each.kind === "act" && each.act.type === "start") ended.delete(call.id);
          if (each.kind === "act" && each.act.type === "start") entered.delete(call.id);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

function stepOf(state: CallState, each: Move, nowMs: number): Step | null {
  if (each.kind === "wait") return passCallTime(state, nowMs);
  if (each.kind === "hear") {
    return hearSignal(state, { device: each.device, isFresh: each.isFresh, isSamePerson: true }, each.signal, nowMs);
  }
  const step = actOnCall(state, each.act, nowMs);
  return step.ok ? step.value : null;
}
