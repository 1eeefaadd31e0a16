/** Calls between whole messengers: who rings, what is told when, what stays in the chat, and those who do not keep to the rules. */
import type { CallInfo, Message } from "@kith/client";
import { type CallSignal, type ContentId, encodeSignal, parseAccount, writeSdp } from "@kith/protocol";
import { afterEach, describe, expect, test } from "vitest";
import { Draft } from "../../packages/client/src/core.ts";
import { queueControl } from "../../packages/client/src/send/compose.ts";
import { callId, describe as describeMedia, HOST } from "../../packages/protocol/src/call/fixtures.ts";
import type { SimPerson } from "../support/sim-person.ts";
import { SimWorld } from "../support/sim-world.ts";

const OFFER = writeSdp(describeMedia(1));
const ANSWER = writeSdp(describeMedia(2, { role: "active" }));
const MEDIA = { hasMicrophone: true, picture: "none" } as const;
const LINE = "candidate:1 1 udp 2122260223 192.0.2.7 50000 typ host";

let world: SimWorld;

afterEach(() => world.stop());

async function twoFriends() {
  world = await SimWorld.create({ seed: "calls", relays: 2 });
  const ann = await world.addPerson("ann");
  const bob = await world.addPerson("bob");
  const { guest: toBob, host: toAnn } = await world.befriend(ann, bob);
  return { ann, bob, toBob, toAnn };
}

const callOf = async (person: SimPerson): Promise<CallInfo | null> => (await person.call("call.get", {})).call;
const phaseOf = async (person: SimPerson): Promise<string> => (await callOf(person))?.phase ?? "none";
const start = (person: SimPerson, who: string): Promise<CallInfo> =>
  person.call("call.start", { who, isVideo: false, sdp: OFFER, media: MEDIA });
const accept = (person: SimPerson, id: string): Promise<CallInfo> =>
  person.call("call.accept", { id, sdp: ANSWER, candidates: [LINE], media: MEDIA });
const rings = (person: SimPerson): Promise<unknown> => world.until(async () => (await phaseOf(person)) === "ringing");
const entries = async (person: SimPerson, who: string): Promise<readonly Message[]> =>
  (await person.call("message.list", { who })).filter(({ call }) => call !== undefined);

/** Sends a signal, or what should be one, past every rule of the own engine. */
async function send(person: SimPerson, who: string, signal: CallSignal | Uint8Array): Promise<void> {
  const call = signal instanceof Uint8Array ? signal : encodeSignal(signal);
  const { core, sender } = person.insides;
  const account = parseAccount(who);
  if (!account.ok) throw new Error("no account");
  const draft = new Draft(core);
  for (const peer of core.people.peersOf(account.value)) {
    await queueControl(core, sender.outbox, draft, peer, { call });
  }
  await world.settle(draft.commit());
}

