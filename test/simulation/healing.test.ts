/** Sessions that no longer fit, because a device lost its state or went back to an old one: they heal by themselves. */

import { decodeSessionRecord, encodeSessionRecord, type SessionState } from "@kith/protocol";
import { afterEach, expect, test } from "vitest";
import type { SimPerson } from "../support/sim-person.ts";
import { findContact, SimWorld } from "../support/sim-world.ts";

let world: SimWorld;

afterEach(() => world.stop());

const HOUR_MS = 3_600_000;

interface Pair {
  readonly ann: SimPerson;
  readonly bob: SimPerson;
  readonly toBob: string;
  readonly toAnn: string;
}

async function pair(seed: string): Promise<Pair> {
  world = await SimWorld.create({ seed, relays: 3 });
  const ann = await world.addPerson("ann");
  const bob = await world.addPerson("bob");
  const { guest, host } = await world.befriend(ann, bob);
  await world.advance(60_000);
  return { ann, bob, toBob: guest, toAnn: host };
}

async function texts(of: SimPerson, who: string): Promise<readonly string[]> {
  return (await of.call("message.list", { who, limit: 500 })).map(({ text }) => text);
}

async function deliver(from: SimPerson, who: string, text: string, withinMs?: number): Promise<void> {
  const { id } = await from.call("message.send", { who, text });
  const isDelivered = async () =>
    (await from.call("message.list", { who, limit: 500 })).find((each) => each.id === id)?.state === "delivered";
  await world.until(isDelivered, withinMs);
}

/** Takes every session out of a person's store, as damage or a bad restore would, and lets them start again. */
async function loseSessions(person: SimPerson): Promise<void> {
  person.crash();
  const rows = await person.disk.entries({ gte: "session/", lt: "session0" });
  expect(rows.length).toBeGreaterThan(0);
  await world.settle(person.disk.commit(rows.map(([key]) => ({ key }))));
  await world.settle(person.restart());
}

test("a message to a device that lost its sessions arrives once, and both sides go on", async () => {
  const { ann, bob, toBob, toAnn } = await pair("lost-sessions");
  await deliver(ann, toBob, "before");
  await deliver(bob, toAnn, "answer");
  await loseSessions(bob);
  await deliver(ann, toBob, "after");
  await deliver(bob, toAnn, "back");
  await deliver(ann, toBob, "on");
  expect(await texts(bob, toAnn)).toEqual(["before", "answer", "after", "back", "on"]);
  expect(await texts(ann, toBob)).toEqual(["before", "answer", "after", "back", "on"]);
});

test("a device that lost its sessions can write first", async () => {
  const { ann, bob, toBob, toAnn } = await pair("lost-sessions-writes");
  await deliver(ann, toBob, "before");
  await loseSessions(bob);
  await deliver(bob, toAnn, "first again");
  await deliver(ann, toBob, "answer");
  expect(await texts(bob, toAnn)).toEqual(["before", "first again", "answer"]);
});

test("messages of a device that went back to an old copy of itself are not taken for repeats", async () => {
  const { ann, bob, toBob, toAnn } = await pair("old-copy");
  await deliver(ann, toBob, "kept");
  const copy = ann.disk.snapshot();
  await deliver(ann, toBob, "forgotten by ann");
  await deliver(bob, toAnn, "forgotten too");
  ann.crash();
  ann.disk.restore(copy);
  await world.settle(ann.restart());
  await deliver(ann, toBob, "after the copy");
  await deliver(bob, toAnn, "on");
  expect(await texts(bob, toAnn)).toEqual(["kept", "forgotten by ann", "forgotten too", "after the copy", "on"]);
});

test("sessions are started anew at most once an hour, and nothing is lost by the wait", async () => {
  const { ann, bob, toBob, toAnn } = await pair("again-and-again");
  await loseSessions(bob);
  await deliver(ann, toBob, "one");
  await loseSessions(bob);
  const { id } = await ann.call("message.send", { who: toBob, text: "two" });
  await world.advance(HOUR_MS / 2);
  expect(await texts(bob, toAnn)).toEqual(["one"]);
  await world.advance(HOUR_MS);
  await deliver(ann, toBob, "three");
  await world.until(
    async () => (await ann.call("message.list", { who: toBob })).find((each) => each.id === id)?.state === "delivered",
  );
  expect(await texts(bob, toAnn)).toEqual(["one", "two", "three"]);
});

/** Changes the current sessions in a person's store while they are away. */
async function changeSessions(person: SimPerson, change: (session: SessionState) => SessionState): Promise<void> {
  person.crash();
  const { store, keys } = await person.openParts();
  for (const [key, bytes] of await store.entries({ gte: "session/", lt: "session0" })) {
    const record = decodeSessionRecord(keys.open(key, bytes) ?? new Uint8Array(0));
    if (!record.ok || record.value.current === null) throw new Error("expected a session");
    const value = encodeSessionRecord({ ...record.value, current: change(record.value.current) });
    await world.settle(store.commit([{ key, value }]));
  }
  await world.settle(person.restart());
}

test("a peer that answers and never renews the post-quantum keys is shown as such, until it does", async () => {
  const { ann, bob, toBob, toAnn } = await pair("classical");
  const isClassical = async () => (await findContact(bob, toAnn))?.isClassicalOnly;
  await changeSessions(bob, (session) =>
    session.pq ? { ...session, pq: { ...session.pq, repliesInEpoch: 400 } } : session,
  );
  expect(await isClassical()).toBeUndefined();
  await deliver(bob, toAnn, "turn");
  await deliver(ann, toBob, "answer");
  expect(await isClassical()).toBe(true);
  const told = bob.events.filter((event) => event.type === "contact.changed");
  expect(told.at(-1)).toMatchObject({ contact: { isClassicalOnly: true } });
  for (let i = 0; i < 60 && (await isClassical()) === true; i++) {
    await deliver(bob, toAnn, `turn ${i}`);
    await deliver(ann, toBob, `answer ${i}`);
  }
  expect(await isClassical()).toBeUndefined();
});

test("a session of the first suite is replaced when the other device speaks the present one", async () => {
  const { ann, bob, toBob, toAnn } = await pair("first-suite");
  await deliver(ann, toBob, "before");
  for (const person of [ann, bob]) await changeSessions(person, (session) => ({ ...session, pq: null }));
  expect((await findContact(bob, toAnn))?.relation).toBe("accepted");
  await deliver(ann, toBob, "still in the first suite");
  await world.advance(2 * HOUR_MS);
  await deliver(ann, toBob, "in the second");
  await deliver(bob, toAnn, "too");
  for (const person of [ann, bob]) {
    await changeSessions(person, (session) => {
      expect(session.pq).not.toBeNull();
      return session;
    });
  }
  expect(await texts(bob, toAnn)).toEqual(["before", "still in the first suite", "in the second", "too"]);
});
