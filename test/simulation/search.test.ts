/** Searching in messages, over restarts, deletions and people who come and go. */
import { afterEach, expect, test } from "vitest";
import { everybodyHas, togetherIn } from "../support/sim-group.ts";
import type { SimPerson } from "../support/sim-person.ts";
import { SimWorld } from "../support/sim-world.ts";

let world: SimWorld;

afterEach(() => world.stop());

async function textsFound(person: SimPerson, text: string, who?: string): Promise<readonly string[]> {
  const { found } = await person.call("message.search", who === undefined ? { text } : { text, who });
  return found.map(({ message }) => message.text);
}

async function friends() {
  world = await SimWorld.create({ seed: "search", relays: 1 });
  const ann = await world.addPerson("ann");
  const bob = await world.addPerson("bob");
  const { guest, host } = await world.befriend(ann, bob);
  return { ann, bob, guest, host };
}

test("both sides find what was said, by the beginning of its words, newest first", async () => {
  const { ann, bob, guest, host } = await friends();
  await ann.call("message.send", { who: guest, text: "Meet at the café" });
  await ann.call("message.send", { who: guest, text: "The cafeteria is closed" });
  await world.until(async () => (await bob.call("message.list", { who: host })).length >= 2);
  for (const person of [ann, bob]) {
    expect(await textsFound(person, "cafe")).toEqual(["The cafeteria is closed", "Meet at the café"]);
    expect(await textsFound(person, "caf meet")).toEqual(["Meet at the café"]);
    expect(await textsFound(person, "afe")).toEqual([]);
  }
});

test("what was said is found after a restart, and a person who was deleted is not", async () => {
  const { ann, guest } = await friends();
  for (let i = 0; i < 300; i++) await ann.call("message.send", { who: guest, text: `number ${i} orchid` });
  await ann.crash();
  await world.settle(ann.restart());
  const page = await ann.call("message.search", { text: "orchid", limit: 200 });
  expect(page.found).toHaveLength(200);
  const beforeMs = page.nextBeforeMs ?? 0;
  expect((await ann.call("message.search", { text: "orchid", limit: 200, beforeMs })).found).toHaveLength(100);
  expect(await textsFound(ann, "orchid 299", guest)).toEqual(["number 299 orchid"]);
  await ann.call("contact.delete", { who: guest });
  expect(await textsFound(ann, "orchid")).toEqual([]);
});

/** Ann, Bob and Eve in a group; Bob and Eve know only Ann. */
async function circle() {
  world = await SimWorld.create({ seed: "search-groups", relays: 1 });
  const { people, group } = await togetherIn(world, ["ann", "bob", "eve"]);
  const [ann, bob, eve] = people as [SimPerson, SimPerson, SimPerson];
  const say = async (person: SimPerson, text: string): Promise<string> => {
    const { id } = await person.call("group.send", { group, text });
    await everybodyHas(world, people, group, [text]);
    return id;
  };
  return { ann, bob, eve, group, people, say };
}

/** What a search gives of a group. */
async function saidFound(person: SimPerson, text: string): Promise<readonly string[]> {
  const { found } = await person.call("message.search", { text });
  return found.map((each) => `${"group" in each ? each.group.name : "-"}: ${each.message.text}`);
}

