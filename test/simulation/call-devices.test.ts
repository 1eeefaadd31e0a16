/** Calls of people with several devices, and of those whose program dies in the middle of one: who rings, who stops, what stays. */
import type { CallInfo, Message } from "@kith/client";
import { writeSdp } from "@kith/protocol";
import { afterEach, describe, expect, test } from "vitest";
import { describe as describeMedia } from "../../packages/protocol/src/call/fixtures.ts";
import { link, newDevice } from "../support/sim-link.ts";
import type { SimPerson } from "../support/sim-person.ts";
import { findContact, SimWorld } from "../support/sim-world.ts";

const OFFER = writeSdp(describeMedia(1));
const ANSWER = writeSdp(describeMedia(2, { role: "active" }));
const MEDIA = { hasMicrophone: true, picture: "none" } as const;

let world: SimWorld;

afterEach(() => world.stop());

/** Ann and bob with two devices each. */
async function cast(seed: string) {
  world = await SimWorld.create({ seed: `call-devices/${seed}`, relays: 2 });
  const ann = await world.addPerson("ann");
  const bob = await world.addPerson("bob");
  const { guest: toBob, host: toAnn } = await world.befriend(ann, bob);
  const [annTab, bobTab] = [await newDevice(world, "ann-tab"), await newDevice(world, "bob-tab")];
  await link(world, ann, annTab);
  await link(world, bob, bobTab);
  for (const [device, who] of [
    [ann, toBob],
    [annTab, toBob],
    [bob, toAnn],
    [bobTab, toAnn],
  ] as const) {
    await world.until(async () => {
      const contact = await findContact(device, who);
      return contact?.relation === "accepted" && contact.devices === 2;
    });
  }
  await world.advance(60_000);
  return { ann, annTab, bob, bobTab, toBob, toAnn };
}

const callOf = async (person: SimPerson): Promise<CallInfo | null> => (await person.call("call.get", {})).call;
const phaseOf = async (person: SimPerson): Promise<string> => (await callOf(person))?.phase ?? "none";
const start = (person: SimPerson, who: string): Promise<CallInfo> =>
  person.call("call.start", { who, isVideo: false, sdp: OFFER, media: MEDIA });
const accept = (person: SimPerson, id: string): Promise<CallInfo> =>
  person.call("call.accept", { id, sdp: ANSWER, candidates: [], media: MEDIA });
const reaches = (person: SimPerson, phase: string): Promise<unknown> =>
  world.until(async () => (await phaseOf(person)) === phase);
const entriesOf = async (person: SimPerson, who: string): Promise<readonly Message[]> =>
  (await person.call("message.list", { who })).filter(({ call }) => call !== undefined);

/** All devices show the one call, with this outcome. */
async function allShow(
  shown: readonly (readonly [SimPerson, string])[],
  id: string,
  outcome: string,
): Promise<readonly Message[]> {
  const entries: Message[] = [];
  for (const [device, who] of shown) {
    await world.until(async () => (await entriesOf(device, who)).length > 0);
    const found = await entriesOf(device, who);
    expect(found).toMatchObject([{ id, call: { outcome } }]);
    entries.push(...found);
  }
  return entries;
}

