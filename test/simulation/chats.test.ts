/** What a person sets for a chat, and what they were about to write: kept over restarts, told to nobody else. */
import { type Chat, MUTED_FOREVER_MS } from "@kith/client";
import { utf8 } from "@kith/protocol";
import { afterEach, expect, test } from "vitest";
import type { SimPerson } from "../support/sim-person.ts";
import { SimWorld } from "../support/sim-world.ts";

const HOUR_MS = 3600 * 1000;

let world: SimWorld;

afterEach(() => world.stop());

async function threeFriends() {
  world = await SimWorld.create({ seed: "chats", relays: 1 });
  const ann = await world.addPerson("ann");
  const bob = await world.addPerson("bob");
  const eve = await world.addPerson("eve");
  const withBob = await world.befriend(ann, bob);
  const withEve = await world.befriend(ann, eve);
  return { ann, bob, toBob: withBob.guest, toEve: withEve.guest, toAnn: withBob.host };
}

const list = (person: SimPerson): Promise<readonly Chat[]> => person.call("chat.list", {});
const chatWith = async (person: SimPerson, account: string): Promise<Chat> => {
  const chat = (await list(person)).find(({ contact }) => contact.account === account);
  if (chat === undefined) throw new Error("no such chat");
  return chat;
};

test("pinned chats come first, over restarts, and the others by their last message", async () => {
  const { ann, toBob, toEve } = await threeFriends();
  await ann.call("message.send", { who: toBob, text: "first" });
  await world.advance(1000);
  await ann.call("message.send", { who: toEve, text: "second" });
  const order = async () => (await list(ann)).map(({ contact }) => contact.account);
  expect(await order()).toEqual([toEve, toBob]);
  expect(await ann.call("chat.set", { who: toBob, isPinned: true })).toMatchObject({ isPinned: true });
  expect(await order()).toEqual([toBob, toEve]);
  ann.crash();
  await world.settle(ann.restart());
  expect(await order()).toEqual([toBob, toEve]);
  await ann.call("chat.set", { who: toBob, isPinned: false });
  expect(await order()).toEqual([toEve, toBob]);
});

test("an archived chat is back when something arrives, unless it is muted", async () => {
  const { ann, bob, toBob, toAnn } = await threeFriends();
  const receive = async (text: string): Promise<void> => {
    await bob.call("message.send", { who: toAnn, text });
    await world.until(async () => (await chatWith(ann, toBob)).last?.text === text);
  };
  await receive("one");
  expect(await ann.call("chat.set", { who: toBob, isArchived: true })).toMatchObject({ isArchived: true });
  await receive("two");
  expect((await chatWith(ann, toBob)).isArchived).toBeUndefined();
  await ann.call("chat.set", { who: toBob, isArchived: true, mutedUntilMs: MUTED_FOREVER_MS });
  await receive("three");
  expect(await chatWith(ann, toBob)).toMatchObject({ isArchived: true, mutedUntilMs: MUTED_FOREVER_MS });
});

test("muting ends by itself and by hand", async () => {
  const { ann, toBob } = await threeFriends();
  const untilMs = world.clock.nowMs() + HOUR_MS;
  await ann.call("chat.set", { who: toBob, mutedUntilMs: untilMs });
  expect((await chatWith(ann, toBob)).mutedUntilMs).toBe(untilMs);
  await world.advance(HOUR_MS);
  expect((await chatWith(ann, toBob)).mutedUntilMs).toBeUndefined();
  await ann.call("chat.set", { who: toBob, mutedUntilMs: MUTED_FOREVER_MS });
  expect(await ann.call("chat.set", { who: toBob, mutedUntilMs: 0 })).not.toHaveProperty("mutedUntilMs");
});

test("a chat marked as unread stays so until it is read; the other side learns nothing", async () => {
  const { ann, bob, toBob } = await threeFriends();
  const written = bob.events.length;
  await ann.call("chat.set", { who: toBob, isMarkedUnread: true });
  expect(await chatWith(ann, toBob)).toMatchObject({ isMarkedUnread: true, unread: 0 });
  await ann.call("message.markRead", { who: toBob });
  expect((await chatWith(ann, toBob)).isMarkedUnread).toBeUndefined();
  expect(bob.events.length).toBe(written);
});

test("a draft is kept over a restart and goes with its chat; one that is too long is refused and changes nothing", async () => {
  const { ann, toBob } = await threeFriends();
  const { id } = await ann.call("message.send", { who: toBob, text: "about this" });
  await ann.call("chat.saveDraft", { who: toBob, text: "I was going to say", replyTo: id });
  ann.crash();
  await world.settle(ann.restart());
  const draft = { text: "I was going to say", replyTo: id };
  expect((await chatWith(ann, toBob)).draft).toEqual(draft);
  const tooLong = "x".repeat(2 * 48 * 1024 + 1);
  await expect(ann.call("chat.saveDraft", { who: toBob, text: tooLong })).rejects.toMatchObject({
    code: "TEXT_TOO_LONG",
  });
  expect((await chatWith(ann, toBob)).draft).toEqual(draft);
  await ann.call("chat.saveDraft", { who: toBob, text: "" });
  expect((await chatWith(ann, toBob)).draft).toBeUndefined();
  await ann.call("chat.saveDraft", { who: toBob, text: "again" });
  await ann.call("contact.delete", { who: toBob });
  expect((await list(ann)).some(({ contact }) => contact.account === toBob)).toBe(false);
});

test("a draft that was sent or thrown away in a chat with a timer cannot be read from what the disk held", async () => {
  const { ann, bob, toBob, toAnn } = await threeFriends();
  await ann.call("chat.setTimer", { who: toBob, afterMs: 30_000 });
  await ann.call("chat.saveDraft", { who: toBob, text: "the orchid is mine" });
  await ann.call("chat.saveDraft", { who: toBob, text: "" });
  await ann.call("message.send", { who: toBob, text: "hello" });
  await world.until(async () => (await bob.call("message.list", { who: toAnn })).some(({ text }) => text === "hello"));
  await world.advance(60_000);
  const needle = Buffer.from(utf8("the orchid"));
  const opened = await ann.openWritten();
  expect(opened.filter(({ value }) => Buffer.from(value).includes(needle)).map(({ name }) => name)).toEqual([]);
});
