/** Queues that are replaced while mail is on its way: nothing is lost or doubled, and the old ones go. */
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

const statesOf = async (of: SimPerson, who: string): Promise<readonly string[]> =>
  (await of.call("message.list", { who, limit: 500 })).filter(({ isOwn }) => isOwn).map(({ state }) => state);

/** Queues that a relay was asked to make, and those it holds. */
const queuesAt = (index: number): { readonly made: number; readonly held: number } => {
  const relay = world.relays[index];
  if (relay === undefined) throw new TypeError("no such relay");
  return { made: relay.createdQueues, held: relay.metrics.queues };
};

/** Both write in turns until everything is delivered. */
async function talk(sides: readonly (readonly [SimPerson, string])[], count: number, label: string): Promise<void> {
  for (let index = 0; index < count; index++) {
    for (const [from, who] of sides) await from.call("message.send", { who, text: `${label} ${index}` });
    await world.until(async () => {
      const states = await Promise.all(sides.map(([from, who]) => statesOf(from, who)));
      return states.flat().every((state) => state === "delivered");
    });
  }
}

test("a queue is replaced after its messages, told inside the session, and dropped once its sender has left it", async () => {
  const { ann, bob, toBob, toAnn } = await pair("worn", 2);
  expect(queuesAt(0)).toEqual({ made: 2, held: 2 });
  const sides = [
    [ann, toBob],
    [bob, toAnn],
  ] as const;
  await talk(sides, 8, "first");
  await world.advance(60_000);
  await talk(sides, 2, "second");
  expect(queuesAt(0).made).toBeGreaterThanOrEqual(4);
  await world.advance(3600_000);
  // Nobody wrote meanwhile: a queue may wait for its sender to leave it, all those before it are gone.
  expect(queuesAt(0).held).toBeLessThanOrEqual(4);
  expect(queuesAt(0).held).toBeLessThan(queuesAt(0).made);
  const texts = [...Array.from({ length: 8 }, (_, i) => `first ${i}`), "second 0", "second 1"];
  for (const [to, who] of [
    [bob, toAnn],
    [ann, toBob],
  ] as const) {
    expect((await textsOf(to, who)).toSorted()).toEqual([...texts, ...texts].toSorted());
  }
});

test("what was put into a queue that is no longer current is taken from it, and its sender learns of the next one", async () => {
  const { ann, bob, toBob, toAnn } = await pair("behind", 3);
  const relays = (await bob.call("relay.list", {})).filter(({ isQueue }) => isQueue).map(({ relay }) => relay);
  ann.crash();
  await bob.call("message.send", { who: toAnn, text: "hello" });
  // Bob leaves a relay while Ann is away: she will still write into the queue that she knows.
  await bob.call("relay.remove", { relay: relays[0] ?? "" });
  await world.advance(120_000);
  const others = world.relays.filter(({ ref }) => ref.relay !== relays[0]);
  expect(others.every((relay) => relay.createdQueues === 3)).toBe(true);
  const left = world.relays.find(({ ref }) => ref.relay === relays[0]);
  expect(left?.createdQueues).toBe(2);
  for (const relay of others) relay.crash();
  await world.settle(ann.restart());
  await ann.call("message.send", { who: toBob, text: "by the old way" });
  await world.until(async () => (await textsOf(bob, toAnn)).includes("by the old way"));
  for (const relay of others) await world.settle(relay.start());
  await world.until(async () => (await textsOf(ann, toBob)).includes("hello"));
  await ann.call("message.send", { who: toBob, text: "by the new way" });
  await world.until(async () => (await textsOf(bob, toAnn)).includes("by the new way"));
  await world.until(async () => left?.metrics.queues === 1, 3600_000);
  expect(await textsOf(bob, toAnn)).toEqual(expect.arrayContaining(["hello", "by the old way", "by the new way"]));
  expect(await textsOf(bob, toAnn)).toHaveLength(3);
});

test("a recipient that crashes at any moment of a replacement loses nothing, and the queues before go", async () => {
  const { ann, bob, toBob, toAnn } = await pair("crashes", 4);
  const chosen = (await bob.call("relay.list", {})).filter(({ isQueue }) => isQueue).map(({ relay }) => relay);
  const sent: string[] = [];
  for (const [turn, pauseMs] of [0, 1, 2, 3, 5, 8, 13, 40, 200].entries()) {
    const text = `turn ${turn}`;
    sent.push(text);
    await ann.call("message.send", { who: toBob, text });
    const removed = chosen[turn % chosen.length] ?? "";
    void bob.messenger.call("relay.remove", { relay: removed }).catch(() => undefined);
    await world.advance(pauseMs);
    bob.crash();
    await world.advance(1000);
    await world.settle(bob.restart());
    await world.until(async () => (await textsOf(bob, toAnn)).includes(text));
    await bob.call("message.send", { who: toAnn, text: `answer ${turn}` });
    await world.until(async () => (await textsOf(ann, toBob)).includes(`answer ${turn}`));
  }
  await world.advance(3600_000);
  for (const index of world.relays.keys()) expect(queuesAt(index).held).toBeLessThanOrEqual(4);
  expect(Math.max(...world.relays.map((_, index) => queuesAt(index).made))).toBeGreaterThan(4);
  const texts = await textsOf(bob, toAnn);
  expect(texts.filter((text) => text.startsWith("turn"))).toEqual(sent);
  expect(texts).toHaveLength(2 * sent.length);
});