describe("a call to a person with two devices", () => {
  test("rings on both; the one that answers stops the other, which enters no missed call", async () => {
    const { ann, annTab, bob, bobTab, toBob, toAnn } = await cast("first");
    const { id } = await start(ann, toBob);
    await Promise.all([reaches(bob, "ringing"), reaches(bobTab, "ringing")]);
    expect(await callOf(annTab)).toBeNull();
    await accept(bobTab, id);
    await reaches(ann, "connecting");
    await reaches(bob, "ended");
    expect((await callOf(bob))?.end).toEqual({ reason: "elsewhere", isOwn: false });
    await expect(accept(bob, id)).rejects.toMatchObject({ code: "CALL_OVER" });
    for (const device of [ann, bobTab]) await device.call("call.report", { id, isUp: true });
    await bobTab.call("call.end", { id });
    const shown = [
      [ann, toBob],
      [annTab, toBob],
      [bob, toAnn],
      [bobTab, toAnn],
    ] as const;
    await allShow(shown, id, "answered");
    for (const device of [bob, bobTab]) expect((await device.call("chat.list", {}))[0]?.unread).toBe(0);
  });

  test("stops on the other by the device's own word, when the caller is gone", async () => {
    const { ann, bob, bobTab, toBob } = await cast("own word");
    const { id } = await start(ann, toBob);
    await Promise.all([reaches(bob, "ringing"), reaches(bobTab, "ringing")]);
    ann.crash();
    await bob.call("call.decline", { id });
    await reaches(bobTab, "ended");
    expect((await callOf(bobTab))?.end).toEqual({ reason: "elsewhere", isOwn: false });
    expect(bobTab.events.filter(({ type }) => type === "call.changed").length).toBeGreaterThan(1);
  });

  test("that nobody answers is a missed one on both, unread until it is seen on one of them", async () => {
    const { ann, annTab, bob, bobTab, toBob, toAnn } = await cast("missed");
    bobTab.crash();
    const { id } = await start(ann, toBob);
    await reaches(bob, "ringing");
    await ann.call("call.end", { id });
    await reaches(bob, "ended");
    await world.advance(60_000);
    await world.settle(bobTab.restart());
    const shown = [
      [ann, toBob],
      [annTab, toBob],
      [bob, toAnn],
      [bobTab, toAnn],
    ] as const;
    await allShow(shown, id, "missed");
    expect(await callOf(bobTab)).toBeNull();
    const unread = async (device: SimPerson): Promise<number | undefined> =>
      (await device.call("chat.list", {}))[0]?.unread;
    expect([await unread(bob), await unread(bobTab)]).toEqual([1, 1]);
    await bobTab.call("message.markRead", { who: toAnn });
    await world.until(async () => (await unread(bob)) === 0);
  });

  test("rings on while one of them is in another call, and ends as busy when both are", async () => {
    const { ann, bob, bobTab, toBob } = await cast("busy");
    const others: { readonly person: SimPerson; readonly who: string }[] = [];
    for (const name of ["eve", "cem"]) {
      const person = await world.addPerson(name);
      const { host: who, guest: them } = await world.befriend(bob, person);
      await world.until(async () => (await findContact(person, who))?.devices === 2);
      await world.until(async () => (await findContact(bobTab, them))?.relation === "accepted");
      others.push({ person, who });
    }
    await world.advance(60_000);
    const [eve, cem] = others as [(typeof others)[0], (typeof others)[0]];
    const first = await start(eve.person, eve.who);
    await Promise.all([reaches(bob, "ringing"), reaches(bobTab, "ringing")]);
    await accept(bob, first.id);
    await reaches(bobTab, "ended");
    const second = await start(ann, toBob);
    await reaches(bobTab, "ringing");
    expect(await callOf(bob)).toMatchObject({ id: first.id, phase: "connecting" });
    await accept(bobTab, second.id);
    await reaches(ann, "connecting");
    for (const [device, { id }] of [
      [bob, first],
      [bobTab, second],
    ] as const) {
      await device.call("call.report", { id, isUp: true });
    }
    await start(cem.person, cem.who);
    await reaches(cem.person, "ended");
    expect((await callOf(cem.person))?.end).toEqual({ reason: "busy", isOwn: false });
    for (const [device, { id }] of [
      [bob, first],
      [bobTab, second],
    ] as const) {
      expect(await callOf(device)).toMatchObject({ id, phase: "connected" });
    }
  });
});