test("what members say in a group is found by all of them, beside chats, in one group or all", async () => {
  const { ann, bob, eve, group, people, say } = await circle();
  const { name } = await ann.call("group.get", { group });
  await say(ann, "The orchid is thirsty");
  await say(bob, "Orchids like rain");
  const [chat] = await eve.call("chat.list", {});
  await eve.call("message.send", { who: chat?.contact.account ?? "", text: "an orchid for you" });
  for (const person of people) {
    expect((await saidFound(person, "orchid")).filter((each) => each.startsWith(name))).toEqual([
      `${name}: Orchids like rain`,
      `${name}: The orchid is thirsty`,
    ]);
  }
  expect((await saidFound(eve, "orchid"))[0]).toBe("-: an orchid for you");
  const { found } = await eve.call("message.search", { text: "orchid", group: group.slice(0, 8) });
  const hits = found.map((each) => ["group" in each ? each.group.group : "", each.message.text, each.matches]);
  expect(hits).toEqual([
    [group, "Orchids like rain", [{ start: 0, end: 7 }]],
    [group, "The orchid is thirsty", [{ start: 4, end: 10 }]],
  ]);
  expect(await textsFound(eve, "orchid", chat?.contact.account)).toEqual(["an orchid for you"]);
  await expect(
    eve.call("message.search", { text: "orchid", group, who: chat?.contact.account ?? "" }),
  ).rejects.toMatchObject({ code: "PARAMS_INVALID" });
  await expect(eve.call("message.search", { text: "orchid", group: "f".repeat(64) })).rejects.toMatchObject({
    code: "GROUP_UNKNOWN",
  });
});

test("edited, deleted and forgotten words of a group leave the search and the disk, also over a restart", async () => {
  const { ann, bob, eve, group, people, say } = await circle();
  const edited = await say(ann, "walnut bread");
  const deleted = await say(bob, "walnut cake");
  const forgotten = await say(eve, "walnut soup");
  for (const person of people) expect(await textsFound(person, "walnut")).toHaveLength(3);
  await ann.call("group.edit", { group, id: edited, text: "hazel bread" });
  await bob.call("group.delete", { group, id: deleted, isForEveryone: true });
  for (const person of people) {
    await world.until(async () => (await textsFound(person, "walnut")).join() === "walnut soup");
    expect(await textsFound(person, "hazel")).toEqual(["hazel bread"]);
  }
  await ann.call("group.delete", { group, id: forgotten, author: await accountOf(eve), isForEveryone: false });
  expect(await textsFound(ann, "walnut")).toEqual([]);
  await ann.crash();
  await world.settle(ann.restart());
  expect(await textsFound(ann, "walnut")).toEqual([]);
  expect(await textsFound(ann, "bread")).toEqual(["hazel bread"]);
  expect(await textsFound(bob, "soup")).toEqual(["walnut soup"]);
});

test("what vanishes in a group is found until its time has come, and its words are never written in the index", async () => {
  const { ann, bob, group, people, say } = await circle();
  await say(ann, "quince stays");
  await ann.call("group.setTimer", { group, afterMs: 60_000 });
  await world.until(async () => (await bob.call("group.get", { group })).vanishAfterMs === 60_000);
  await say(bob, "quince goes");
  for (const person of people) await person.call("group.markRead", { group });
  for (const person of people) expect(await textsFound(person, "quince")).toEqual(["quince goes", "quince stays"]);
  await ann.crash();
  await world.settle(ann.restart());
  expect(await textsFound(ann, "quince")).toEqual(["quince goes", "quince stays"]);
  await world.advance(61_000);
  for (const person of people) expect(await textsFound(person, "quince")).toEqual(["quince stays"]);
  const indexed = (await ann.openWritten()).filter(({ name }) => name.startsWith("search/"));
  expect(indexed.filter(({ value }) => Buffer.from(value).includes("goes"))).toEqual([]);
});

test("many lines of a group go into segments, and a search goes on where the one before ended", async () => {
  const { ann, group, say } = await circle();
  for (let at = 0; at < 300; at++) await ann.call("group.send", { group, text: `number ${at} heron` });
  await say(ann, "the last heron");
  await ann.crash();
  await world.settle(ann.restart());
  const page = await ann.call("message.search", { text: "heron", group, limit: 200 });
  expect(page.found.length).toBeGreaterThanOrEqual(200);
  const beforeMs = page.nextBeforeMs ?? 0;
  const rest = await ann.call("message.search", { text: "heron", group, limit: 200, beforeMs });
  expect(new Set([...page.found, ...rest.found].map(({ message }) => message.text)).size).toBe(301);
});

async function accountOf(person: SimPerson): Promise<string> {
  return (await person.call("account.status", {})).account ?? "";
}