describe("a call", () => {
  test("rings, is answered, tells places only then, and leaves one line at both ends", async () => {
    const { ann, bob, toBob, toAnn } = await twoFriends();
    const { id } = await start(ann, toBob);
    await rings(bob);
    await world.until(async () => (await callOf(ann))?.isHeard === true);
    const ringing = await callOf(bob);
    expect(ringing).toMatchObject({ id, account: toAnn, isOutgoing: false, remote: { round: 0, candidates: [] } });
    expect(ringing?.remote?.sdp).toBe(OFFER);
    expect((await callOf(ann))?.remote).toBeUndefined();
    await expect(ann.call("call.tell", { id, candidates: [LINE] })).rejects.toMatchObject({ code: "CALL_INVALID" });
    await accept(bob, id);
    await world.until(async () => (await callOf(ann))?.remote?.candidates.length === 1);
    await ann.call("call.tell", { id, candidates: [LINE, "candidate:nonsense"] });
    await world.until(async () => (await callOf(bob))?.remote?.candidates.length === 1);
    expect((await callOf(bob))?.checkWords).toHaveLength(4);
    expect((await callOf(bob))?.checkWords).toEqual((await callOf(ann))?.checkWords);
    for (const person of [ann, bob]) await person.call("call.report", { id, isUp: true });
    await bob.call("call.tell", { id, media: { hasMicrophone: false, picture: "screen" } });
    await world.until(async () => (await callOf(ann))?.media.picture === "screen");
    await world.advance(15_000);
    for (const person of [ann, bob]) await person.call("call.report", { id });
    await bob.call("call.end", { id });
    await world.until(async () => (await phaseOf(ann)) === "ended");
    expect((await callOf(ann))?.end).toEqual({ reason: "hang-up", isOwn: false });
    await world.until(async () => (await entries(bob, toAnn)).length === 1);
    for (const [person, who] of [
      [ann, toBob],
      [bob, toAnn],
    ] as const) {
      const [line] = await entries(person, who);
      expect(line).toMatchObject({ id, isOwn: person === ann, call: { isVideo: false, outcome: "answered" } });
      expect(line?.call?.durationMs).toBeGreaterThanOrEqual(15_000);
    }
    expect((await bob.call("chat.list", {}))[0]?.unread).toBe(0);
  });

  test("whose line was cut for half a minute tells a new round soon after it, and not before", async () => {
    const { ann, bob, toBob } = await twoFriends();
    const { id } = await start(ann, toBob);
    await rings(bob);
    await accept(bob, id);
    await world.until(async () => (await callOf(ann))?.remote !== undefined);
    for (const person of [ann, bob]) await person.call("call.report", { id, isUp: true });
    world.hub.partition([world.hub.nodes.filter((node) => node !== ann.node)]);
    for (const person of [ann, bob]) await person.call("call.report", { id, isUp: false });
    const asked = ann.messenger.call("call.ways", { who: toBob, isOnceReached: true });
    let isReached = false;
    const reached = asked.then(() => {
      isReached = true;
    });
    for (let at = 0; at < 3; at++) {
      await world.advance(10_000);
      for (const person of [ann, bob]) await person.call("call.report", { id });
    }
    expect(isReached).toBe(false);
    world.hub.heal();
    const startedMs = world.clock.monotonicMs();
    await world.settle(reached);
    await ann.call("call.restart", { id, sdp: OFFER });
    await world.until(async () => (await callOf(bob))?.remote?.round === 1);
    await bob.call("call.restart", { id, sdp: ANSWER });
    await world.until(async () => (await callOf(ann))?.remote?.round === 1);
    // A dial that the cut met ends by itself first.
    expect(world.clock.monotonicMs() - startedMs).toBeLessThan(10_000);
    for (const person of [ann, bob]) await person.call("call.report", { id, isUp: true });
    expect(await phaseOf(ann)).toBe("connected");
  });

  test("that nobody answers ends after 45 s at both ends, and is a missed one", async () => {
    const { ann, bob, toBob, toAnn } = await twoFriends();
    const { id } = await start(ann, toBob);
    await rings(bob);
    for (let at = 0; at < 3; at++) {
      await world.advance(14_000);
      await ann.call("call.report", { id });
    }
    expect(await phaseOf(ann)).toBe("ringing");
    await world.advance(5000);
    await world.until(async () => (await phaseOf(ann)) === "ended" && (await phaseOf(bob)) === "ended");
    expect((await callOf(ann))?.end).toEqual({ reason: "no-answer", isOwn: true });
    await world.until(async () => (await entries(bob, toAnn)).length === 1);
    expect((await entries(bob, toAnn))[0]?.call).toEqual({ isVideo: false, outcome: "missed" });
    expect((await bob.call("chat.list", {}))[0]?.unread).toBe(1);
    await expect(accept(bob, id)).rejects.toMatchObject({ code: "CALL_OVER" });
  });

  test("to somebody who is away does not ring when they are back; the chat says that it was missed", async () => {
    const { ann, bob, toBob, toAnn } = await twoFriends();
    bob.crash();
    const { id } = await start(ann, toBob);
    await world.advance(10_000);
    await ann.call("call.end", { id });
    await world.advance(60_000);
    await world.settle(bob.restart());
    await world.until(async () => (await entries(bob, toAnn)).length === 1);
    expect(await callOf(bob)).toBeNull();
    expect((await entries(bob, toAnn))[0]?.call?.outcome).toBe("missed");
  });

  test("rings for somebody who comes back within seconds", async () => {
    const { ann, bob, toBob } = await twoFriends();
    bob.crash();
    await start(ann, toBob);
    await world.advance(5000);
    await world.settle(bob.restart());
    await rings(bob);
  });

  test("is declined, or the person is busy with somebody else", async () => {
    const { ann, bob, toBob, toAnn } = await twoFriends();
    const eve = await world.addPerson("eve");
    const { host: eveToBob } = await world.befriend(bob, eve);
    const first = await start(ann, toBob);
    await rings(bob);
    await start(eve, eveToBob);
    await world.until(async () => (await phaseOf(eve)) === "ended");
    expect((await callOf(eve))?.end).toEqual({ reason: "busy", isOwn: false });
    await bob.call("call.decline", { id: first.id });
    await world.until(async () => (await phaseOf(ann)) === "ended");
    expect((await callOf(ann))?.end).toEqual({ reason: "declined", isOwn: false });
    await world.until(async () => (await entries(bob, toAnn)).length === 1);
    expect((await entries(bob, toAnn))[0]?.call?.outcome).toBe("declined");
  });

  test("ends when whoever has its media is gone", async () => {
    const { ann, bob, toBob } = await twoFriends();
    const { id } = await start(ann, toBob);
    await rings(bob);
    await accept(bob, id);
    for (const person of [ann, bob]) {
      await world.until(async () => (await phaseOf(person)) === "connecting");
      await person.call("call.report", { id, isUp: true });
    }
    await world.advance(15_000);
    await bob.call("call.report", { id });
    await world.advance(8000);
    await world.until(async () => (await phaseOf(bob)) === "ended");
    expect((await callOf(bob))?.end).toEqual({ reason: "lost", isOwn: false });
  });

  test("is left when the person is blocked, and they learn that it is over", async () => {
    const { ann, bob, toBob, toAnn } = await twoFriends();
    const { id } = await start(ann, toBob);
    await ann.call("call.tell", { id, media: { hasMicrophone: false, picture: "none" } });
    await rings(bob);
    await accept(bob, id);
    await world.until(async () => (await callOf(bob))?.media.hasMicrophone === false);
    await bob.call("contact.block", { who: toAnn });
    expect(await phaseOf(bob)).toBe("ended");
    await world.until(async () => (await phaseOf(ann)) === "ended");
    expect((await callOf(ann))?.end).toEqual({ reason: "hang-up", isOwn: false });
  });

  test("of both at once rings at one of them and calls at the other", async () => {
    const { ann, bob, toBob, toAnn } = await twoFriends();
    await Promise.all([start(ann, toBob), start(bob, toAnn)]);
    await world.until(async () => {
      const [one, two] = [await callOf(ann), await callOf(bob)];
      return one?.id === two?.id && one?.isOutgoing !== two?.isOutgoing && one?.phase === "ringing";
    });
    const callee = (await callOf(ann))?.isOutgoing === true ? bob : ann;
    await accept(callee, (await callOf(callee))?.id ?? "");
    await world.until(async () => (await phaseOf(ann)) === "connecting" && (await phaseOf(bob)) === "connecting");
  });
});