describe("a program that dies", () => {
  test("while it calls enters the call when it is back, and the other side stops ringing", async () => {
    const { ann, annTab, bob, bobTab, toBob, toAnn } = await cast("ringing");
    const { id } = await start(ann, toBob);
    await Promise.all([reaches(bob, "ringing"), reaches(bobTab, "ringing")]);
    ann.crash();
    await world.advance(2000);
    await world.settle(ann.restart());
    await Promise.all([reaches(bob, "ended"), reaches(bobTab, "ended")]);
    expect((await callOf(bob))?.end).toEqual({ reason: "lost", isOwn: false });
    expect(await callOf(ann)).toBeNull();
    const shown = [
      [ann, toBob],
      [annTab, toBob],
      [bob, toAnn],
      [bobTab, toAnn],
    ] as const;
    const [first] = await allShow(shown, id, "missed");
    expect(first?.call?.durationMs).toBeUndefined();
    // What was entered is not entered again.
    ann.crash();
    await world.settle(ann.restart());
    await world.advance(60_000);
    expect(await entriesOf(bob, toAnn)).toHaveLength(1);
  });

  test("in the middle of a talk enters it with the length that is known", async () => {
    const { ann, bob, toBob, toAnn } = await cast("talking");
    const { id } = await start(ann, toBob);
    await reaches(bob, "ringing");
    await accept(bob, id);
    await reaches(ann, "connecting");
    for (const device of [ann, bob]) await device.call("call.report", { id, isUp: true });
    for (let at = 0; at < 9; at++) {
      await world.advance(10_000);
      for (const device of [ann, bob]) await device.call("call.report", { id });
    }
    ann.crash();
    await world.advance(3_600_000);
    await world.settle(ann.restart());
    const [entry] = await allShow(
      [
        [ann, toBob],
        [bob, toAnn],
      ],
      id,
      "answered",
    );
    // Noted every half minute.
    expect(entry?.call?.durationMs).toBeGreaterThanOrEqual(60_000);
    expect(entry?.call?.durationMs).toBeLessThanOrEqual(92_000);
    expect((await callOf(bob))?.phase).toBe("ended");
  });

  test("where the call rings rings again when it is back soon, and can be answered there", async () => {
    const { ann, bob, bobTab, toBob } = await cast("callee-back");
    bobTab.crash();
    const { id } = await start(ann, toBob);
    await reaches(bob, "ringing");
    for (let at = 0; at < 2; at++) {
      bob.crash();
      await world.advance(5000);
      await world.settle(bob.restart());
      await reaches(bob, "ringing");
    }
    expect(await callOf(bob)).toMatchObject({ id, isOutgoing: false, remote: { candidates: [] } });
    await accept(bob, id);
    await reaches(ann, "connecting");
    // What was answered does not ring again.
    bob.crash();
    await world.settle(bob.restart());
    await world.advance(5000);
    expect(await callOf(bob)).toBeNull();
  });

  test("where the call rings does not ring when it is back after the ring, nor when the caller gave up", async () => {
    const { ann, bob, bobTab, toBob } = await cast("callee-late");
    bobTab.crash();
    await start(ann, toBob);
    await reaches(bob, "ringing");
    bob.crash();
    await world.advance(50_000);
    await world.settle(bob.restart());
    await world.advance(2000);
    expect(await callOf(bob)).toBeNull();
    const { id } = await start(ann, toBob);
    await reaches(bob, "ringing");
    bob.crash();
    await ann.call("call.end", { id });
    await world.advance(10_000);
    await world.settle(bob.restart());
    await world.until(async () => ["none", "ended"].includes(await phaseOf(bob)));
    await world.advance(2000);
    expect(["none", "ended"]).toContain(await phaseOf(bob));
  });

  test("where the call rings enters nothing: the caller does", async () => {
    const { ann, bob, bobTab, toBob, toAnn } = await cast("callee");
    bobTab.crash();
    const { id } = await start(ann, toBob);
    await reaches(bob, "ringing");
    await accept(bob, id);
    await reaches(ann, "connecting");
    bob.crash();
    await world.advance(60_000);
    expect(await phaseOf(ann)).toBe("ended");
    for (const device of [bob, bobTab]) await world.settle(device.restart());
    await allShow(
      [
        [ann, toBob],
        [bob, toAnn],
        [bobTab, toAnn],
      ],
      id,
      "failed",
    );
  });
});
