/** What becomes of a relay that loses what it had promised to keep, and of the mail it lost. */
import { afterEach, expect, test } from "vitest";
import type { SimPerson } from "../support/sim-person.ts";
import { SimWorld } from "../support/sim-world.ts";

let world: SimWorld;

afterEach(() => world.stop());

async function pair(seed: string, relays: number) {
  world = await SimWorld.create({ seed, relays });
  const ann = await world.addPerson("ann");
  const bob = await world.addPerson("bob");
  const { guest: toBob, host: toAnn } = await world.befriend(ann, bob);
  await world.advance(60_000);
  return { ann, bob, toBob, toAnn };
}

const textsOf = async (of: SimPerson, who: string): Promise<readonly string[]> =>
  (await of.call("message.list", { who, limit: 500 })).map(({ text }) => text);

const statusOf = async (of: SimPerson, relay: string | undefined) =>
  (await of.call("relay.list", {})).find((each) => each.relay === relay);

/** Sends and waits until relays hold it. */
async function send(from: SimPerson, who: string, text: string): Promise<void> {
  const { id } = await from.call("message.send", { who, text });
  const isSent = async (): Promise<boolean> =>
    (await from.call("message.list", { who, limit: 500 })).some((each) => each.id === id && each.state === "sent");
  await world.until(isSent);
  await world.advance(10_000); // the third relay may be slower
}

test("a relay that says what it lost is filled up again from the outbox, and its broken promise is remembered", async () => {
  const { ann, bob, toBob, toAnn } = await pair("refill", 2);
  const [first, second] = world.relays;
  bob.crash();
  for (const text of ["one", "two", "three"]) await send(ann, toBob, text);
  first?.crash();
  await world.settle(first?.startWithoutEnvelopes(() => true) ?? Promise.resolve());
  await world.advance(120_000);
  await send(ann, toBob, "four");
  await world.advance(60_000);
  expect(await statusOf(ann, first?.ref.relay)).toMatchObject({ brokenPromises: 1 });
  expect(await statusOf(ann, second?.ref.relay)).toMatchObject({ brokenPromises: 0 });
  second?.crash();
  await world.settle(bob.restart());
  await world.until(async () => (await textsOf(bob, toAnn)).length === 4);
  expect(await textsOf(bob, toAnn)).toEqual(["one", "two", "three", "four"]);
  const known = await statusOf(ann, first?.ref.relay);
  ann.crash();
  await world.settle(ann.restart());
  expect((await statusOf(ann, first?.ref.relay))?.brokenPromises).toBe(known?.brokenPromises);
});

test("a relay that lost mail of ours is replaced by another where one is known", async () => {
  const { ann, bob, toBob, toAnn } = await pair("replace", 4);
  const chosen = async () =>
    (await bob.call("relay.list", {})).filter(({ isQueue }) => isQueue).map(({ relay }) => relay);
  const before = await chosen();
  expect(before).toHaveLength(3);
  const broken = world.relays.find(({ ref }) => ref.relay === before[0]);
  bob.crash();
  for (const text of ["one", "two"]) await send(ann, toBob, text);
  broken?.crash();
  await world.settle(broken?.startWithoutEnvelopes((index) => index === 0) ?? Promise.resolve());
  await world.settle(bob.restart());
  await world.until(async () => (await textsOf(bob, toAnn)).length === 2);
  await world.advance(120_000);
  expect(await statusOf(bob, before[0])).toMatchObject({ isQueue: false, brokenPromises: 1 });
  const after = await chosen();
  expect(after).toHaveLength(3);
  expect(after).not.toContain(before[0]);
  // The new relay is used: with only it left, mail arrives.
  const added = after.find((relay) => !before.includes(relay));
  for (const relay of world.relays) if (relay.ref.relay !== added) relay.crash();
  await ann.call("message.send", { who: toBob, text: "three" });
  await world.until(async () => (await textsOf(bob, toAnn)).length === 3);
});
