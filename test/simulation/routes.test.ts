/** How messages find their way: directly, by relays honest or not, by boxes, and again after losses. */

import { afterEach, expect, test } from "vitest";
import { flipByte } from "../support/flip-byte.ts";
import type { SimPerson } from "../support/sim-person.ts";
import { SimWorld, type SimWorldOptions } from "../support/sim-world.ts";

let world: SimWorld;

afterEach(() => world.stop());

interface Pair {
  readonly ann: SimPerson;
  readonly bob: SimPerson;
  /** What ann calls bob, and bob calls ann. */
  readonly toBob: string;
  readonly toAnn: string;
}

async function pair(seed: string, options: Partial<SimWorldOptions> & { listens?: boolean } = {}): Promise<Pair> {
  world = await SimWorld.create({ seed, relays: 3, ...options });
  const ann = await world.addPerson("ann", { listens: options.listens ?? false });
  const bob = await world.addPerson("bob", { listens: options.listens ?? false });
  const { guest, host } = await world.befriend(ann, bob);
  await world.advance(60_000);
  return { ann, bob, toBob: guest, toAnn: host };
}

async function texts(of: SimPerson, who: string): Promise<readonly string[]> {
  return (await of.call("message.list", { who, limit: 500 })).map(({ text }) => text);
}

async function lastState(of: SimPerson, who: string): Promise<string | undefined> {
  return (await of.call("message.list", { who, limit: 1 }))[0]?.state;
}

async function send(from: SimPerson, who: string, text: string) {
  return from.call("message.send", { who, text });
}

test("a first direct message is delivered, and said to be, within a second", async () => {
  const { ann, bob, toBob, toAnn } = await pair("direct", { listens: true });
  for (const [from, who] of [
    [ann, toBob],
    [bob, toAnn],
  ] as const) {
    await send(from, who, "hi");
    expect(await world.until(async () => (await lastState(from, who)) === "delivered")).toBeLessThan(1000);
    expect((await from.call("message.list", { who, limit: 1 }))[0]?.heldBy?.isDirect).toBe(true);
  }
});

test("a receipt planned for relays leaves at once when its person turns up directly", async () => {
  const { ann, bob, toBob } = await pair("turns-up", { listens: true });
  world.hub.partition([[ann.node, ...world.relays.map(({ node }) => node)], [bob.node]]);
  await send(ann, toBob, "by relay"); // the direct try fails and rests; relays take it
  await world.until(async () => (await lastState(ann, toBob)) === "sent");
  world.heal();
  await world.until(async () => (await lastState(ann, toBob)) === "delivered");
  await send(ann, toBob, "direct again");
  expect(await world.until(async () => (await lastState(ann, toBob)) === "delivered")).toBeLessThan(6000);
});

test("receipts that do not verify are not counted", async () => {
  const { ann, toBob } = await pair("false-receipts");
  for (const relay of world.relays) {
    relay.tamper = {
      answer: (request, honest) =>
        request.type === "put" && honest.type === "put"
          ? { ...honest, outcomes: honest.outcomes.map((each) => ({ ...each, mac: new Uint8Array(32) })) }
          : honest,
      push: () => [],
    };
  }
  await send(ann, toBob, "believed by nobody");
  await world.advance(60_000);
  const [message] = await ann.call("message.list", { who: toBob, limit: 1 });
  expect(message).toMatchObject({ state: "queued", heldBy: { relays: 0, isDirect: false } });
  for (const relay of world.relays) relay.tamper = {};
  await world.until(async () => (await lastState(ann, toBob)) === "delivered");
});

test("an envelope that was changed on the way is not taken, and a genuine copy still is", async () => {
  const { ann, bob, toBob, toAnn } = await pair("tampered");
  for (const relay of world.relays.slice(0, 2)) {
    relay.tamper = {
      push: (push) => (push.type === "stored" ? [{ ...push, envelope: flipByte(push.envelope) }] : [push]),
    };
  }
  await send(ann, toBob, "genuine");
  await world.until(async () => (await lastState(ann, toBob)) === "delivered");
  expect(await texts(bob, toAnn)).toEqual(["genuine"]);
});

test("envelopes that relays repeat make one message and one announcement", async () => {
  const { ann, bob, toBob, toAnn } = await pair("replayed");
  for (const relay of world.relays) relay.tamper = { push: (push) => [push, push, push] };
  await send(ann, toBob, "once");
  await world.until(async () => (await lastState(ann, toBob)) === "delivered");
  await world.advance(60_000);
  expect(await texts(bob, toAnn)).toEqual(["once"]);
  expect(bob.events.filter(({ type }) => type === "message.received")).toHaveLength(1);
});

test("a relay that is full keeps the message queued; it goes on when there is room", async () => {
  const { ann, bob, toBob, toAnn } = await pair("full", { relays: 1, relayLimits: { queueMessages: 3 } });
  bob.crash();
  for (const text of ["1", "2", "3", "4"]) await send(ann, toBob, text);
  await world.advance(30_000);
  expect(await lastState(ann, toBob)).toBe("queued");
  await world.settle(bob.restart());
  await world.until(async () => (await lastState(ann, toBob)) === "delivered", 3_600_000);
  expect(await texts(bob, toAnn)).toEqual(["1", "2", "3", "4"]);
});

