/** Typing indicators: straight between devices, for six seconds, mutual, and never on a disk or a relay. */
import { utf8 } from "@kith/protocol";
import { afterEach, expect, test } from "vitest";
import type { SimPerson } from "../support/sim-person.ts";
import { findContact, SimWorld } from "../support/sim-world.ts";

const LIFE_MS = 6000;

let world: SimWorld;

afterEach(() => world.stop());

interface Pair {
  readonly ann: SimPerson;
  readonly bob: SimPerson;
  readonly toBob: string;
  readonly toAnn: string;
}

/** Two friends whose devices reach each other, having talked before. */
async function pair(seed: string, listens = true): Promise<Pair> {
  world = await SimWorld.create({ seed, relays: 1 });
  const ann = await world.addPerson("ann", { listens });
  const bob = await world.addPerson("bob", { listens });
  const { guest, host } = await world.befriend(ann, bob);
  await ann.call("message.send", { who: guest, text: "hello" });
  await bob.call("message.send", { who: host, text: "hello" });
  await world.advance(60_000);
  return { ann, bob, toBob: guest, toAnn: host };
}

const isTyping = async (of: SimPerson, who: string): Promise<boolean> =>
  (await of.call("chat.list", {})).some(({ contact, isTyping }) => contact.account === who && isTyping === true);
const told = (of: SimPerson): readonly boolean[] =>
  of.events.flatMap((event) => (event.type === "chat.typing" ? [event.isTyping] : []));

test("show for six seconds, longer while it goes on, and end with the message", async () => {
  const { ann, bob, toBob, toAnn } = await pair("typing");
  expect(await ann.call("chat.setTyping", { who: toBob, isTyping: true })).toEqual({ isTold: true });
  await world.until(async () => await isTyping(bob, toAnn), 1000);
  expect(await isTyping(ann, toBob)).toBe(false);
  await world.advance(LIFE_MS / 2);
  await ann.call("chat.setTyping", { who: toBob, isTyping: true });
  await world.advance(LIFE_MS - 1000);
  expect(await isTyping(bob, toAnn)).toBe(true);
  await world.advance(1100);
  expect(await isTyping(bob, toAnn)).toBe(false);
  expect(told(bob)).toEqual([true, false]);
  await ann.call("chat.setTyping", { who: toBob, isTyping: true });
  await world.until(async () => await isTyping(bob, toAnn), 1000);
  await ann.call("message.send", { who: toBob, text: "there" });
  await world.until(async () => !(await isTyping(bob, toAnn)), 1000);
  expect(told(bob)).toEqual([true, false, true, false]);
});

test("end at once when the writer stops, and tell nothing that was not told", async () => {
  const { ann, bob, toBob, toAnn } = await pair("typing-stop");
  expect(await ann.call("chat.setTyping", { who: toBob, isTyping: false })).toEqual({ isTold: false });
  await ann.call("chat.setTyping", { who: toBob, isTyping: true });
  await world.until(async () => await isTyping(bob, toAnn), 1000);
  await world.advance(500);
  await ann.call("chat.setTyping", { who: toBob, isTyping: false });
  await world.until(async () => !(await isTyping(bob, toAnn)), 1000);
});

test("are told at most every two seconds, however fast somebody types", async () => {
  const { ann, toBob } = await pair("typing-fast");
  const answers: boolean[] = [];
  for (let key = 0; key < 40; key += 1) {
    answers.push((await ann.call("chat.setTyping", { who: toBob, isTyping: true })).isTold);
    await world.advance(100);
  }
  expect(answers.filter(Boolean).length).toBeGreaterThan(0);
  expect(answers.filter(Boolean).length).toBeLessThanOrEqual(3);
});

test("go to nobody without a direct way: nothing reaches a relay, and no message of the session is made", async () => {
  const { ann, bob, toBob, toAnn } = await pair("typing-relay", false);
  const before = [ann.written.length, bob.written.length];
  expect(await ann.call("chat.setTyping", { who: toBob, isTyping: true })).toEqual({ isTold: false });
  await world.advance(LIFE_MS / 2);
  expect(await isTyping(bob, toAnn)).toBe(false);
  expect([ann.written.length, bob.written.length]).toEqual(before);
});

test("write nothing to any disk, and are no event of those who were away", async () => {
  const { ann, bob, toBob, toAnn } = await pair("typing-disk");
  const before = [ann.written.length, bob.written.length];
  await ann.call("chat.setTyping", { who: toBob, isTyping: true });
  await world.until(async () => await isTyping(bob, toAnn), 1000);
  expect([ann.written.length, bob.written.length]).toEqual(before);
  await world.advance(LIFE_MS);
  expect(bob.written.some(({ value }) => Buffer.from(value).includes(Buffer.from(utf8("chat.typing"))))).toBe(false);
  bob.crash();
  await world.settle(bob.restart());
  expect(await isTyping(bob, toAnn)).toBe(false);
});

test("are mutual: off on either side, neither sees the other write; the choice outlives a restart", async () => {
  const { ann, bob, toBob, toAnn } = await pair("typing-off");
  expect(await bob.call("account.setTypingIndicators", { isOn: false })).toMatchObject({ hasTypingIndicators: false });
  bob.crash();
  await world.settle(bob.restart());
  await bob.call("message.send", { who: toAnn, text: "back" });
  await world.advance(60_000);
  await ann.call("chat.setTyping", { who: toBob, isTyping: true });
  expect(await bob.call("chat.setTyping", { who: toAnn, isTyping: true })).toEqual({ isTold: false });
  await world.advance(1000);
  expect([await isTyping(bob, toAnn), await isTyping(ann, toBob)]).toEqual([false, false]);
  await bob.call("account.setTypingIndicators", { isOn: true });
  await bob.call("chat.setTyping", { who: toAnn, isTyping: true });
  await world.until(async () => await isTyping(ann, toBob), 1000);
});

test("are neither told to nor taken from people who are not accepted", async () => {
  const { ann, bob, toBob, toAnn } = await pair("typing-blocked");
  await bob.call("contact.block", { who: toAnn });
  expect(await bob.call("chat.setTyping", { who: toAnn, isTyping: true })).toEqual({ isTold: false });
  await ann.call("chat.setTyping", { who: toBob, isTyping: true });
  await world.advance(1000);
  expect(told(bob)).toEqual([]);
  const eve = await world.addPerson("eve", { listens: true, handle: "eve" });
  const { account: toEve = "" } = await eve.call("account.status", {});
  await world.advance(60_000);
  await ann.call("contact.add", { who: "@eve", text: "hi" });
  expect((await findContact(ann, toEve))?.relation).toBe("requested");
  expect(await ann.call("chat.setTyping", { who: toEve, isTyping: true })).toEqual({ isTold: false });
});
