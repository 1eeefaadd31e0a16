/** What chats take, and forgetting what was said in one: on this device only, gone from the search too, and for good. */
import { afterEach, expect, test } from "vitest";
import type { SimPerson } from "../support/sim-person.ts";
import { SimWorld } from "../support/sim-world.ts";

let world: SimWorld;

afterEach(() => world.stop());

async function threeFriends() {
  world = await SimWorld.create({ seed: "storage", relays: 1 });
  const ann = await world.addPerson("ann");
  const bob = await world.addPerson("bob");
  const eve = await world.addPerson("eve");
  const withBob = await world.befriend(ann, bob);
  const withEve = await world.befriend(ann, eve);
  return { ann, bob, toBob: withBob.guest, toEve: withEve.guest, fromBob: withBob.host };
}

const textsOf = async (person: SimPerson, who: string) =>
  (await person.call("message.list", { who, limit: 500 })).map(({ text }) => text);

async function measure(person: SimPerson, who: string) {
  let [messages, messageBytes, slices] = [0, 0, 0];
  for (let after: string | undefined, isDone = false; !isDone; ) {
    const slice = await person.call("storage.measure", { who, ...(after === undefined ? {} : { after }) });
    messages += slice.messages;
    messageBytes += slice.messageBytes;
    slices += 1;
    after = slice.next;
    isDone = after === undefined;
  }
  return { messages, messageBytes, slices };
}

test("a chat is measured in slices that miss nothing and count nothing twice", async () => {
  const { ann, bob, toBob, toEve } = await threeFriends();
  await bob.stop();
  for (let at = 0; at < 2050; at++) await ann.call("message.send", { who: toBob, text: `message ${at}` });
  await ann.call("message.send", { who: toEve, text: "x".repeat(40_000) });
  const many = await measure(ann, toBob);
  expect(many).toMatchObject({ messages: 2050, slices: 2 });
  expect(many.messageBytes).toBeGreaterThan(2050 * 300);
  const long = await measure(ann, toEve);
  expect(long.messages).toBe(1);
  expect(long.messageBytes).toBeGreaterThan(40_000);
  expect(long.messageBytes).toBeLessThan(42_000);
  const { chats } = await ann.call("storage.list", {});
  expect(chats.map(({ contact, files, fileBytes }) => [contact.account, files, fileBytes]).sort()).toEqual(
    [
      [toBob, 0, 0],
      [toEve, 0, 0],
    ].sort(),
  );
});

test("a cleared chat is empty here, over a restart, and cannot be searched; the other side and other chats stay", async () => {
  const { ann, bob, toBob, toEve, fromBob } = await threeFriends();
  await ann.call("message.send", { who: toBob, text: "walnut one" });
  await bob.call("message.send", { who: fromBob, text: "walnut two" });
  await ann.call("message.send", { who: toEve, text: "walnut three" });
  await world.until(async () => (await textsOf(ann, toBob)).length === 2);
  await world.until(async () => (await textsOf(bob, fromBob)).length === 2);
  const found = async () =>
    (await ann.call("message.search", { text: "walnut" })).found.map(({ message }) => message.text);
  expect((await found()).sort()).toEqual(["walnut one", "walnut three", "walnut two"]);

  expect(await ann.call("storage.clearChat", { who: toBob })).toEqual({ messages: 2 });
  expect(await textsOf(ann, toBob)).toEqual([]);
  expect(await found()).toEqual(["walnut three"]);
  const chat = (await ann.call("chat.list", {})).find(({ contact }) => contact.account === toBob);
  expect(chat).toMatchObject({ unread: 0, contact: { relation: "accepted" } });
  expect(chat?.last).toBeUndefined();
  expect(ann.events.map(({ type }) => type)).toContain("chat.cleared");
  expect(await ann.call("storage.clearChat", { who: toBob })).toEqual({ messages: 0 });
  ann.crash();
  await world.settle(ann.restart());
  expect(await textsOf(ann, toBob)).toEqual([]);
  expect(await found()).toEqual(["walnut three"]);

  expect((await textsOf(bob, fromBob)).sort()).toEqual(["walnut one", "walnut two"]);
  await bob.call("message.send", { who: fromBob, text: "still here" });
  await world.until(async () => (await textsOf(ann, toBob)).includes("still here"));
  expect(await textsOf(ann, toBob)).toEqual(["still here"]);
});

test("many messages are cleared in batches, and an edit of one that is gone changes nothing", async () => {
  const { ann, bob, toBob, fromBob } = await threeFriends();
  const { id } = await bob.call("message.send", { who: fromBob, text: "first words" });
  await world.until(async () => (await textsOf(ann, toBob)).length === 1);
  for (let at = 0; at < 1200; at++) await ann.call("message.send", { who: toBob, text: `message ${at}` });
  expect(await ann.call("storage.clearChat", { who: toBob })).toEqual({ messages: 1201 });
  await bob.call("message.edit", { who: fromBob, id, text: "other words" });
  await bob.call("message.send", { who: fromBob, text: "after it" });
  await world.until(async () => (await textsOf(ann, toBob)).includes("after it"));
  expect(await textsOf(ann, toBob)).toEqual(["after it"]);
});

test("nobody is measured or cleared who is not known", async () => {
  const { ann, bob } = await threeFriends();
  for (const method of ["storage.measure", "storage.clearChat"] as const) {
    await expect(ann.call(method, { who: "@nobody" })).rejects.toMatchObject({ code: "WHO_UNKNOWN" });
  }
  await bob.stop();
});