test("a call that theirs crosses while it is put on disk is not given out for the one that rings", async () => {
  const { ann, bob, toBob } = await twoFriends();
  // Of two calls the lower id goes on, and theirs is the lowest there is.
  const call = "0".repeat(32) as ContentId;
  const sentAtMs = world.clock.nowMs();
  const theirs: CallSignal = { type: "offer", call, sentAtMs, isVideo: false, description: describeMedia(1) };
  const { id: account, device } = bob.insides.core.account;
  const calling = ann.calls.handlers["call.start"]({ who: toBob, isVideo: false, sdp: OFFER, media: MEDIA });
  const outcome = calling.catch((error: unknown) => error);
  ann.calls.take({ account, device: device.deviceId, signal: encodeSignal(theirs), ageMs: 0 });
  expect(await world.settle(outcome)).toMatchObject({ code: "CALL_BUSY" });
  expect(await callOf(ann)).toMatchObject({ id: call, isOutgoing: false, phase: "ringing" });
});

describe("somebody who does not keep to the rules", () => {
  const offer = (change: Partial<Extract<CallSignal, { type: "offer" }>> = {}): CallSignal => ({
    type: "offer",
    call: callId(7),
    sentAtMs: world.clock.nowMs(),
    isVideo: false,
    description: describeMedia(1),
    ...change,
  });

  test("rings nobody who has not let them in", async () => {
    world = await SimWorld.create({ seed: "stranger", relays: 2 });
    const bob = await world.addPerson("bob", { handle: "bob_h" });
    const eve = await world.addPerson("eve");
    const found = async () => (await eve.call("directory.lookup", { handle: "bob_h" })).candidates.length > 0;
    await world.until(found);
    const { account: toBob } = await eve.call("contact.add", { who: "@bob_h" });
    await world.until(async () => (await bob.call("request.list", {})).length === 1);
    await expect(start(eve, toBob)).rejects.toMatchObject({ code: "NOT_ACCEPTED" });
    await send(eve, toBob, offer());
    await world.advance(60_000);
    expect(await callOf(bob)).toBeNull();
    expect(bob.refusedSignals).toEqual({ stranger: 1 });
    expect(bob.events.map(({ type }) => type)).not.toContain("call.changed");
  });

  test("rings nobody who has blocked them", async () => {
    const { ann, bob, toBob, toAnn } = await twoFriends();
    await bob.call("contact.block", { who: toAnn });
    await send(ann, toBob, offer());
    await world.advance(10_000);
    expect(await callOf(bob)).toBeNull();
    await bob.call("contact.unblock", { who: toAnn });
    await send(ann, toBob, offer({ call: callId(8) }));
    await rings(bob);
  });

  test("cannot answer a call for the one who is called, nor make them tell where they are", async () => {
    const { ann, bob, toBob } = await twoFriends();
    const call = (await start(ann, toBob)).id as ContentId;
    await rings(bob);
    await send(ann, toBob, {
      type: "answer",
      call,
      description: describeMedia(2, { role: "active" }),
      candidates: [HOST],
      media: MEDIA,
    });
    await send(ann, toBob, { type: "candidates", call, round: 0, candidates: [HOST] });
    await send(ann, toBob, { type: "restart", call, round: 1, description: describeMedia(1) });
    await send(ann, toBob, { type: "media", call, media: MEDIA });
    await world.advance(10_000);
    expect(await callOf(bob)).toMatchObject({ phase: "ringing", remote: { round: 0, candidates: [] } });
    expect((await callOf(bob))?.checkWords).toBeUndefined();
    expect(bob.refusedSignals).toEqual({ "wrong-phase": 3, "before-accept": 1 });
  });

  test("does not ring with an offer of another time, nor twice with one", async () => {
    const { ann, bob, toBob } = await twoFriends();
    await send(ann, toBob, offer({ sentAtMs: world.clock.nowMs() - 10 * 60_000 }));
    await send(ann, toBob, offer({ call: callId(8), sentAtMs: world.clock.nowMs() + 10 * 60_000 }));
    await world.advance(10_000);
    expect(await callOf(bob)).toBeNull();
    expect(bob.refusedSignals).toEqual({ over: 2 });
    await send(ann, toBob, offer({ call: callId(9) }));
    await rings(bob);
    await bob.call("call.decline", { id: callId(9) });
    await send(ann, toBob, offer({ call: callId(9) }));
    await world.advance(10_000);
    expect(await phaseOf(bob)).toBe("ended");
    expect(bob.refusedSignals).toEqual({ over: 3 });
  });

  test("says nothing by what is no signal, nor by a session description with a third section", async () => {
    const { ann, bob, toBob } = await twoFriends();
    await send(ann, toBob, Uint8Array.of(0x82, 0x18, 0x63, 0xa0));
    await world.until(async () => bob.refusedSignals.malformed === 1);
    expect(await callOf(bob)).toBeNull();
    const sdp = `${OFFER}m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:2\r\n`;
    await expect(ann.call("call.start", { who: toBob, isVideo: false, sdp, media: MEDIA })).rejects.toMatchObject({
      code: "CALL_INVALID",
      details: { rule: "unexpected-media" },
    });
    expect(await callOf(ann)).toBeNull();
  });

  test("fills nobody's memory with places", async () => {
    const { ann, bob, toBob } = await twoFriends();
    const { id } = await start(ann, toBob);
    await rings(bob);
    await accept(bob, id);
    await world.until(async () => (await phaseOf(ann)) === "connecting");
    const many: CallSignal = { type: "candidates", call: id as ContentId, round: 0, candidates: Array(16).fill(HOST) };
    const signals = 10_000 / 16;
    for (let at = 0; at < signals; at++) await send(ann, toBob, many);
    await world.until(async () => bob.refusedSignals["too-many-candidates"] === signals - 64 / 16);
    expect((await callOf(bob))?.remote?.candidates).toHaveLength(64);
  });

  test("does not change the certificate in the middle of a call", async () => {
    const { ann, bob, toBob } = await twoFriends();
    const { id } = await start(ann, toBob);
    await rings(bob);
    await accept(bob, id);
    await world.until(async () => (await phaseOf(ann)) === "connecting");
    const call = id as ContentId;
    await send(ann, toBob, { type: "restart", call, round: 1, description: describeMedia(9) });
    await world.until(async () => (await phaseOf(bob)) === "ended");
    expect((await callOf(bob))?.end).toEqual({ reason: "mismatch", isOwn: true });
    expect(bob.refusedSignals).toEqual({ "fingerprint-changed": 1 });
  });
});