test("a relay that lost its queues gets them again, and mail takes it again", async () => {
  const { ann, toBob } = await pair("forgetful", { relays: 1 });
  const [relay] = world.relays;
  relay?.crash();
  await world.settle(relay?.startEmpty() ?? Promise.resolve());
  await world.until(async () => (relay?.metrics.queues ?? 0) >= 2, 3_600_000);
  await send(ann, toBob, "after the loss");
  await world.until(async () => (await lastState(ann, toBob)) === "delivered", 3_600_000);
});

test("mail for a device that lost every queue goes to its box, and is delivered from there", async () => {
  const { ann, bob, toBob, toAnn } = await pair("box");
  bob.crash();
  for (const relay of world.relays) {
    relay.crash();
    await world.settle(relay.startWithoutQueues());
  }
  await send(ann, toBob, "by box");
  await world.until(async () => (await lastState(ann, toBob)) === "waiting");
  await world.settle(bob.restart());
  await world.until(async () => (await lastState(ann, toBob)) === "delivered", 3_600_000);
  expect(await texts(bob, toAnn)).toEqual(["by box"]);
});

test("what every relay lost before it was fetched is sent again, since the sender still has it", async () => {
  const { ann, bob, toBob, toAnn } = await pair("all-lost");
  bob.crash();
  await send(ann, toBob, "only copy");
  await world.until(async () => (await lastState(ann, toBob)) === "sent");
  for (const relay of world.relays) {
    relay.crash();
    await world.settle(relay.startEmpty());
  }
  await world.settle(bob.restart());
  await world.until(async () => (await lastState(ann, toBob)) === "delivered", 48 * 3_600_000);
  expect(await texts(bob, toAnn)).toEqual(["only copy"]);
});

test("a message that is missing is shown, asked for again, and the gap closes", async () => {
  const { ann, bob, toBob, toAnn } = await pair("gap", { relays: 1 });
  const [relay] = world.relays;
  if (relay === undefined) throw new TypeError("no relay");
  // The relay gives its receipt and delivers nothing: the message is gone.
  relay.tamper = {
    push: (push) => (push.type === "stored" ? [{ ...push, envelope: flipByte(push.envelope) }] : [push]),
  };
  await send(ann, toBob, "lost");
  await world.until(async () => (await lastState(ann, toBob)) === "sent");
  await world.advance(1000);
  relay.tamper = {};
  await send(ann, toBob, "found");
  await world.until(async () => (await texts(bob, toAnn)).length === 1);
  expect((await bob.call("message.list", { who: toAnn }))[0]?.missingBefore).toBe(1);
  await world.until(async () => (await texts(bob, toAnn)).length === 2, 3_600_000);
  expect(await texts(bob, toAnn)).toEqual(["lost", "found"]);
  expect((await bob.call("message.list", { who: toAnn })).map(({ missingBefore }) => missingBefore)).toEqual([
    undefined,
    undefined,
  ]);
});

test("a gap closes however much was said after it", async () => {
  const { ann, bob, toBob, toAnn } = await pair("old-gap", { relays: 1 });
  const [relay] = world.relays;
  if (relay === undefined) throw new TypeError("no relay");
  relay.tamper = {
    push: (push) => (push.type === "stored" ? [{ ...push, envelope: flipByte(push.envelope) }] : [push]),
  };
  await send(ann, toBob, "lost");
  await world.until(async () => (await lastState(ann, toBob)) === "sent");
  await world.advance(1000);
  relay.tamper = {};
  const later = Array.from({ length: 600 }, (_, index) => `later ${index}`);
  for (const text of later) await send(ann, toBob, text);
  const gaps = () =>
    bob.events.flatMap((event) =>
      "message" in event && event.message.text === "later 0" ? [event.message.missingBefore ?? 0] : [],
    );
  await world.until(async () => (await texts(bob, toAnn)).includes("later 599"));
  expect(gaps()).toEqual([1]);
  await world.until(
    async () => bob.events.some((event) => "message" in event && event.message.text === "lost"),
    3_600_000,
  );
  expect(gaps().at(-1)).toBe(0);
});

test("receipts owed at a crash are sent after it", async () => {
  const { ann, bob, toBob } = await pair("receipts");
  await send(ann, toBob, "fetched");
  await world.until(async () => bob.events.some(({ type }) => type === "message.received"));
  bob.crash();
  await world.advance(60_000);
  expect(await lastState(ann, toBob)).toBe("sent");
  await world.settle(bob.restart());
  await world.until(async () => (await lastState(ann, toBob)) === "delivered");
});

test("what is in the outbox at a crash is sent after it, and the same id again changes nothing", async () => {
  const { ann, bob, toBob, toAnn } = await pair("outbox");
  for (const relay of world.relays) relay.crash();
  const id = "0123456789abcdef0123456789abcdef";
  const sent = await ann.call("message.send", { who: toBob, text: "kept", id });
  expect(sent.state).toBe("queued");
  ann.crash();
  await world.settle(ann.restart());
  const again = await ann.call("message.send", { who: toBob, text: "another text", id });
  expect(again).toMatchObject({ id, text: "kept" });
  for (const relay of world.relays) await world.settle(relay.start());
  await world.until(async () => (await lastState(ann, toBob)) === "delivered");
  expect(await texts(bob, toAnn)).toEqual(["kept"]);
});
